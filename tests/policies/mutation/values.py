"""What a value may be changed to, so that a rule that reads it ought to notice."""

import json
import re
from collections.abc import Iterator
from typing import Any

from policies.examples import Ref

NOBODY = Ref("nobody")  # unknown, and nothing tells who produces it
_ELSEWHERE = "elsewhere"
_OPEN = ("0.0.0.0/0", "::/0")
_OPPOSITES = {"Allow": "Deny", "Deny": "Allow"}
_NUMBERS = re.compile(r"\d+")


def mutants(value: Any) -> Iterator[Any]:
    """Other values of the same kind, simplest first; the value itself is never among them."""
    for other in _mutants(value):
        if isinstance(other, Ref) or other != value or type(other) is not type(value):
            yield other


def _mutants(value: Any) -> Iterator[Any]:
    if isinstance(value, Ref):
        yield _ELSEWHERE  # the reference is cut: it names something outside
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value - 1, value + 1, 0, -value, value * 1000, value // 1000)
    elif isinstance(value, str):
        yield from _texts(value)
    elif isinstance(value, list):
        yield from _lists(value)
    elif isinstance(value, dict):
        yield from _maps(value)


def _texts(text: str) -> Iterator[Any]:
    if text[:1] in "{[" and (content := _decoded(text)) is not None:
        yield from ("", "not JSON")
        yield from (json.dumps(other, default=str) for other in _mutants(content))
        return
    if text.lower() in ("true", "false"):
        yield str(text.lower() != "true").lower()
    if text in _OPPOSITES:
        yield _OPPOSITES[text]
    yield from ("", "*", _ELSEWHERE, f"{text}x", text[1:], text.swapcase())
    if "/" in text and text[0] in "0123456789abcdef:":
        yield from _OPEN
    for number in _NUMBERS.finditer(text):
        for other in (int(number[0]) - 1, int(number[0]) + 1, 0):
            yield f"{text[: number.start()]}{max(other, 0)}{text[number.end() :]}"
    for separator in ("*", ":", "/"):  # a pattern made wider
        if separator in text[1:]:
            yield text[: text.rindex(separator, 1)] + "*"


def _lists(items: list[Any]) -> Iterator[list[Any]]:
    yield []
    for index, item in enumerate(items):
        yield [*items[:index], *items[index + 1 :]]
        yield from ([*items[:index], other, *items[index + 1 :]] for other in _mutants(item))
    if items and all(isinstance(item, str) for item in items):
        yield from ([*items, more] for more in ("*", *_OPEN, _ELSEWHERE))


def _maps(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {}
    for key, value in fields.items():
        yield {other: item for other, item in fields.items() if other != key}
        yield from (fields | {key: other} for other in _mutants(value))


def _decoded(text: str) -> Any:
    try:
        content = json.loads(text)
    except ValueError:
        return None
    return content if isinstance(content, dict | list) else None
