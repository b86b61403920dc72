"""Label selectors: which labels they match."""

from typing import Any

from policies.resource import Resource
from policies.rule import some
from policies.values import Block


def matches(selector: Block, labels: Block) -> bool:
    """Whether the selector matches; an empty one matches everything. Raises Undecided if unknown values decide."""
    wanted = selector.block("matchLabels")
    if some(list(wanted), lambda key: labels.text(key) != wanted.text(key) or key not in labels):
        return False
    return not some(selector.each("matchExpressions"), lambda expression: not _holds(expression, labels))


def differs(owner: Resource, key: str, labels: Block) -> bool:
    """Whether the selector under `spec.<key>` plainly asks for other labels: a quick no, where many are compared."""
    wanted: Any = owner.properties.get("spec")
    for part in (key, "matchLabels"):
        wanted = wanted.get(part) if isinstance(wanted, dict) else None
    return isinstance(wanted, dict) and any(_is_other(labels.raw.get(name), text) for name, text in wanted.items())


def _is_other(found: Any, text: Any) -> bool:
    return isinstance(text, str) and (found is None or isinstance(found, str)) and found != text


def is_empty(selector: Block) -> bool:
    """Whether the selector matches everything, whatever its labels."""
    return not selector.block("matchLabels") and not selector.each("matchExpressions")


def _holds(expression: Block, labels: Block) -> bool:
    key, operator = expression.text("key"), expression.text("operator")
    if operator in ("Exists", "DoesNotExist"):
        return (key in labels) is (operator == "Exists")
    values = expression.texts("values")
    listed = key in labels and some(range(len(values)), lambda index: values.text_of(index) == labels.text(key))
    return listed is (operator == "In")
