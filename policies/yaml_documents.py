"""Reads YAML and JSON as Kubernetes does, and strictly: every error has its line, and no input can blow it up.

Plain scalars are resolved by the rules of go.yaml.in/yaml/v2 (resolve.go), which `kubectl` and the API server read
with: `on` and `y` are booleans, `0777` is octal, `1:30` is text. Unlike there, a key that stands twice is an error.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

# Limits that no manifest comes near: the API server takes requests of 3 MiB (apiserver's MaxRequestBodyBytes).
LARGEST_BYTES = 32 * 1024 * 1024
MOST_VALUES = 1_000_000  # with what aliases stand for, in one file
DEEPEST = 100

_TRUE = frozenset(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))
_FALSE = frozenset(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"))
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_PREFIX = "tag:yaml.org,2002:"
_SCALAR_TAGS = {f"{_PREFIX}{name}": name for name in ("str", "bool", "int", "float", "null", "timestamp", "binary")}
_COLLECTION_TAGS = (f"{_PREFIX}map", f"{_PREFIX}seq")


class YamlError(Exception):
    """What is wrong with a text, and in which line of it."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message, self.line = message, line


class Map(dict[str, Any]):
    """A mapping that knows the line it begins in, and each of its keys'."""

    line: int = 1


@dataclass(frozen=True)
class Document:
    """One document: its value, of dicts, lists and JSON's scalars, and the line it begins in."""

    value: Any
    line: int


def read(data: bytes) -> Iterator[Document]:
    """The documents of a text, in order; raises YamlError at the first fault, after those before it."""
    if len(data) > LARGEST_BYTES:
        raise YamlError(f"the file has {len(data)} bytes: {LARGEST_BYTES} at most", 1)
    text = _text(data)
    if text.lstrip()[:1] == "{" and (documents := _json(text)) is not None:
        return iter(documents)
    return _yaml(text)


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlError(f"is not {encoding.upper().removesuffix('-SIG')} text: {error.reason}", line) from None


def _json(text: str) -> list[Document] | None:
    """The JSON values of a text, one after the other; None if it is no JSON (it may be YAML in flow style)."""
    found: list[Document] = []
    place = 0
    while match := re.compile(r"\S").search(text, place):
        line = text.count("\n", 0, match.start()) + 1
        decoder = json.JSONDecoder(
            object_pairs_hook=partial(_object, line=line), parse_constant=partial(_no_number, line=line)
        )
        try:
            value, place = decoder.raw_decode(text, match.start())
        except (json.JSONDecodeError, RecursionError):
            return None
        if _depth(value) > DEEPEST:
            raise YamlError(f"values are nested more than {DEEPEST} deep", line)
        found.append(Document(value, line))
    return found


def _no_number(text: str, line: int) -> Any:
    raise YamlError(f"{text} is no number that JSON has", line)


def _object(pairs: list[tuple[str, Any]], line: int) -> Map:
    made = Map(pairs)
    made.line = line
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise YamlError(
            f"the key {next(key for key in keys if keys.count(key) > 1)!r} stands twice in one object", line
        )
    return made


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def _yaml(text: str) -> Iterator[Document]:
    import yaml  # late: it costs every command its import

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    composer = _Composer(yaml.parse(text, Loader=loader))
    try:
        yield from composer.documents()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise YamlError(_problem(error, text, line), line) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError("has a control character, which YAML does not allow", line) from None


def _problem(error: Any, text: str, line: int) -> str:
    problem = " ".join(filter(None, (error.context, error.problem)))
    content = text.split("\n")[line - 1] if line <= text.count("\n") + 1 else ""
    if "\t" in content[: len(content) - len(content.lstrip())]:
        return f"is not valid YAML: a tab stands where only spaces may indent ({problem})"
    return f"is not valid YAML: {problem}"


