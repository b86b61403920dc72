"""Fills templates, and adds lines to files that people wrote without touching what they wrote."""

import re
from pathlib import Path
from string import Template

from platformctl.errors import CommandError

_TEMPLATES = Path(__file__).parent / "templates"


def filled(template: str, **values: str) -> str:
    return Template((_TEMPLATES / template).read_text()).substitute(values)


def module_of(name: str) -> str:
    """`report-store` as a module's name."""
    return name.replace("-", "_")


def class_of(name: str) -> str:
    """`report-store` as a class's name."""
    return "".join(part.capitalize() for part in name.split("-"))


def title_of(name: str) -> str:
    """`report-store` as the beginning of a sentence."""
    return name.replace("-", " ").capitalize()


def kebab(what: str, name: str) -> str:
    """The name; CommandError if it is not in the form that all names here have."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise CommandError(
            f"{what} must be of a-z 0-9 and single -, a letter first, got {name!r}: such as report-store"
        )
    return name


def before_end_of(text: str, opening: str, closing: str, addition: str, place: str) -> str:
    """The text with `addition` before the first line `closing` after the line that begins with `opening`."""
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if line.startswith(opening)), None)
    rest = range(len(lines) if start is None else start, len(lines))
    end = next((number for number in rest if lines[number].rstrip() == closing), None)
    if end is None:
        raise CommandError(
            f"{place} has no {opening!r} that a line {closing!r} ends: add these lines by hand:\n{addition}"
        )
    return "".join([*lines[:end], addition, *lines[end:]])


def at_end_of_block(text: str, key: str, addition: str, place: str) -> str:
    """The YAML text with `addition`, indented, as the last entry of the mapping under the line `key:`."""
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if line.strip() == f"{key}:"), None)
    if start is None:
        raise CommandError(f"{place} has no line `{key}:` of its own: add these lines by hand:\n{addition}")
    depth = _indent(lines[start])
    inside = [n for n in range(start + 1, len(lines)) if lines[n].strip() and not lines[n].lstrip().startswith("#")]
    end = next((number for number in inside if _indent(lines[number]) <= depth), len(lines))
    indented = "".join(" " * (depth + 2) + line for line in addition.splitlines(keepends=True))
    return "".join([*lines[:end], indented, *lines[end:]])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
