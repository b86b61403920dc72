"""OpenSLO documents as service levels. What has no meaning here is refused, with where it stands and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from components.slo.definition import ServiceLevel
from components.slo.openslo.alerting import windows_of
from components.slo.openslo.documents import Documents, refuse
from components.slo.openslo.fields import PREFIX, annotated
from components.slo.openslo.indicators import expressions
from components.slo.openslo.objectives import objectives_of, period_days
from components.slo.openslo.queries import as_written, per_second

_METHODS: Final = ("Occurrences", "Timeslices")


@dataclass(frozen=True)
class Read:
    """The levels, in the documents' order, and notes on what of the documents is not taken over."""

    levels: list[ServiceLevel] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(documents: Iterable[Mapping[str, Any]], owner: str | None = None) -> Read:
    """`owner`: of what names none by the annotation platform/owner or the label owner or team.

    Raises OpenSloError, or ValueError for a service level that may not be declared.
    """
    found, result = Documents.of(documents), Read()
    for document in found.in_order:
        where = f"{document['kind']} {document['metadata']['name']}"
        if document["kind"] == "SLO":
            result.levels.extend(_levels(found, document, where, owner, result.notes))
        elif document["kind"] == "SLI" and annotated(document["metadata"], where).get("kind") == "invariant":
            result.levels.append(_invariant(found, document, where))
    if not result.levels:
        raise refuse("the documents", sorted(found.kinds), "at least one SLO", "add it")
    ids = [level.id for level in result.levels]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise refuse("metadata.name", ", ".join(twice), "of one SLO alone", "rename one of the two")
    return result


def _levels(
    found: Documents, document: Mapping[str, Any], where: str, owner: str | None, notes: list[str]
) -> Iterable[ServiceLevel]:
    spec, metadata = document["spec"], document["metadata"]
    method = spec.get("budgetingMethod")
    if method == "RatioTimeslices":
        remedy = "choose Occurrences, which sums events, or Timeslices, which counts slices"
        raise refuse(f"{where}: spec.budgetingMethod", method, "no average of ratios", remedy)
    if method not in _METHODS:
        raise refuse(f"{where}: spec.budgetingMethod", method, f"one of {', '.join(_METHODS)}", "choose one")
    if not isinstance(service := spec.get("service"), str) or not service:
        raise refuse(f"{where}: spec.service", service, "the name of a service", "name it")
    indicator, place = found.indicator(spec, where)
    own = {"owner": _owner(metadata, owner, where), **annotated(metadata, where)}
    common: dict[str, Any] = {"service": service, "period_days": period_days(spec, where), "kind": "availability"}
    common["description"] = spec.get("description") or ""
    if (alerted := windows_of(found, spec, common["period_days"], where, notes)) is not None:
        common["windows"] = alerted
    for objective in objectives_of(document, where):
        said = expressions(found, indicator, objective, method, place)
        if "kind" not in own:  # not written by us
            said |= {key: per_second(said[key]) for key in ("bad", "total")}
        yield ServiceLevel(id=objective.id, objective_percent=objective.percent, **{**common, **said, **own})


def _invariant(found: Documents, document: Mapping[str, Any], where: str) -> ServiceLevel:
    """As our export writes it: an SLI without an SLO."""
    metadata, spec = document["metadata"], document["spec"]
    given, own = metadata["annotations"], annotated(metadata, where)
    total, service, period = (given.get(f"{PREFIX}{key}") for key in ("total", "service", "period-days"))
    if not all(isinstance(one, str) for one in (total, service, period, own.get("owner"))) or not period.isdecimal():
        needed = f"what an invariant needs: {PREFIX}total, -service, -owner and -period-days"
        raise refuse(f"{where}: metadata.annotations", dict(given), needed, "export it again")
    query = found.query(spec.get("thresholdMetric"), f"{where}: spec.thresholdMetric")
    return ServiceLevel(
        id=metadata["name"],
        service=service,
        objective_percent=100,
        bad=as_written(query),
        total=as_written(total),
        period_days=int(period),
        description=spec.get("description") or "",
        **annotated(metadata, where),
    )


def _owner(metadata: Mapping[str, Any], given: str | None, where: str) -> str:
    """Labels of OpenSLO are a text or a list of texts."""
    labels = metadata.get("labels") or {}
    for key in ("owner", "team"):
        value = labels.get(key)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str) and first:
            return first
    if f"{PREFIX}owner" in (metadata.get("annotations") or {}):
        return ""  # which stands in the annotations
    if given is None:
        allowed = f"the team that answers for it: the annotation {PREFIX}owner, or the label owner or team"
        raise refuse(f"{where}: metadata", None, allowed, "add it, or say --owner TEAM")
    return given
