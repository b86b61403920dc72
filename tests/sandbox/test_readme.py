"""The README's tables of what cannot be verified say what the types' own tables say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import sandbox
from sandbox.registry import by_token

README = Path(str(sandbox.__file__)).with_name("README.md")


def rows(heading: str) -> list[str]:
    """The rows of the table with this heading, without the line below it."""
    _, _, table = README.read_text().partition(f"\n{heading}\n")
    return table.partition("\n\n")[0].splitlines()[1:]


def short(token: str) -> tuple[str, str]:
    """ec2, Subnet: as programs write the type."""
    _, module, name = token.split(":")
    return module.partition("/")[0], name


def code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def test_the_readme_lists_every_unverified_property() -> None:
    found = {" ".join(short(token)): kind.unverified for token, kind in by_token().items() if kind.unverified}
    assert rows("| type | property |") == [f"| {name} | {code(found[name])} |" for name in sorted(found)]


def test_the_readme_lists_every_recorded_type() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for token in (token for token, kind in by_token().items() if kind.recorded):
        module, name = short(token)
        found[module].append(name)
    assert rows("| service | types |") == [
        f"| {module} | {', '.join(sorted(found[module]))} |" for module in sorted(found)
    ]