class _Composer:
    """Makes values of parser events, without recursion into what aliases stand for."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, tuple[Any, int, int]] = {}  # value, how many values it holds, how deep it is
        self._values = 0

    def documents(self) -> Iterator[Document]:
        for event in self._events:
            if type(event).__name__ == "DocumentStartEvent":
                self._anchors = {}
                first = next(self._events)
                value, _, _ = self._node(first, 1)
                yield Document(value, first.start_mark.line + 1)

    def _node(self, event: Any, depth: int) -> tuple[Any, int, int]:
        """The value that begins with `event`, how many values it holds and how deep it is."""
        line = event.start_mark.line + 1
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event.anchor, depth, line)
        if depth > DEEPEST:
            raise YamlError(f"values are nested more than {DEEPEST} deep", line)
        self._count(1, line)
        if kind == "ScalarEvent":
            made: tuple[Any, int, int] = (_scalar(event, line), 1, 1)
        else:
            if event.tag not in (None, "!", *_COLLECTION_TAGS):
                raise YamlError(f"the tag {event.tag} is none of a Kubernetes object", line)
            made = self._sequence(depth) if kind == "SequenceStartEvent" else self._mapping(depth, line)
        if event.anchor:
            self._anchors[event.anchor] = made
        return made

    def _alias(self, name: str, depth: int, line: int) -> tuple[Any, int, int]:
        if name not in self._anchors:
            raise YamlError(f"the alias *{name} has no anchor before it, or stands inside its own", line)
        value, size, height = self._anchors[name]
        if depth + height - 1 > DEEPEST:
            raise YamlError(f"values are nested more than {DEEPEST} deep", line)
        self._count(size, line)
        return value, size, height

    def _count(self, size: int, line: int) -> None:
        self._values += size
        if self._values > MOST_VALUES:
            raise YamlError(f"holds more than {MOST_VALUES} values, with what aliases stand for", line)

    def _sequence(self, depth: int) -> tuple[Any, int, int]:
        items, size, height = [], 1, 0
        for event in self._inside():
            value, inner, deep = self._node(event, depth + 1)
            items.append(value)
            size, height = size + inner, max(height, deep)
        return items, size, height + 1

    def _mapping(self, depth: int, line: int) -> tuple[Any, int, int]:
        made, merged, size, height = Map(), [], 1, 0
        made.line = line
        for event in self._inside():
            key = self._key(event, depth)
            value, inner, deep = self._node(next(self._events), depth + 1)
            size, height = size + inner, max(height, deep)
            if key is None:
                merged += _merged(value, event.start_mark.line + 1)
            elif key in made:
                raise YamlError(f"the key {key!r} stands twice in one mapping", event.start_mark.line + 1)
            else:
                made[key] = value
        for other in merged:
            for key, value in other.items():
                made.setdefault(key, value)
        return made, size, height + 1

    def _key(self, event: Any, depth: int) -> str | None:
        """The key as JSON has it, text whatever it was; None for the merge key."""
        line = event.start_mark.line + 1
        if type(event).__name__ == "ScalarEvent" and event.value == "<<" and event.implicit[0]:
            return None
        value, _, _ = self._node(event, depth + 1)
        if value is None or isinstance(value, dict | list):
            raise YamlError(
                "a key must be text" + (": is {{ ... }} a template?" if isinstance(value, dict) else ""), line
            )
        return value if isinstance(value, str) else json.dumps(value)

    def _inside(self) -> Iterator[Any]:
        for event in self._events:
            if type(event).__name__ in ("SequenceEndEvent", "MappingEndEvent"):
                return
            yield event


def _merged(value: Any, line: int) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in found):
        raise YamlError("<< takes a mapping, or a list of them", line)
    return found


def _scalar(event: Any, line: int) -> Any:
    text = event.value
    if event.tag in (None, "!"):
        return resolve(text, line) if event.implicit[0] else text
    name = _SCALAR_TAGS.get(event.tag)
    if name is None:
        raise YamlError(f"the tag {event.tag} is none of a Kubernetes object", line)
    if name in ("str", "binary", "timestamp"):
        return text
    value = resolve(text, line)
    kinds = {"bool": (bool,), "int": (int,), "float": (int, float), "null": (type(None),)}[name]
    if not isinstance(value, kinds) or (isinstance(value, bool) and name != "bool"):
        raise YamlError(f"{text!r} cannot be read as !!{name}", line)
    return value


def resolve(text: str, line: int = 1) -> Any:
    """What a plain scalar means; raises YamlError for numbers that JSON does not have."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text[0] not in "+-.0123456789":
        return text
    if _NO_NUMBER.fullmatch(text):
        raise YamlError(f"{text} is no number that JSON has", line)
    plain = text.replace("_", "") if text[0] != "." else text
    if _INTEGER.fullmatch(plain) and -(2**63) <= (number := _integer(plain)) < 2**64:
        return number
    if _FLOAT.fullmatch(plain):
        return _float(plain, text)
    return text


def _integer(plain: str) -> int:
    sign, digits = (-1 if plain[0] == "-" else 1), plain.lstrip("+-").lower()
    for prefix, base in (("0x", 16), ("0o", 8), ("0b", 2)):
        if digits.startswith(prefix):
            return sign * int(digits[2:], base)
    return sign * int(digits, 8 if digits[0] == "0" else 10)


def _float(plain: str, text: str) -> float | int | str:
    """As JSON writes it: a whole number has no fraction. What is too large for a float stays text."""
    number = float(plain)
    if number in (float("inf"), float("-inf")):
        return text
    return int(number) if number.is_integer() and abs(number) < 1e21 else number
