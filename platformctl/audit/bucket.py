"""A bucket as the source of digests and log files, and CloudTrail as the source of public keys."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from platformctl.audit.hours import HOUR, Window
from platformctl.audit.signature import PublicKeys, decode
from platformctl.audit.sources import CHUNK_BYTES, MissingError, Stored
from platformctl.audit.verify import WORKERS
from platformctl.errors import CommandError

_ABSENT = ("NoSuchKey", "404")
_ROTATION = 2 * HOUR  # a key is listed by when it signed, which is after the hour that the digest covers


@dataclass(frozen=True)
class Connection:
    """How AWS is reached: None leaves everything to what the shell has."""

    variables: Mapping[str, str] | None

    def client(self, service: str, region: str) -> Any:
        """A boto3 client."""
        known: dict[str, Any] = {"config": Config(max_pool_connections=WORKERS)}
        if self.variables is not None:
            known |= {
                "endpoint_url": self.variables["AWS_ENDPOINT_URL"],
                "aws_access_key_id": self.variables["AWS_ACCESS_KEY_ID"],
                "aws_secret_access_key": self.variables["AWS_SECRET_ACCESS_KEY"],
                "aws_session_token": self.variables["AWS_SESSION_TOKEN"],
            }
        make: Any = boto3.client
        return make(service, region_name=region, **known)


@dataclass(frozen=True)
class Bucket:
    """The newest versions of a bucket's objects."""

    client: Any
    name: str

    def keys(self, prefix: str) -> Iterator[str]:
        with _told(f"s3://{self.name}/{prefix}"):
            for page in self._pages(Prefix=prefix):
                yield from (entry["Key"] for entry in page.get("Contents", ()))

    def folders(self, prefix: str) -> list[str]:
        with _told(f"s3://{self.name}/{prefix}"):
            pages = list(self._pages(Prefix=prefix, Delimiter="/"))
        found = (entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", ()))
        return sorted(folder.removeprefix(prefix).rstrip("/") for folder in found)

    def open(self, key: str) -> Stored:
        with _told(f"s3://{self.name}/{key}"):
            try:
                answer = self.client.get_object(Bucket=self.name, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] in _ABSENT:
                    raise MissingError(key) from None
                raise
        return Stored(answer["Metadata"], self._chunks(key, answer["Body"]))

    def _pages(self, **arguments: str) -> Iterator[dict[str, Any]]:
        pages: Iterator[dict[str, Any]] = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, **arguments
        )
        return pages

    def _chunks(self, key: str, body: Any) -> Iterator[bytes]:
        with _told(f"s3://{self.name}/{key}"):
            yield from body.iter_chunks(CHUNK_BYTES)


def listed_keys(connection: Connection, region: str, span: Window) -> PublicKeys:
    """The keys that signed the region's digests in this time: CloudTrail has other keys in each region."""
    client = connection.client("cloudtrail", region)
    with _told(f"the public keys of CloudTrail in {region}", "; give them with --public-keys"):
        pages = client.get_paginator("list_public_keys").paginate(
            StartTime=span.start - _ROTATION, EndTime=span.end + _ROTATION
        )
        entries = [entry for page in pages for entry in page["PublicKeyList"]]
        return {entry["Fingerprint"]: decode(entry["Value"]) for entry in entries}


@contextmanager
def _told(what: str, remedy: str = "") -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError, ValueError) as error:
        raise CommandError(f"{what} cannot be read: {error}{remedy}") from None
