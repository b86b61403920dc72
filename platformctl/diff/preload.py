"""Loads what a program will use of the SDKs, before it is run: read from its sources, without running any of them."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

_FOLDERS = ("stacks", "components")
_SDKS = ("pulumi_aws", "pulumi_kubernetes")
_FINDER = "stacks.sdk_imports"  # makes loading them fast; a revision without it loads them slowly


def sdk(root: Path) -> None:
    """Loads the SDKs' classes that the sources of the checkout at `root` name. What cannot be loaded is left for the
    program to fail with.
    """
    with suppress(Exception):
        import_module(_FINDER)
    for module, name in sorted(names(root)):
        with suppress(Exception):
            getattr(import_module(module), name)


def names(root: Path) -> set[tuple[str, str]]:
    """Of each SDK package the names that the sources use: ("pulumi_aws.ec2", "Vpc")."""
    files = (file for folder in _FOLDERS for file in sorted((root / folder).rglob("*.py")))
    return {used for file in files for used in _used(file)}


def _used(file: Path) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError:
        return
    modules: dict[str, str] = {}  # name in the file -> package
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in _SDKS:
            for alias in node.names:
                yield node.module, alias.name
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield modules[node.value.id], node.attr
