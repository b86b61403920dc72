"""Pinned tools: found on PATH or in the per-user cache, else downloaded or built, whole or not at all."""

from collections.abc import Callable, Iterable
from pathlib import Path

from sandbox.tools.installation import ToolError, install
from sandbox.tools.places import Located, home, search
from sandbox.tools.table import in_group, package_of, packages

__all__ = ["Located", "ToolError", "bin_directory", "ensure", "files", "in_group", "locate"]


def locate(name: str) -> Located | None:
    """The executable `name` if it is ready to run; installs nothing. KeyError for an unknown name."""
    return search(package_of[name]).found.get(name)


def files(package: str) -> Path:
    """The folder with the package's files, once it is installed for this user: what is on PATH comes without them."""
    return home(next(one for one in packages if one.name == package))


def ensure(names: Iterable[str] = in_group["engine"], report: Callable[[str], None] = print) -> list[Located]:
    """The executables `names`, in their order; what is not on PATH or in the cache is downloaded, else built.

    `report` gets lines for people during each step that takes over two seconds, and one at its end.
    Raises ToolError with what was tried when a tool is not to be had; nothing half-installed is left then.
    """
    wanted = list(names)
    found: dict[str, Located] = {}
    for package in packages:
        if any(package_of[name] is package for name in wanted):
            seen = search(package)
            found |= seen.found or install(package, seen.refused, report)
    return [found[name] for name in wanted]


def bin_directory(package: str = "pulumi") -> Path:
    """The folder to put first on PATH, so that the executables that `locate` finds are the ones that run."""
    chosen = next(one for one in packages if one.name == package)
    located = search(chosen).found.get(chosen.main)
    return located.path.parent if located else home(chosen)
