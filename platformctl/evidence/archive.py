"""The archive: every report, a manifest that says what each is, and the sums that `sha256sum --check` reads."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from platformctl.evidence.parts import Made

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
SCHEMA = 1


def manifest(made: Sequence[Made], about: Mapping[str, Any]) -> dict[str, Any]:
    """What the archive holds; `about`: environment, month, commit, place, times."""
    return {"schema": SCHEMA, **about, "parts": [_described(one) for one in made]}


def archive(made: Sequence[Made], content: Mapping[str, Any], folder: str) -> bytes:
    """A gzipped tar of one folder. The same reports and manifest make the same bytes: no times, names or rights of this
    machine are in it.
    """
    files = {f"{one.part.name}.json": one.report for one in made if one.report}
    files[MANIFEST] = (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
    files[SUMS] = "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(files.items())).encode()
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, data in sorted(files.items()):
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size, member.mode = len(data), 0o644
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def write(data: bytes, file: Path) -> None:
    """The archive and, beside it, its own sum: whole or not at all."""
    for target, content in ((file, data), (file.with_name(f"{file.name}.sha256"), _line(data, file.name))):
        new = target.with_name(f".{target.name}.new")
        new.write_bytes(content)
        new.replace(target)


def sha256(data: bytes) -> str:
    """In hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _line(data: bytes, name: str) -> bytes:
    return f"{sha256(data)}  {name}\n".encode()


def _described(one: Made) -> dict[str, Any]:
    file = {"file": f"{one.part.name}.json", "bytes": len(one.report), "sha256": sha256(one.report)}
    return {
        "name": one.part.name,
        "outcome": one.outcome.value,
        "command": one.command or None,
        "exit_code": one.exit_code,
        "why": one.why or None,
        **(file if one.report else {"file": None, "bytes": 0, "sha256": None}),
    }
