"""The steps of a canary, in words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from platformctl.review.compared import Pair, raw, text
from platformctl.review.sections.rollouts.knobs import CANARY, LOOSER, OTHER, TIGHTER, Difference


def steps(pair: Pair) -> Iterator[Difference]:
    """The difference, if there is one: looser where a check goes, or more traffic moves at once."""
    old, new = (_told(raw(side, f"{CANARY}.steps")) for side in (pair.before, pair.after))
    if old == new:
        return
    lost = [step for step in _watching(old) if step not in _watching(new)]
    more = [step for step in _watching(new) if step not in _watching(old)]
    bolder = _largest(new) > _largest(old)
    way = LOOSER if lost or bolder else TIGHTER if more or _largest(new) < _largest(old) else OTHER
    details = [f"was: {' · '.join(old) or 'no steps'}", f"is: {' · '.join(new) or 'no steps'}"]
    if bolder:
        details.append(f"the largest step of traffic: {_largest(old):g} % → {_largest(new):g} %")
    yield way, "the canary's steps", tuple(details)


def _told(steps: Any) -> list[str]:
    return [_step(step) for step in steps] if isinstance(steps, list) else []


def _step(step: Any) -> str:
    """A step in a few words."""
    if not isinstance(step, Mapping) or not step:
        return text(step)
    kind, value = next(iter(step.items()))
    if kind == "setWeight":
        return f"{text(value)} %"
    if kind == "pause":
        duration = value.get("duration") if isinstance(value, Mapping) else None
        return "pause for a person" if duration is None else f"pause {text(duration)}"
    if kind == "analysis":
        return f"analysis {', '.join(analyses(value))}"
    return f"{kind} {text(value)}"


def analyses(analysis: Any) -> list[str]:
    """The names of the templates of an analysis."""
    templates = analysis.get("templates") if isinstance(analysis, Mapping) else None
    return [str(one.get("templateName")) for one in templates if isinstance(one, Mapping)] if templates else []


def _watching(steps: list[str]) -> list[str]:
    """The steps that hold a version back: analyses and pauses."""
    return [step for step in steps if step.startswith(("analysis ", "pause "))]


def _largest(steps: list[str]) -> float:
    """The most of the traffic, in percent, that moves in one step."""
    weights = [float(step.removesuffix(" %")) for step in steps if re.fullmatch(r"\d+(\.\d+)? %", step)]
    return max(
        (later - earlier for earlier, later in zip([0.0, *weights], [*weights, 100.0], strict=True)), default=100
    )
