"""Who owns a file by a CODEOWNERS file, as GitHub reads it: the last pattern that matches wins.

Follows GitHub's "About code owners": patterns are those of gitignore without `!`, `[...]` and `\\#`; `docs/*` is what
stands in `docs` and nothing below; a line with a fault is passed over; a pattern without owners takes them away.
"""

import re
from pathlib import Path

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")  # the first that exists counts
_OWNER = re.compile(r"@[\w.-]+(/[\w.-]+)?|[^@\s]+@[^@\s]+\.[^@\s]+")
_WORDS = re.compile(r"(?:\\.|\S)+")  # `\ ` is a space inside a pattern


def owners_in(root: Path, path: str) -> tuple[str, ...]:
    """The owners of `path`, which is relative to the checkout `root`; none without a CODEOWNERS file."""
    for place in _PLACES:
        if (file := root / place).is_file():
            return owners(file.read_text(encoding="utf-8", errors="replace"), path)
    return ()


def owners(text: str, path: str) -> tuple[str, ...]:
    """The owners of `path` by the text of a CODEOWNERS file: `@user`, `@organisation/team` or an e-mail address."""
    found: tuple[str, ...] = ()
    for line in text.splitlines():
        pattern, *named = _words(line) or ("",)
        faulty = pattern[:1] in ("", "!", "\\") or "[" in pattern or not all(map(_OWNER.fullmatch, named))
        if not faulty and matches(pattern, path):
            found = tuple(named)
    return found


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern is of the file `path` or of a folder above it."""
    anchored = "/" in pattern.rstrip("/")
    segments = [part for part in pattern.replace("\\ ", " ").split("/") if part]
    expression = "" if anchored else "(?:.*/)?"
    for number, part in enumerate(segments):
        last = number == len(segments) - 1
        if part == "**":
            expression += ".*" if last else "(?:.*/)?"
        else:
            expression += "".join(_GLOBS.get(sign, re.escape(sign)) for sign in part) + ("" if last else "/")
    if pattern.endswith("/"):
        expression += "/.*"
    elif not (anchored and segments[-1:] == ["*"]):
        expression += "(?:/.*)?"
    return re.fullmatch(expression, path) is not None


_GLOBS = {"*": "[^/]*", "?": "[^/]"}


def _words(line: str) -> list[str]:
    words = _WORDS.findall(line)
    comment = next((number for number, word in enumerate(words) if word.startswith("#")), len(words))
    return words[:comment]
