"""The forms in which a report is handed over. Each is a module here with `render(Judgement) -> str`."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from platformctl.errors import CommandError
from platformctl.verdicts import Report

if TYPE_CHECKING:
    from policies.resource import Resource


class Format(StrEnum):
    """How a report is printed; the value is the name of the module that does it."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A report, and what only some forms of it need.

    `subject` is what was judged, as a person would type it; `judged` are the resources by rule, for evidence of what
    holds; `place` is the file that a finding is about which has none of its own; `root` is the repository's folder,
    and `base` the one that sources are relative to, where that is another.
    """

    report: Report
    subject: str
    day: date
    judged: Mapping[str, Sequence["Resource"]] = field(default_factory=dict)
    place: str = ""
    root: Path
    base: Path | None = None
    undecided_blocks: bool = False


def render(judgement: Judgement, form: Format) -> str:
    """The report in one of the forms; only that form's module is loaded."""
    module = import_module(f"platformctl.formats.{form}_form")
    text: str = module.render(judgement)
    return text


def encode(text: str) -> bytes:
    """UTF-8. Half of a surrogate pair, which has no encoding, becomes the escape that JSON has for it."""
    return text.encode("utf-8", "backslashreplace")


def to_stdout(text: str) -> None:
    """Print as UTF-8, whatever the locale says: machines read it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(encode(text))
    sys.stdout.buffer.flush()


def to_file(content: str | bytes, file: Path) -> None:
    """Write the whole file or nothing of it: readers never see a half. CommandError if that cannot be."""
    import tempfile  # late: every command would pay for it

    written = encode(content) if isinstance(content, str) else content
    target = file.resolve()  # what a link leads to is replaced, not the link
    try:
        if target.exists() and not target.is_file():  # a pipe or a terminal cannot be replaced
            if target.is_dir():
                raise CommandError(f"--output {file}: that is a folder: name a file in it")
            target.write_bytes(written)
            return
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(written)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(mode)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CommandError(f"--output {file}: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0o077)  # the system tells it only to who sets it
    os.umask(mask)
    return mask
