"""Writes several files, all or none."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from platformctl.errors import CommandError

Files = Mapping[Path, str]


def write(files: Files, *, new: tuple[Path, ...], root: Path, check: Callable[[], None] = lambda: None) -> list[Path]:
    """The files that were written, in their order. `new` ones must not exist yet; where `check` raises, or anything
    else goes wrong, every file is again as it was.
    """
    for file in new:
        if file.exists():
            raise CommandError(f"{file.relative_to(root)} exists already: choose another name, or change that file")
    with _undone_on_error([*files]):
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        check()
    return [*files]


@contextmanager
def _undone_on_error(files: list[Path]) -> Iterator[None]:
    before = {file: file.read_bytes() if file.exists() else None for file in files}
    try:
        yield
    except BaseException:
        for file, content in before.items():
            if content is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(content)
        raise
