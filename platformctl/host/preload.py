"""Loads what a program will use of the SDKs, before it is run: read from its sources, without running any of them."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

_OWN = ("stacks", "components")
_SDKS = ("pulumi_aws", "pulumi_kubernetes")
_FINDER = "stacks.sdk_imports"  # makes loading them fast; a revision without it loads them slowly


def sdk(root: Path, program: Path) -> None:
    """Loads the SDKs' classes that the program in the checkout at `root` names. What cannot be loaded is left for the
    program to fail with.
    """
    with suppress(Exception):
        import_module(_FINDER)
    for module, name in sorted(names(root, program)):
        with suppress(Exception):
            getattr(import_module(module), name)


def names(root: Path, program: Path) -> set[tuple[str, str]]:
    """Of each SDK package the names that the program uses, with all of the checkout that it imports:
    ("pulumi_aws.ec2", "Vpc").
    """
    found: set[tuple[str, str]] = set()
    pending, seen = [program / "__main__.py"], set()
    while pending:
        file = pending.pop()
        if file in seen or not file.is_file():
            continue
        seen.add(file)
        imported = _imported(file)
        found |= set(_used(imported))
        pending += _files(root, imported)
    return found


class _Imports(ast.NodeVisitor):
    """What a file imports: (package, name, name in the file), and which attributes it takes of what."""

    def __init__(self) -> None:
        self.names: list[tuple[str, str, str]] = []
        self.attributes: set[tuple[str, str]] = set()

    def visit_Import(self, node: ast.Import) -> None:
        self.names += ((alias.name, "", alias.asname or alias.name) for alias in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module and not node.level:
            self.names += ((node.module, alias.name, alias.asname or alias.name) for alias in node.names)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name):
            self.attributes.add((node.value.id, node.attr))
        self.generic_visit(node)


def _imported(file: Path) -> _Imports:
    found = _Imports()
    with suppress(SyntaxError):
        found.visit(ast.parse(file.read_bytes()))
    return found


def _used(imports: _Imports) -> Iterator[tuple[str, str]]:
    packages = {}  # name in the file -> package of the SDK
    for module, name, here in imports.names:
        if module.split(".")[0] in _SDKS and name:
            yield module, name
            packages[here] = f"{module}.{name}"
    yield from ((packages[here], name) for here, name in imports.attributes if here in packages)


def _files(root: Path, imports: _Imports) -> Iterator[Path]:
    for module, name, _ in imports.names:
        if module.split(".")[0] in _OWN:
            for path in (module, f"{module}.{name}") if name else (module,):
                place = root.joinpath(*path.split("."))
                yield from (place.with_suffix(".py"), place / "__init__.py")
