"""One CloudTrail digest file: what its key says, what its content says, and the text that its signature covers.

The facts are the CloudTrail user guide's, pages "CloudTrail digest file structure" and "Custom implementations of
CloudTrail log file integrity validation". All hashes are of uncompressed content.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from platformctl.audit.hours import HOUR, Window, parse_time
from platformctl.audit.inflate import UnreadableError, inflate_whole

SHA_256 = "SHA-256"
SIGNATURE_ALGORITHM = "SHA256withRSA"
_REGION = r"[a-z]{2}(?:-[a-z]+)+-\d"
_KEY = re.compile(
    r"(?:.*/)?AWSLogs/(?P<account>\d{12})/CloudTrail-Digest/"
    rf"(?P<region>{_REGION})/\d{{4}}/\d\d/\d\d/(?P=account)_CloudTrail-Digest_(?P=region)_(?P<trail>[\w.-]+)_{_REGION}_"
    r"(?P<end>\d{8}T\d{6}Z)(?P<backfill>_backfill)?\.json\.gz"
)
_PREVIOUS = ("previousDigestS3Bucket", "previousDigestS3Object", "previousDigestHashValue", "previousDigestSignature")


@dataclass(frozen=True)
class DigestKey:
    """What an object's key says of the digest in it. A backfill digest names log files that CloudTrail processed late;
    it stands beside the hourly ones."""

    key: str
    account: str
    region: str
    trail: str
    end: datetime
    backfill: bool

    @property
    def window(self) -> Window:
        """The hour that the digest should cover."""
        return Window(self.end - HOUR, self.end)


@dataclass(frozen=True)
class LogFile:
    bucket: str
    key: str
    sha256: str


@dataclass(frozen=True)
class Previous:
    """The digest before, as the one after it recorded it."""

    bucket: str
    key: str
    sha256: str
    signature: str


@dataclass(frozen=True)
class Digest:
    """The content of a digest file. `previous` is None in a starting digest, with which logging began or resumed."""

    account: str
    bucket: str
    key: str
    window: Window
    end_text: str  # as written: it is part of what is signed
    fingerprint: str
    previous: Previous | None
    logs: tuple[LogFile, ...]
    sha256: str

    @property
    def signed_text(self) -> bytes:
        """What the signature covers. A starting digest has the word null for the signature before it, which the guide
        leaves out and the AWS command line does."""
        before = self.previous.signature if self.previous else "null"
        return f"{self.end_text}\n{self.bucket}/{self.key}\n{self.sha256}\n{before}".encode()


def parse_key(key: str) -> DigestKey | None:
    """The digest that a key promises; None when it is no digest's key."""
    found = _KEY.fullmatch(key)
    if not found:
        return None
    try:
        end = datetime.strptime(found["end"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return DigestKey(key, found["account"], found["region"], found["trail"], end, bool(found["backfill"]))


def is_region(name: str) -> bool:
    """Whether it has the form of a region's name."""
    return re.fullmatch(_REGION, name) is not None


def parse_digest(chunks: Iterable[bytes]) -> Digest:
    """The digest in a delivered (gzip) file; UnreadableError names what is wrong with it."""
    raw = inflate_whole(chunks)
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):  # a text that is not UTF-8 is a ValueError too
        raise UnreadableError("is not JSON") from None
    if not isinstance(content, dict):
        raise UnreadableError("is not a JSON object")
    if (algorithm := content.get("digestSignatureAlgorithm")) != SIGNATURE_ALGORITHM:
        raise UnreadableError(f"is signed with {algorithm!r}; only {SIGNATURE_ALGORITHM} is known")
    end_text = _text(content, "digestEndTime")
    return Digest(
        account=_text(content, "awsAccountId"),
        bucket=_text(content, "digestS3Bucket"),
        key=_text(content, "digestS3Object"),
        window=Window(_time(content, "digestStartTime"), _time(content, "digestEndTime")),
        end_text=end_text,
        fingerprint=_text(content, "digestPublicKeyFingerprint"),
        previous=_previous(content),
        logs=tuple(_log_file(entry) for entry in _entries(content)),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def _previous(content: Mapping[str, Any]) -> Previous | None:
    if all(content.get(name) is None for name in _PREVIOUS):
        return None
    _hashed_by_sha_256(content, "previousDigestHashAlgorithm")
    return Previous(*(_text(content, name) for name in _PREVIOUS))


def _entries(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entries = content.get("logFiles")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UnreadableError("has no list of objects as logFiles")
    return entries


def _log_file(entry: Mapping[str, Any]) -> LogFile:
    _hashed_by_sha_256(entry, "hashAlgorithm")
    return LogFile(_text(entry, "s3Bucket"), _text(entry, "s3Object"), _text(entry, "hashValue"))


def _hashed_by_sha_256(content: Mapping[str, Any], name: str) -> None:
    if (algorithm := content.get(name)) != SHA_256:
        raise UnreadableError(f"has {algorithm!r} as {name}; only {SHA_256} is known")


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise UnreadableError(f"has no text as {name}")
    return value


def _time(content: Mapping[str, Any], name: str) -> datetime:
    try:
        return parse_time(_text(content, name))
    except (ValueError, OverflowError):
        raise UnreadableError(f"has no time as {name}") from None
