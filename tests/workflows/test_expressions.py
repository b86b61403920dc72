"""The runner's own evaluator: GitHub's meaning for what our workflows use, and an error for the rest."""

from typing import Any

import pytest

from tests.workflows.expressions import Scope, UnknownError


def scope(failed: bool = False, **contexts: Any) -> Scope:
    status = {"success": lambda: not failed, "failure": lambda: failed, "always": lambda: True}
    return Scope({"github": {"ref": "refs/heads/main", "n": 5, "no": None}, "vars": {}, **contexts}, status)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("${{ github.ref }}", "refs/heads/main"),
        ("a-${{ github.n }}-${{ github.no }}-b", "a-5--b"),
        ("${{ vars.RUNNER || 'ubuntu' }}", "ubuntu"),
        ("${{ github.n == 5 && 'yes' || 'no' }}", "yes"),
        ("${{ github.ref == 'REFS/heads/MAIN' }}", "true"),  # case is ignored
        ("${{ 'it''s' }}", "it's"),
        ("${{ !(github.n != 5) }}", "true"),
        (True, "true"),
        (7200, "7200"),
    ],
)
def test_texts_are_filled_in(template: Any, text: str) -> None:
    assert scope().text(template) == text


@pytest.mark.parametrize(
    "template",
    [
        "${{ secrets.TOKEN }}",
        "${{ github.event.nothing }}",
        "${{ fromJSON('1') }}",
        "${{ github['ref'] }}",
        "${{ github.n > 4 }}",
        "${{ github.ref",
        "${{ (github.n }}",
        "${{ github.n 5 }}",
        "${{ }}",
    ],
)
def test_what_is_not_known_is_an_error(template: str) -> None:
    with pytest.raises(UnknownError):
        scope().text(template)


@pytest.mark.parametrize(
    ("condition", "failed", "holds"),
    [
        (None, False, True),
        (None, True, False),
        ("github.n == 5", False, True),
        ("github.n == 5", True, False),  # without a function of the status, success() is asked as well
        ("github.n == 6", False, False),
        ("success() || failure()", True, True),
        ("always() && github.n == 5", True, True),
        ("failure()", False, False),
        ("${{ github.n == 5 }}", False, True),
    ],
)
def test_conditions(condition: str | None, failed: bool, holds: bool) -> None:
    assert scope(failed).condition(condition) is holds
