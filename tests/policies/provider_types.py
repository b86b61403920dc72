"""Writes `policies/property_types.json` from the sources of the pinned `pulumi_aws`, which need not be imported for it:

    python -m tests.policies.provider_types

The table holds the types of what rules read: `t` text, `n` number, `b` boolean, `[x]` a list,
`{"*": x}` a map, and any other object the properties of a block.
"""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import policies
from policies import tokens
from policies.property_types import FILE
from policies.rules import ALL

_SCALARS = {"str": "t", "int": "n", "float": "n", "bool": "b"}
_DEEPEST = 6  # levels of blocks: those of firewalls hold themselves


def table() -> dict[str, Any]:
    """By type, the types of the properties that a rule reads somewhere."""
    return {type_: found for type_ in sorted(_types()) if (found := _block(_resource(type_), _service(type_), 0))}


def _types() -> set[str]:
    named = {value for value in vars(tokens).values() if isinstance(value, str)}
    judged = {type_ for rule in ALL for type_ in rule.types}
    return {type_ for type_ in named | judged if re.fullmatch(r"aws:\w+/\w+:\w+", type_)}


@cache
def _read() -> frozenset[str]:
    """Every word in a text of the packs' sources, for what a rule reads it names."""
    folder = Path(policies.__file__).parent
    texts = (text for file in folder.rglob("*.py") for text in re.findall(r'"([\w.]+)"', file.read_text()))
    return frozenset(word for text in texts for word in text.split("."))


def _service(type_: str) -> Path:
    package = find_spec("pulumi_aws")
    assert package is not None
    assert package.origin is not None
    folder = type_.split(":")[1].split("/")[0]
    return Path(package.origin).parent / {"lambda": "lambda_"}.get(folder, folder)


@cache
def _classes(file: Path) -> dict[str, ast.ClassDef]:
    """By name, and by type token where there is one."""
    found = {}
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = node
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and mark.args and isinstance(mark.args[0], ast.Constant):
                    found[str(mark.args[0].value)] = node
    return found


def _resource(type_: str) -> ast.ClassDef | None:
    snake = "".join(
        f"_{letter.lower()}" if letter.isupper() else letter for letter in type_.split("/")[1].split(":")[0]
    )
    file = _service(type_) / f"{snake}.py"
    return _classes(file).get(type_) if file.is_file() else None


def _block(made: ast.ClassDef | None, service: Path, depth: int) -> dict[str, Any]:
    properties = _properties(made) if made and depth < _DEEPEST else ()
    kinds = {name: _kind(type_, service, depth) for name, type_ in properties if name in _read()}
    return {name: kind for name, kind in sorted(kinds.items()) if kind is not None}


def _properties(made: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for node in made.body:
        if isinstance(node, ast.FunctionDef) and node.returns:
            for mark in node.decorator_list:
                called = mark.func if isinstance(mark, ast.Call) else mark
                if isinstance(called, ast.Attribute) and called.attr == "getter":
                    named = mark.keywords[0].value if isinstance(mark, ast.Call) and mark.keywords else None
                    yield (str(named.value) if isinstance(named, ast.Constant) else node.name), node.returns


def _kind(type_: ast.expr, service: Path, depth: int) -> Any:
    """None for a type that says nothing."""
    if isinstance(type_, ast.Attribute):
        return _SCALARS.get(type_.attr)
    if isinstance(type_, ast.Constant) and str(type_.value).startswith("outputs."):
        made = _classes(service / "outputs.py").get(str(type_.value).removeprefix("outputs."))
        return _block(made, service, depth + 1) or {}
    if not isinstance(type_, ast.Subscript):
        return None
    outer = type_.value.attr if isinstance(type_.value, ast.Attribute) else getattr(type_.value, "id", "")
    inner = type_.slice.elts if isinstance(type_.slice, ast.Tuple) else [type_.slice]
    kind = _kind(inner[-1], service, depth)
    if outer in ("Output", "Optional"):
        return kind
    if outer == "Union":
        return _kind(inner[0], service, depth) if len(inner) == 1 else None
    return {"Sequence": [kind], "Mapping": {"*": kind}}.get(outer)


def written(types: dict[str, Any]) -> str:
    """The table as JSON, one type a line."""
    lines = (f"{json.dumps(type_)}: {json.dumps(kinds)}" for type_, kinds in types.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(written(table()))
