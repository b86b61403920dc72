"""Numbers that let new versions in on easier or harder terms."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from platformctl.review.compared import text
from policies import tokens

LOOSER, TIGHTER, OTHER = "loosened", "tightened", "changed"
Difference = tuple[str, str, tuple[str, ...]]  # which way, what, and details


@dataclass(frozen=True)
class Knob:
    """A number at a path, and whether more of it is looser; None if neither is."""

    path: str
    more_is_looser: bool | None
    default: float | None = None  # Argo Rollouts' and Kubernetes' documentation


CANARY = "spec.strategy.canary"
_ROLLOUT = (
    Knob("spec.replicas", False, 1),
    Knob("spec.minReadySeconds", False, 0),
    Knob("spec.progressDeadlineSeconds", None, 600),
    Knob("spec.rollbackWindow.revisions", None),
    Knob(f"{CANARY}.maxUnavailable", True),
    Knob(f"{CANARY}.maxSurge", None),
    Knob(f"{CANARY}.minPodsPerReplicaSet", False, 1),
    Knob(f"{CANARY}.scaleDownDelaySeconds", False, 30),
    Knob(f"{CANARY}.abortScaleDownDelaySeconds", False, 30),
    Knob(f"{CANARY}.analysis.startingStep", True, 0),
    Knob("spec.strategy.blueGreen.autoPromotionSeconds", False),
    Knob("spec.strategy.blueGreen.scaleDownDelaySeconds", False, 30),
)
KNOBS: Mapping[str, tuple[Knob, ...]] = {
    tokens.ROLLOUT: _ROLLOUT,
    tokens.DEPLOYMENT: (
        Knob("spec.replicas", False, 1),
        Knob("spec.minReadySeconds", False, 0),
        Knob("spec.strategy.rollingUpdate.maxUnavailable", True),
    ),
    tokens.STATEFUL_SET: (Knob("spec.replicas", False, 1),),
    tokens.DISRUPTION_BUDGET: (Knob("spec.maxUnavailable", True), Knob("spec.minAvailable", False)),
    tokens.AUTOSCALER: (Knob("spec.minReplicas", False, 1), Knob("spec.maxReplicas", None)),
}


def turned(knob: Knob, was: Any, now: Any, of: str = "") -> Iterator[Difference]:
    """The difference, if there is one; `of` stands before its name."""
    if was == now:
        return
    old, new = (_amount(value, knob.default) for value in (was, now))
    if old is not None and new is not None and old == new:
        return
    way = OTHER
    if knob.more_is_looser is not None and old is not None and new is not None:
        way = LOOSER if (new > old) is knob.more_is_looser else TIGHTER
    if knob.path.endswith(("maxUnavailable", "minAvailable")) and now is None:
        way = LOOSER
    yield way, f"{of}{knob.path.rpartition('.')[2]} {text(was)} → {text(now)}", ()


def _amount(value: Any, default: float | None) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.removesuffix("%")
        return float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else None
    return float(value) if isinstance(value, int | float) else default if value is None else None
