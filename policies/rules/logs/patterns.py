"""CloudWatch Logs filter patterns for JSON events: whether one matches an event.

CloudWatch Logs user guide, "Filter pattern syntax": `{ ($.a = x) && ($.b != "y*" || $.c NOT EXISTS) }`, where `*` in
a value stands for anything and a selector that points to nothing matches no comparison.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from policies.globs import compiled

Event = Mapping[str, str]  # values by their path, such as userIdentity.type
Test = Callable[[Event], bool]

_TOKEN = re.compile(r'\s*(&&|\|\||!=|=|[(){}]|"(?:[^"\\]|\\.)*"|[^\s(){}=!&|"]+)')
_WORD_TESTS: dict[str, Callable[[str], Test]] = {
    "EXISTS": lambda path: lambda event: path in event,
    "NOT EXISTS": lambda path: lambda event: path not in event,
    "IS NULL": lambda path: lambda event: event.get(path) == "null",
    "IS TRUE": lambda path: lambda event: event.get(path) == "true",
    "IS FALSE": lambda path: lambda event: event.get(path) == "false",
}


class PatternError(Exception):
    """The text is no pattern for JSON events, or one that is not understood here."""


def matches_event(pattern: str, event: Event) -> bool:
    """Whether a pattern matches; one that is not understood matches nothing."""
    try:
        return parse(pattern)(event)
    except PatternError:
        return False


@lru_cache(maxsize=256)
def parse(pattern: str) -> Test:
    """The test that a pattern stands for; raises PatternError."""
    tokens = _tokens(pattern.strip())
    if tokens[:1] != ["{"] or tokens[-1:] != ["}"]:
        raise PatternError(pattern)
    rest = tokens[1:-1]
    test = _either(rest)
    if rest:
        raise PatternError(pattern)
    return test


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise PatternError(text)
        tokens.append(found[1])
        place = found.end()
    return tokens


def _either(rest: list[str]) -> Test:
    tests = [_all(rest)]
    while rest[:1] == ["||"]:
        del rest[0]
        tests.append(_all(rest))
    return lambda event: any(test(event) for test in tests)


def _all(rest: list[str]) -> Test:
    tests = [_one(rest)]
    while rest[:1] == ["&&"]:
        del rest[0]
        tests.append(_one(rest))
    return lambda event: all(test(event) for test in tests)


def _one(rest: list[str]) -> Test:
    first = _next(rest)
    if first == "(":
        test = _either(rest)
        if _next(rest) != ")":
            raise PatternError(first)
        return test
    if not first.startswith("$."):
        raise PatternError(first)
    return _comparison(first.removeprefix("$."), rest)


def _comparison(path: str, rest: list[str]) -> Test:
    operator = _next(rest)
    if operator in ("=", "!="):
        value = _value(_next(rest))
        equal = operator == "="
        return lambda event: path in event and (value.fullmatch(event[path]) is not None) == equal
    words = operator.upper()
    if words not in _WORD_TESTS:
        words = f"{words} {_next(rest).upper()}"
    if words not in _WORD_TESTS:
        raise PatternError(words)
    return _WORD_TESTS[words](path)


def _value(token: str) -> re.Pattern[str]:
    if token[0] == "%":
        raise PatternError(token)  # a regular expression
    text = token[1:-1] if token[0] == '"' else token
    return compiled(text)


def _next(rest: list[str]) -> str:
    if not rest:
        raise PatternError("the pattern ends too early")
    return rest.pop(0)
