"""What a checkout holds: its commit, and one hash of the content of its files, committed or not."""

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from platformctl.errors import CommandError

# Never content: what the tools make, and plans themselves. Files that are committed count, whatever they are called.
_IGNORED = (".venv", ".sandbox/", "__pycache__/", ".pytest_cache/", ".ruff_cache/", ".mypy_cache/", "*.plan.json")


@dataclass(frozen=True)
class Checkout:
    """`tree`: as Git hashes a tree, of the files as they are. `changed`: those that the commit has otherwise."""

    commit: str | None  # None outside of a repository
    subject: str
    tree: str
    changed: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether the files are the commit's."""
        return self.commit is not None and not self.changed


def read(root: Path, without: Sequence[Path] = ()) -> Checkout:
    """The checkout around `root`; files of `without` that are not committed do not count."""
    top = _asked(root, "rev-parse", "--show-toplevel", code=None)
    commit = _asked(root, "rev-parse", "--verify", "--quiet", "HEAD", code=None) if top else ""
    with tempfile.TemporaryDirectory(prefix="platformctl-") as scratch:
        folder = Path(top or root)
        variables = _apart(Path(scratch), folder, bool(top))
        _ignore(Path(scratch, "ignored"), folder, without)
        if commit:
            _asked(folder, "read-tree", commit, variables=variables)
        line = ("-c", f"core.excludesFile={Path(scratch, 'ignored')}", "add", "--all", ".")
        _asked(folder, *line, variables=variables)
        tree = _asked(folder, "write-tree", variables=variables)
        listed = _asked(folder, "diff-index", "--cached", "--name-only", commit, variables=variables) if commit else ""
    subject = _asked(folder, "log", "-1", "--format=%s", commit) if commit else ""
    return Checkout(commit or None, subject, tree, tuple(sorted(filter(None, listed.split("\n")))))


def told(root: Path) -> Checkout | None:
    """The same, for those to whom it is good to know: None where Git is not there or not able."""
    try:
        return read(root)
    except CommandError:
        return None


def _apart(scratch: Path, folder: Path, is_repository: bool) -> dict[str, str]:
    """An index and objects of our own: the checkout's stay as they are, and none of its index's flags hides a file."""
    variables = {"GIT_INDEX_FILE": str(scratch / "index"), "GIT_OBJECT_DIRECTORY": str(scratch / "objects")}
    (scratch / "objects").mkdir()
    if is_repository:
        objects = _asked(folder, "rev-parse", "--path-format=absolute", "--git-path", "objects")
        return {**variables, "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}
    home = scratch / "repository"
    _asked(folder, "init", "--quiet", "--bare", str(home))
    return {**variables, "GIT_DIR": str(home), "GIT_WORK_TREE": str(folder)}


def _ignore(file: Path, folder: Path, without: Sequence[Path]) -> None:
    names = [f"/{path.resolve().relative_to(folder)}" for path in without if path.resolve().is_relative_to(folder)]
    file.write_text("\n".join([*_IGNORED, *names, ""]))


def _asked(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None, code: int | None = 0) -> str:
    """What git prints; CommandError with its words when it ends otherwise than with `code` (None: nothing then)."""
    shell = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    line = ["git", "-c", "core.quotePath=false", "-c", "advice.addEmbeddedRepo=false", *arguments]
    try:
        answer = subprocess.run(  # noqa: S603
            line, cwd=folder, env={**shell, **(variables or {})}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise CommandError("git is not on PATH: a plan binds the commit and the content of the checkout") from None
    if answer.returncode and code is not None:
        raise CommandError(f"`git {' '.join(arguments)}` failed in {folder}: {answer.stderr.strip()}")
    return answer.stdout.strip() if not answer.returncode else ""
