"""Where a finding is, as SARIF says it: a file of the repository with a line, and the resource."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from platformctl.formats import Judgement

_STDIN = "-"


def location(finding: Mapping[str, Any], judgement: Judgement) -> dict[str, Any]:
    """The line that asks for the resource, or else the file that the whole judgement is about; and the resource."""
    found: dict[str, Any] = {}
    path, line = _split(finding["source"])
    if not path and judgement.place:
        path = judgement.place
    if path:
        place: dict[str, Any] = {"artifactLocation": artifact(path, judgement)}
        if line:
            place["region"] = {"startLine": line}
        found["physicalLocation"] = place
    if finding["urn"]:
        logical = {"name": finding["name"], "fullyQualifiedName": finding["urn"], "kind": "resource"}
        found["logicalLocations"] = [logical]
    return found


def artifact(path: str, judgement: Judgement) -> dict[str, Any]:
    """A file by its path from the repository's root; by its own URI if it is outside."""
    if path == _STDIN:
        return {"uri": "stdin", "description": {"text": "Standard input."}}
    file = Path(os.path.normpath((judgement.base or judgement.root) / path))
    if not file.is_relative_to(judgement.root):
        return {"uri": f"file://{_quoted(file.as_posix())}"}
    return {"uri": _quoted(file.relative_to(judgement.root).as_posix()), "uriBaseId": "%SRCROOT%"}


def _split(source: str) -> tuple[str, int]:
    """The file and the line, 0 where none is told."""
    path, _, line = source.rpartition(":")
    if path and line.isascii() and line.isdecimal() and int(line) > 0:
        return path, int(line)
    return source, 0


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "surrogatepass"), safe="/~")
