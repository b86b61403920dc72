"""Where digests and log files are read from: a bucket (bucket.py), or a folder with the same keys."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CHUNK_BYTES = 256 * 1024
SIDECAR = ".metadata.json"  # beside a file: what `aws s3api head-object` printed of it


class MissingError(Exception):
    """There is no object of this key."""


@dataclass(frozen=True)
class Stored:
    """An object: its own metadata, without the x-amz-meta- before the names, and its bytes."""

    metadata: Mapping[str, str]
    chunks: Iterator[bytes]


class Source(Protocol):
    """Objects by the keys that CloudTrail gave them. Called from several threads."""

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin with `prefix`, which ends with a slash, sorted."""

    def folders(self, prefix: str) -> list[str]:
        """The names between `prefix` and the next slash."""

    def open(self, key: str) -> Stored:
        """The object; MissingError when there is none."""


@dataclass(frozen=True)
class Folder:
    """A copy of a bucket's objects, each at the path of its key."""

    root: Path

    def keys(self, prefix: str) -> Iterator[str]:
        files = (path for path in (self.root / prefix).rglob("*") if path.is_file() and not path.name.endswith(SIDECAR))
        return iter(sorted(path.relative_to(self.root).as_posix() for path in files))

    def folders(self, prefix: str) -> list[str]:
        start = self.root / prefix
        return sorted(path.name for path in start.iterdir() if path.is_dir()) if start.is_dir() else []

    def open(self, key: str) -> Stored:
        path = self.root / key
        inside = path.resolve().is_relative_to(self.root.resolve())  # a forged digest can name any path
        if not inside or not path.is_file():
            raise MissingError(key)
        return Stored(_metadata(path.with_name(path.name + SIDECAR)), _chunks(path))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _metadata(sidecar: Path) -> dict[str, str]:
    """Nothing where the sidecar is missing or not what head-object prints: the digest then has no signature."""
    try:
        metadata = json.loads(sidecar.read_text())["Metadata"]
        return {str(name).lower(): str(value) for name, value in metadata.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
