"""Where records are kept: a folder, or a prefix of a bucket. What is there once is never written again."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

# Amazon S3 user guide, "How to prevent object overwrites with conditional writes": 412 when the object exists already,
# 409 when another write of it came in between.
_THERE = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
_ABSENT = ("NoSuchKey", "404")


class Unreachable(Exception):  # noqa: N818  what happens, not a fault of ours
    """The store does not answer, or refuses; the message says what it said."""


class Store(Protocol):
    """Files by name."""

    @property
    def place(self) -> str:
        """For people."""

    def names(self) -> list[str]:
        """All that are there, sorted."""

    def read(self, name: str) -> bytes | None:
        """The content; None where there is none."""

    def add(self, name: str, content: bytes) -> bool:
        """Whether it was written: False when there is one of this name already, which stays as it is."""


@dataclass(frozen=True)
class FolderStore:
    """Files in a folder; a hard link makes each appear whole, and for one writer alone."""

    root: Path

    @property
    def place(self) -> str:
        return str(self.root)

    def names(self) -> list[str]:
        return sorted(file.name for file in self.root.glob("*.json")) if self.root.is_dir() else []

    def read(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreachable(f"{self.root / name}: {error.strerror}") from None

    def add(self, name: str, content: bytes) -> bool:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor, new = tempfile.mkstemp(dir=self.root, prefix=".new-")
            try:
                with os.fdopen(descriptor, "wb") as sink:
                    sink.write(content)
                    sink.flush()
                    os.fsync(sink.fileno())
                os.link(new, self.root / name)
            finally:
                Path(new).unlink()
        except FileExistsError:
            return False
        except OSError as error:
            raise Unreachable(f"{self.root}: {error.strerror}") from None
        return True


@dataclass(frozen=True)
class BucketStore:
    """Objects below a prefix, which ends with a slash. `client`: boto3's, of S3."""

    client: Any
    bucket: str
    prefix: str

    @property
    def place(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def names(self) -> list[str]:
        found = self._asked(lambda: list(self._listed()))
        return sorted(name for name in found if name.endswith(".json") and "/" not in name)

    def read(self, name: str) -> bytes | None:
        return self._asked(lambda: self._content(name))  # type: ignore[no-any-return]

    def add(self, name: str, content: bytes) -> bool:
        from botocore.exceptions import ClientError

        def put() -> bool:
            try:
                self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=content, IfNoneMatch="*")
            except ClientError as error:
                if error.response["Error"]["Code"] in _THERE:
                    return False
                raise
            return True

        return bool(self._asked(put))

    def _listed(self) -> Iterator[str]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix):
            yield from (entry["Key"].removeprefix(self.prefix) for entry in page.get("Contents", ()))

    def _content(self, name: str) -> bytes | None:
        from botocore.exceptions import ClientError

        try:
            return bytes(self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise

    def _asked(self, call: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return call()
        except (ClientError, BotoCoreError) as error:
            raise Unreachable(f"{self.place}: {error}") from None
