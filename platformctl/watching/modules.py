"""Which of the loaded modules a round must load anew: what was changed, and all that imports it."""

import ast
import sys
from collections.abc import Collection, Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

PROGRAM = ("stacks", "components")
RULES = ("policies", "platformctl")  # the command line holds on to what it took from the rules
_UNSEEN = (b"import_module", b"__import__", b"runpy", b"exec(")  # ways to import what no source names


def stale(files: Collection[Path], root: Path) -> list[str]:
    """The names of loaded modules that may be otherwise now that `files` were changed.

    All of the program if one of them is no module of it that is loaded: who would read it is not known. All of the
    program and of the rules if one is a rule's.
    """
    own = {file.relative_to(root).parts[0] for file in files if file.is_relative_to(root)}
    if own.intersection(RULES):
        return [name for name in loaded(PROGRAM + RULES) if not name.startswith(__package__)]
    program = {name: Path(getattr(sys.modules[name], "__file__", None) or "") for name in loaded(PROGRAM)}
    if not {file for file in files if not _is_read_by_each_round(file)} <= {*program.values()}:
        return list(program)
    found = {name for name, file in program.items() if file in files}
    imports = {name: _imports_of(name, file) for name, file in program.items() if file not in files}
    while more := {name for name, used in imports.items() if used is None or used & found} - found:
        found |= more
    return [name for name in program if name in found]


def forget(names: Collection[str]) -> None:
    """Has the next import of each of these modules load it."""
    for name in names:
        module = sys.modules.pop(name)
        parent, _, last = name.rpartition(".")
        if parent in sys.modules and sys.modules[parent].__dict__.get(last) is module:
            delattr(sys.modules[parent], last)  # where `from parent import last` looks first


def loaded(packages: Collection[str]) -> list[str]:
    """What is loaded of these packages, in the order in which that began."""
    return [name for name in sys.modules if name.partition(".")[0] in packages]


def _is_read_by_each_round(file: Path) -> bool:
    """Whether a round runs or reads the file itself, whatever is loaded."""
    return file.name == "__main__.py" or file.match("Pulumi*.yaml")


def _imports_of(name: str, file: Path) -> frozenset[str] | None:
    if not file.is_file():
        return frozenset()  # a folder without an __init__.py
    read = file.stat()
    return _imports(name, file, (read.st_mtime_ns, read.st_size))


@cache
def _imports(name: str, file: Path, _changed: tuple[int, int]) -> frozenset[str] | None:
    """All modules that a file imports and the packages that they are in; None if its text does not tell."""
    text = file.read_bytes()
    if any(mark in text for mark in _UNSEEN):
        return None
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    named = {name.rpartition(".")[0]}
    for node in ast.walk(ast.parse(text)):
        named.update(_named(node, package))
    return frozenset(inner for one in named for inner in _prefixes(one))


def _named(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = resolve_name("." * node.level + (node.module or ""), package)
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))
