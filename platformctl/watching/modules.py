"""Which of the loaded modules a round must load anew: what was changed, and all that imports it."""

import ast
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

PROGRAM = ("stacks", "components")
POLICIES, COMMAND = "policies", "platformctl"
RULES = (POLICIES, COMMAND)
_UNSEEN = (b"import_module", b"__import__", b"runpy", b"exec(")  # ways to import what no source names
_ALL_RULES = "policies.rules"
_JUDGES = frozenset({"policies.engine", "policies.adapters"})  # what has to do with every verdict


def stale(files: Collection[Path], root: Path) -> list[str]:
    """The names of loaded modules that may be otherwise now that `files` were changed.

    All of the program if one of its files is no module of it that is loaded: who would read it is not known. All of the
    policies, and what the command line took from them, if one is theirs; and everything if one is the command line's.
    """
    if any(belongs(file, COMMAND, root) for file in files):
        return [name for name in loaded(PROGRAM + RULES) if not name.startswith(__package__)]
    rules = {file for file in files if belongs(file, POLICIES, root)}
    return _of_program({*files} - rules) + (_of_rules() if rules else [])


def belongs(file: Path, folder: str, root: Path) -> bool:
    """Whether it is in that folder of the checkout."""
    return file.is_relative_to(root / folder)


def judging_otherwise(files: Collection[Path]) -> frozenset[str] | None:
    """The modules of rules that may judge otherwise now that `files`, of the policies, were changed: by what they
    import themselves or through others. None if every rule may.
    """
    modules = _files_of((POLICIES,))
    modules.pop(_ALL_RULES, None)  # the engine runs what it is given: which rules there are tells it nothing
    if not {*files} <= {*modules.values()} or not modules.keys() >= _JUDGES:
        return None
    reached = _reached(modules, files, _modules)
    return None if reached & _JUDGES else frozenset(reached)


def _of_program(files: Collection[Path]) -> list[str]:
    modules = _files_of(PROGRAM)
    if not {file for file in files if not _is_read_by_each_round(file)} <= {*modules.values()}:
        return list(modules)
    found = _reached(modules, files, _with_packages)
    return [name for name in modules if name in found]


def _of_rules() -> list[str]:
    """The policies, and of the command line all but this package that imports them, or may."""
    modules = {name: file for name, file in _files_of(RULES).items() if not name.startswith(__package__)}
    own = {file for name, file in modules.items() if name.partition(".")[0] == POLICIES}
    unseen = [name for name, file in modules.items() if _imports_of(name, file) is None]
    silent = {name for name in unseen if POLICIES.encode() not in modules[name].read_bytes()}
    found = _reached(modules, own, _with_packages, silent)
    return [name for name in modules if name in found]


def _reached(
    modules: Mapping[str, Path],
    files: Collection[Path],
    meant: Callable[[str, frozenset[str]], set[str]],
    known: Collection[str] = (),
) -> set[str]:
    """The modules of `files`, and all that import them or do not tell what they import, but for those `known` not to.

    `meant`: which modules a module needs by the names that it imports.
    """
    found = {name for name, file in modules.items() if file in files}
    imports: dict[str, set[str] | None] = {}
    for name, file in modules.items():
        used = frozenset() if file in files else _imports_of(name, file)
        imports[name] = None if used is None and name not in known else meant(name, used or frozenset())
    while more := {name for name, used in imports.items() if used is None or used & found} - found:
        found |= more
    return found


def _files_of(packages: Collection[str]) -> dict[str, Path]:
    return {name: Path(getattr(sys.modules[name], "__file__", None) or "") for name in loaded(packages)}


def _modules(_name: str, used: Collection[str]) -> set[str]:
    """Those that are imported, or in which something is that is imported."""
    return {one if one in sys.modules else one.rpartition(".")[0] for one in used}


def _with_packages(name: str, used: Collection[str]) -> set[str]:
    """All that is imported by these names, with the packages that it and the module itself are in."""
    return {inner for one in (*used, name.rpartition(".")[0]) for inner in _prefixes(one)}


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
    """All that a file imports, by name; None if its text does not tell."""
    text = file.read_bytes()
    if any(mark in text for mark in _UNSEEN):
        return None
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    named: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        named.update(_named(node, package))
    return frozenset(named)


def _named(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = resolve_name("." * node.level + (node.module or ""), package)
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))
