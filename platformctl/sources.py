"""Credentials in plain text in what people write: the settings files and the program's sources."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from platformctl.project import PROGRAMS, Project
from policies.credentials import assigned, format_in, holds_secret, is_literal, names_secret
from policies.report import Finding, Verdict

_FOLDERS = ("stacks", "components")
_LARGEST_BYTES = 1_000_000  # what is larger was written by no person
# How the engine writes an encrypted value: the passphrase provider's and the cloud providers' form.
_CIPHERTEXT = re.compile(r"(v1:[A-Za-z0-9+/=]+:)?[A-Za-z0-9+/=]{16,}")

Found = Iterator[tuple[int, str, str]]  # line, what it is the value of, kind of credential


def plaintext(project: Project) -> list[Finding]:
    """A finding for every credential in the settings files of all projects and in the sources of the checkout.

    They say where and what kind of credential it is, never its value.
    """
    return [
        _finding(project.shown(file), line, name, kind)
        for file in _files(project.root)
        for line, name, kind in _kept(file, *_stamp(file))
    ]


def _files(root: Path) -> Iterator[Path]:
    for folder in sorted({program.folder for program in PROGRAMS.values()}):
        yield from sorted((root / folder).glob("Pulumi*.yaml"))
    for folder in _FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            hidden = "__pycache__" in file.parts or file.match("Pulumi*.yaml")
            if not hidden and file.is_file() and file.stat().st_size <= _LARGEST_BYTES:
                yield file


def _stamp(file: Path) -> tuple[int, int]:
    read = file.stat()
    return read.st_mtime_ns, read.st_size


@cache
def _kept(file: Path, _changed_ns: int, _size: int) -> list[tuple[int, str, str]]:
    """What is in a file as it was changed last: a process that lasts looks through each change once."""
    return sorted(set(_in_file(file)))


def _in_file(file: Path) -> Found:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return  # no text, so nobody wrote it here
    if format_in(text):
        for number, line in enumerate(text.splitlines(), start=1):
            if kind := format_in(line):
                yield number, "", kind
    if not names_secret(text):
        return
    try:
        if file.suffix == ".py":
            yield from _in_python(ast.parse(text))
        elif file.suffix in (".yaml", ".yml"):
            for document in yaml.compose_all(text, yaml.CSafeLoader):
                yield from _in_yaml(document, "")
        else:
            yield from _in_lines(text)
    except (SyntaxError, yaml.YAMLError):
        yield from _in_lines(text)  # the engine will say what is wrong with it; a secret in it is one all the same


def _in_lines(text: str) -> Found:
    for number, line in enumerate(text.splitlines(), start=1):
        yield from ((number, name, _literal(name)) for name in assigned(f"{line}\n"))


def _in_yaml(node: Any, name: str) -> Found:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "secure" and isinstance(value, yaml.ScalarNode):
                if not _CIPHERTEXT.fullmatch(value.value):
                    yield value.start_mark.line + 1, name, "secure value that is not encrypted"
            else:
                yield from _in_yaml(value, key.value if isinstance(key, yaml.ScalarNode) else name)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _in_yaml(item, name)
    elif isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str":
        yield from _literals(node.start_mark.line + 1, name, node.value)


def _in_python(tree: ast.AST) -> Found:
    for node in ast.walk(tree):
        for name, value in _named(node):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield from _literals(value.lineno, name, value.value)


def _named(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """What a piece of Python gives a value to, by name."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((_name(target), value) for target in targets)
        case ast.AnnAssign(target=target, value=value):
            yield _name(target), value
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            yield from ((_name(key), value) for key, value in zip(keys, values, strict=True))
        case ast.Call(func=ast.Attribute(attr="secret"), args=[value, *_]):
            yield "Output.secret", value
        case ast.arguments(args=args, defaults=defaults):
            yield from ((arg.arg, value) for arg, value in zip(args[::-1], defaults[::-1], strict=False))


def _name(node: ast.AST | None) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def _literals(line: int, name: str, value: str) -> Found:
    if holds_secret(name) and is_literal(value):
        yield line, name, _literal(name)
    for inner in assigned(value):
        yield line, inner, _literal(inner)


def _literal(name: str) -> str:
    return f"literal for {name.rpartition(':')[2]}"


def _finding(file: str, line: int, name: str, kind: str) -> Finding:
    from policies.rules.secrets.plaintext import RULES  # late: all rules come with it, and few runs find anything

    (rule,) = RULES
    return Finding(
        rule=rule.id,
        verdict=Verdict.FAIL,
        severity=str(rule.severity),
        urn="",
        type="",
        name=Path(file).name,
        property=name or None,
        message=f"{kind} in plain text",
        remedy=rule.remedy,
        controls=rule.controls,
        source=f"{file}:{line}",
    )
