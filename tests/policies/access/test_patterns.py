"""Patterns match what the plain expression of them matches, in a time that does not explode."""

import random
import re
import time

import pytest

from policies.access.patterns import Wildcards, _compiled

_PLAIN = {Wildcards.TEXT: {"*": ".*", "?": "."}, Wildcards.ARN: {"*": "[^:]*", "?": "[^:]"}}


def _parts(pattern: str) -> tuple[tuple[str, str], ...]:
    return tuple(("wildcard" if character in "*?" else "text", character) for character in pattern)


@pytest.mark.parametrize("wildcards", _PLAIN)
def test_taking_the_first_place_changes_no_answer(wildcards: Wildcards) -> None:
    chosen = random.Random(1)
    matched = 0
    for _ in range(4_000):
        pattern = "".join(chosen.choices("ab:*?", weights=(3, 3, 1, 4, 1), k=chosen.randint(0, 9)))
        text = "".join(chosen.choices("ab:", weights=(3, 3, 1), k=chosen.randint(0, 10)))
        if pattern.count(":") > 4:  # the sixth component of an ARN has rules of its own
            continue
        plain = "".join(_PLAIN[wildcards].get(character, character) for character in pattern)
        expected = re.fullmatch(plain, text) is not None
        assert (_compiled(_parts(pattern), wildcards, False).fullmatch(text) is not None) == expected, (pattern, text)
        matched += expected
    assert matched > 100


@pytest.mark.parametrize("wildcards", [Wildcards.TEXT, Wildcards.RESOURCE, Wildcards.ARN])
@pytest.mark.parametrize("pattern", ["*a" * 15 + "*b", "*a?" * 15 + "*b", ":::::" + "*a" * 15 + "*b"])
def test_a_pattern_of_many_wildcards_is_refused_at_once(wildcards: Wildcards, pattern: str) -> None:
    start = time.process_time()
    for text in ("a" * 300, ":::::" + "a" * 300):
        assert _compiled(_parts(pattern), wildcards, False).fullmatch(text) is None
    assert time.process_time() - start < 0.5
