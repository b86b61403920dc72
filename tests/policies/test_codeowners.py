"""CODEOWNERS is read as GitHub documents it."""

from pathlib import Path

import pytest

from policies.codeowners import owners, owners_in
from policies.waivers.entries import FILE

_DOCUMENTED = """
*       @global-owner1 @global-owner2
*.js    @js-owner # inline
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
/a\\ b/c @spaced
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", ("@global-owner1", "@global-owner2")),
        ("src/deep/x.js", ("@js-owner",)),
        ("x.go", ("docs@example.com",)),
        ("x.txt", ("@octo-org/octocats",)),
        ("build/logs/today.log", ("@octocat",)),
        ("deep/build/logs", ("@octocat",)),
        ("docs/a/b", ("@doctocat",)),
        ("deeply/apps/x", ("@octocat",)),
        ("apps/github", ()),
        ("apps/github/x", ()),
        ("apps/github2", ("@octocat",)),
        ("scripts/run", ("@doctocat", "@octocat")),
        ("a b/c", ("@spaced",)),
        ("logsx/y", ("@global-owner1", "@global-owner2")),
    ],
)
def test_the_documented_patterns(path: str, expected: tuple[str, ...]) -> None:
    assert owners(_DOCUMENTED, path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docs/* @a", ()),
        ("docs/** @a", ("@a",)),
        ("* @a\n!/docs/x/y @b", ("@a",)),
        ("* @a\n/docs/x/[y] @b", ("@a",)),
        ("* @a\n/docs/ nobody", ("@a",)),
        ("* @a\n# /docs/ @b", ("@a",)),
        ("/docs/x/? @a", ("@a",)),
        ("x/y @a", ()),
        ("/docs/X/y @a", ()),
        ("docs/*/y @a", ("@a",)),
        ("**/x/** @a", ("@a",)),
        ("", ()),
    ],
)
def test_the_last_line_that_matches_and_is_valid_wins(text: str, expected: tuple[str, ...]) -> None:
    assert owners(text, "docs/x/y") == expected


def test_the_first_place_that_holds_a_file_counts(tmp_path: Path) -> None:
    assert owners_in(tmp_path, FILE) == ()
    (tmp_path / "CODEOWNERS").write_text("* @second")
    assert owners_in(tmp_path, FILE) == ("@second",)
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "CODEOWNERS").write_text("* @first")
    assert owners_in(tmp_path, FILE) == ("@first",)


def test_security_alone_owns_the_waivers_and_what_decides_about_them() -> None:
    root = Path(__file__).resolve().parents[2]
    assert owners_in(root, FILE) == ("@billing/security",)
    assert "@billing/security" in owners_in(root, ".github/CODEOWNERS")
