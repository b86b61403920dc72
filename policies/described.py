"""A rule in full, for people and machines: what it asks, why, how to mend it, and examples."""

from collections.abc import Mapping
from typing import Any

from policies.controls import FRAMEWORKS, SOURCES
from policies.examples import UNKNOWN, Example, Node, Ref
from policies.rule import Rule

_KINDS = ("passes", "fails", "undecided", "ignores")


def described(rule: Rule) -> dict[str, Any]:
    """All that there is to say about a rule, as JSON holds it."""
    return summary(rule) | {
        "types": list(rule.types),
        "reads": list(rule.reads),
        "needs_graph": rule.needs_graph,
        "controls": [control.as_dict() for control in rule.controls],
        "remedy": rule.remedy,
        "snippet": snippet(rule.id),
        "examples": {kind: [example_data(example) for example in getattr(rule, kind)] for kind in _KINDS},
    }


def summary(rule: Rule) -> dict[str, str]:
    """A rule in one line."""
    return {
        "id": rule.id,
        "severity": str(rule.severity),
        "pack": str(rule.pack),
        "name": rule.name,
        "summary": rule.summary,
    }


def snippet(rule: str) -> str:
    """The remedy as Python for our components; empty where there is none."""
    from policies.snippets import snippet as written  # late: only what is explained needs it

    try:
        return written(rule)
    except KeyError:
        return ""


def controls_by_framework(rule: Rule) -> dict[str, list[str]]:
    """By framework's title, the requirements that a rule supports, each with the letter of its source."""
    found: dict[str, list[str]] = {}
    for control in rule.controls:
        found.setdefault(FRAMEWORKS[control.framework], []).append(f"{control.requirement} ({control.source})")
    return found


def sources(rule: Rule) -> list[str]:
    """What the letters of a rule's sources stand for."""
    used = {control.source for control in rule.controls}
    return [f"{key}: {text}" for key, text in SOURCES.items() if key in used]


def example_data(example: Example) -> list[dict[str, Any]]:
    """The resources of an example; `${name}` stands for what the resource of that name will produce."""
    return [_node(node) for node in example]


def example_text(example: Example) -> str:
    """The same as YAML."""
    import yaml  # late: only people read examples

    return yaml.safe_dump(example_data(example), sort_keys=False, allow_unicode=True, width=110).rstrip()


def _node(node: Node) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": node.type, "name": node.name}
    shown |= {"provider": node.provider} if node.provider else {}
    shown |= {"protect": True} if node.protect else {}
    return shown | {"properties": {key: _value(value) for key, value in node.props.items()}}


def _value(value: Any) -> Any:
    if isinstance(value, Ref):
        return f"${{{value.name}}}"
    if isinstance(value, Mapping):
        if "4dabf18193072939515e22adb298388d" in value:
            return "[secret]"
        return {key: _value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    if isinstance(value, str):
        return value.replace(UNKNOWN, "[unknown]")
    return value
