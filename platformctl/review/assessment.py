"""Makes the review of a comparison."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from platformctl.changes import counts
from platformctl.review import model
from platformctl.review.compared import Compared
from platformctl.review.cost import estimate
from platformctl.review.model import Item, Kind, Review, Section
from platformctl.review.reach import reach
from platformctl.review.sections.access import access
from platformctl.review.sections.changed import changed
from platformctl.review.sections.classification import classification
from platformctl.review.sections.data_loss import data_loss
from platformctl.review.sections.disruption import disruption
from platformctl.review.sections.protection import protection
from platformctl.review.sections.rollouts import rollouts
from platformctl.review.sections.verdicts import verdicts

if TYPE_CHECKING:
    from platformctl.diff.comparison import Comparison

_FINDERS: Mapping[Kind, Callable[[Compared], Iterable[Item]]] = {
    model.DATA_LOSS: data_loss,
    model.PROTECTION: protection,
    model.DISRUPTION: disruption,
    model.REACH: reach,
    model.ACCESS: access,
    model.CLASSIFICATION: classification,
    model.ROLLOUT: rollouts,
    model.CHANGES: changed,
}
_REAL = "the real account"
_SANDBOX = "the sandbox"


def assess(comparison: "Comparison") -> Review:
    """The review of a change. It says what may be where a value is not known yet, and holds no secret value."""
    compared = Compared(comparison)
    run = comparison.run
    found = {kind: tuple(_FINDERS[kind](compared)) for kind in model.KINDS}
    return Review(
        environment=comparison.environment,
        base=comparison.base,
        head=comparison.head,
        place=_REAL if _REAL in (comparison.base, comparison.head) else _SANDBOX,
        seconds=round(comparison.seconds, 1),
        counts=_counts(comparison),
        sections=tuple(Section(kind, items) for kind, items in found.items() if items),
        policies=verdicts(comparison.before_report["findings"], comparison.after_report["findings"], compared.renamed),
        cost=estimate(compared),
        changes=[change.as_dict() | {"source": compared.source(change.urn)} for change in run.changes],
        notes=[note.as_dict() for note in run.notes],
        refusals=[refusal.as_dict() for refusal in run.refusals],
        drift=[difference.as_dict() for difference in comparison.drift],
    )


def _counts(comparison: "Comparison") -> dict[str, int]:
    told = counts(comparison.run.outcome.events)
    return told or dict(sorted(Counter(change.operation for change in comparison.run.changes).items()))
