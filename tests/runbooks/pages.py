"""The runbooks as data: their parts, blocks, commands and links."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "runbooks"
PARTS = (
    "Meaning",
    "First look",
    "Mitigations, most reversible first",
    "Rollback command",
    "Escalation",
    "How to tell it is over",
    "What causes it, and related alerts",
)
MARKS = ("undone at once", "reversible", "hard to undo", "IRREVERSIBLE")  # of mitigations, in this order
ROLES = ("on-call", "break-glass", "administrator", "auditor", "key-administrator")
PLACES = (*(f"as {role}" for role in ROLES), "at GitHub", "at a desk")
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    language: str
    content: str


@dataclass(frozen=True)
class Command:
    """One line of a shell block; `place` is who may run it, as the block's first line says."""

    page: str
    place: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join(self.words)}"


@dataclass(frozen=True)
class Page:
    name: str
    text: str

    @property
    def prose(self) -> str:
        return _FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[Block]:
        return [
            Block(found[1], re.sub(r"^ {3}", "", found[2], flags=re.MULTILINE)) for found in _FENCE.finditer(self.text)
        ]

    @property
    def parts(self) -> dict[str, str]:
        """Each part by its heading, in order."""
        found = re.split(r"^## (.+)$", self.text, flags=re.MULTILINE)
        return dict(zip(found[1::2], found[2::2], strict=True))

    @property
    def links(self) -> list[str]:
        return re.findall(r"\[[^\]]+\]\(([^)]+)\)", self.prose)

    def commands(self) -> Iterator[Command]:
        """Those of its shell blocks, and those named in the text, which anybody may read as run by nobody yet."""
        for block in self.blocks:
            if block.language == "sh":
                first, *lines = block.content.strip().splitlines()
                for line in lines:
                    for words in simple(line):
                        yield Command(self.name, first.removeprefix("# "), words)
        for quoted in re.findall(r"`((?:platformctl|kubectl|aws|gh) [^`]+)`", self.prose):
            for words in simple(quoted.replace("`", "")):
                yield Command(self.name, "", words)


def simple(line: str) -> Iterator[tuple[str, ...]]:
    """The words of each simple command of a line, those inside of `$(...)` as well."""
    for inner in re.findall(r'"\$\((.*)\)"', line):
        yield from simple(inner)
    outer = re.sub(r'eval "\$\(.*\)"', "eval", line)
    words = shlex.split(outer, comments=True)
    if words and words[0] not in ("export", "eval"):
        yield tuple(words)


@cache
def pages() -> tuple[Page, ...]:
    """All runbooks, without the index."""
    return tuple(Page(file.stem, file.read_text()) for file in sorted(FOLDER.glob("*.md")) if file.stem != "README")


@cache
def index() -> Page:
    return Page("README", (FOLDER / "README.md").read_text())


@cache
def commands() -> tuple[Command, ...]:
    return tuple(command for page in (*pages(), index()) for command in page.commands())
