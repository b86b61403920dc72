"""What is compared: revisions of the repository by any name that git knows, or the working tree as it is."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from platformctl.errors import CommandError

WORKING_TREE = "working tree"
_MAIN = ("origin/main", "main")  # the first that this clone has
_SHORT = 7  # characters of a commit, for people
_RELATIVE = frozenset("^~@")  # of a name that counts back from another: nothing to fetch by


@dataclass(frozen=True)
class Revision:
    """A commit by its full hash; without one, the files of the checkout as they are, untracked ones too."""

    commit: str = ""

    @property
    def shown(self) -> str:
        return self.commit[:_SHORT] or WORKING_TREE


def parse(root: Path, text: str | None) -> tuple[Revision, Revision]:
    """Base and head of `BASE..HEAD`, as git writes it. Without BASE, where the head left main; without HEAD, the
    working tree; BASE...HEAD takes for the base where the two parted. CommandError says how to fetch what this clone
    lacks.
    """
    base, dots, head = (text or "").partition("..")
    parted, head = head.startswith("."), head.removeprefix(".")
    after = Revision(_commit(root, head)) if head else Revision()
    tip = after.commit or _commit(root, "HEAD")
    if not base:
        return Revision(_merge_base(root, _main(root), tip)), after
    before = _commit(root, base)
    return Revision(_merge_base(root, before, tip) if dots and parted else before), after


def listed(root: Path, revision: Revision) -> dict[str, str]:
    """By name what the checkout's folder has at its top in a commit, each with the hash of all that is in it."""
    entries = (
        line.split("\t", 1)
        for line in git(root, "ls-tree", "--full-tree", "-z", _tree(root, revision)).split("\0")
        if line
    )
    return {name: about.split()[2] for about, name in entries}


def holds(root: Path, revision: Revision, file: str) -> bool:
    """Whether a commit has a file, named as from the checkout's folder."""
    return not _run(root, ("cat-file", "-e", f"{_tree(root, revision)}{file}"), {}).returncode


def extract(root: Path, revision: Revision, folder: Path) -> None:
    """Puts the files of a commit into a folder. Nothing is written to the repository, its index or its work trees."""
    folder.mkdir()
    index = folder.parent / f"{folder.name}.index"
    where = (f"--git-dir={git(root, 'rev-parse', '--absolute-git-dir').strip()}", f"--work-tree={folder}")
    for line in (("read-tree", _tree(root, revision)), ("checkout-index", "--all", "--quiet")):
        git(folder, *where, *line, GIT_INDEX_FILE=str(index))


def git(folder: Path, *arguments: str, **variables: str) -> str:
    """What git prints; CommandError with its own words when it fails."""
    result = _run(folder, arguments, variables)
    if result.returncode:
        words = (result.stderr.strip() or "no reason given").splitlines()[0].removeprefix("fatal: ")
        raise CommandError(f"`git {arguments[0]}` failed: {words}")
    return result.stdout


def _run(folder: Path, arguments: tuple[str, ...], variables: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("git")
    if program is None:
        raise CommandError("git is not on PATH: revisions are compared with it")
    # A hook's own GIT_DIR and GIT_INDEX_FILE are of what it was started for.
    around = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    line = [program, *arguments]
    return subprocess.run(line, cwd=folder, env=around | variables, capture_output=True, text=True, check=False)  # noqa: S603


def _tree(root: Path, revision: Revision) -> str:
    """The checkout's folder in the commit: the repository may hold more than the checkout."""
    return f"{revision.commit}:{git(root, 'rev-parse', '--show-prefix').strip()}"


def _commit(root: Path, name: str) -> str:
    if name.startswith("-"):
        raise CommandError(f"{name!r} is no revision: write BASE..HEAD")
    result = _run(root, ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"), {})
    if not result.returncode:
        return result.stdout.strip()
    git(root, "rev-parse", "--git-dir")  # says so where there is no repository at all
    raise CommandError(f"this clone has no revision {name!r}: {_fetch(root, name)}")


def _main(root: Path) -> str:
    for name in _MAIN:
        if not _run(root, ("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"), {}).returncode:
            return name
    git(root, "rev-parse", "--git-dir")
    raise CommandError(
        f"this clone has neither {' nor '.join(_MAIN)}, which the change is compared with: "
        "`git fetch origin main:refs/remotes/origin/main` brings it, or name the base: BASE..HEAD"
    )


def _merge_base(root: Path, one: str, other: str) -> str:
    result = _run(root, ("merge-base", one, other), {})
    if not result.returncode:
        return result.stdout.strip()
    names = " and ".join(name[:_SHORT] if len(name) > len("origin/main") else name for name in (one, other))
    if git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        raise CommandError(
            f"{names} do not meet in what this shallow clone has of their history: `git fetch --unshallow origin` "
            "brings all of it, `git fetch --deepen=100 origin` a hundred commits more"
        )
    raise CommandError(f"{names} have no commit in common: name the base: BASE..HEAD")


def _fetch(root: Path, name: str) -> str:
    shallow = git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    if _RELATIVE & set(name):
        if shallow:
            return "`git fetch --unshallow origin` brings the history that this shallow clone lacks"
        return "the history does not go that far back"
    remote, slash, branch = name.partition("/")
    if slash and remote in git(root, "remote").split():
        return f"`git fetch {remote} {branch}:refs/remotes/{name}` brings it"
    deeper = ", or `git fetch --unshallow origin` all that this shallow clone lacks" if shallow else ""
    return f"`git fetch origin {name}` brings it, as FETCH_HEAD{deeper}"
