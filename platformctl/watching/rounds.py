"""One round of a watch: the program rendered and judged, and what is different from the round before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from platformctl.changes import Change, changes
from platformctl.verdicts import Report

Resources = Mapping[str, Mapping[str, Any]]  # by URN: what the program registers
_COMPARED = ("inputs", "protect")
_KEPT = ("urn", "type", "parent", "inputs", "protect", "source")


@dataclass(frozen=True)
class Round:
    """`error` says why nothing could be rendered; then there is nothing else."""

    resources: Resources = field(default_factory=dict)
    report: Report = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Earlier:
    """What may stand of an earlier round: verdicts, and what the program registers, where that must be the same."""

    verdicts: Mapping[str, Any] = field(default_factory=dict)
    registrations: list[dict[str, Any]] | None = None


def of_program(target: str, earlier: Earlier) -> tuple[dict[str, Any], Earlier]:
    """The fields of a Round, in plain values: another process made it with modules of its own; and what of it may
    stand in a later one.
    """
    from platformctl import judging
    from platformctl.errors import CommandError
    from platformctl.selection import Selection

    try:
        made = judging.whole(target, Selection(), earlier.verdicts, earlier.registrations)
    except CommandError as error:
        return {"error": str(error)}, Earlier()
    resources = {one["urn"]: {key: one[key] for key in _KEPT} for one in made.registrations}
    # A credential stopped the round before the program was rendered, or there is the stack at least.
    return {"resources": resources, "report": made.judgement.report}, Earlier(made.verdicts, made.registrations or None)


def changed(before: Resources, after: Resources) -> list[Change]:
    """What the program registers otherwise than before, as changes; what the engine would replace it does not know."""
    return changes(_event(before.get(urn), after.get(urn)) for urn in sorted({*before, *after}))


def findings(before: Report, after: Report) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Those that are new, and those that are gone."""
    old, new = ({_key(one): one for one in report.get("findings", ())} for report in (before, after))
    return [new[key] for key in new if key not in old], [old[key] for key in old if key not in new]


def _key(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(finding[name] for name in ("rule", "urn", "property", "message", "verdict"))


def _event(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    """In the engine's words, of which the changes are made."""
    either = new or old or {}
    paths = list(differing(_sides(old), _sides(new))) if old and new else []
    operation = "update" if paths else "same" if old and new else "create" if new else "delete"
    step = {"op": operation, "urn": either["urn"], "type": either["type"], "diffs": paths}
    return {"resourcePreEvent": {"metadata": {**step, "old": _state(old), "new": _state(new)}}}


def _sides(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one["inputs"], **({"protect": True} if one["protect"] else {})}


def _state(one: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"parent": one["parent"], "inputs": _sides(one)} if one else None


def differing(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """The shortest paths to all that differs, as the engine writes them: `rules[0].ports`, `tags["a.b"]`."""
    if isinstance(old, dict) and isinstance(new, dict) and (path == "" or (old and new)):
        for key in sorted({*old, *new}):
            if key not in old or key not in new or old[key] != new[key]:
                yield from differing(old.get(key), new.get(key), _below(path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            if one != other:
                yield from differing(one, other, f"{path}[{index}]")
    elif old != new:
        yield path


def _below(path: str, key: str) -> str:
    if not key.replace("_", "a").isalnum():
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key
