"""A trail's deliveries as CloudTrail makes them: log files, and digests that are chained and really signed."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ACCOUNT = "418295703364"  # of staging: the command takes it from the settings
BUCKET = "acme-archive"
HOME = "eu-central-1"
OTHER = "eu-west-1"
BEGAN = datetime(2025, 10, 31, 22, 1, 31, tzinfo=UTC)  # hour 0; digests keep the second at which logging began
HOURS = 16
Fields = Mapping[str, Any]


def at(hour: float) -> datetime:
    return BEGAN + timedelta(hours=hour)


def iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def digest_key(hour: float, region: str = HOME, suffix: str = "", trail: str = "account") -> str:
    """The key of the digest that covers an hour: it is named by the hour's end."""
    end = at(hour + 1)
    name = f"{ACCOUNT}_CloudTrail-Digest_{region}_{trail}_{HOME}_{end:%Y%m%dT%H%M%SZ}{suffix}.json.gz"
    return f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/{region}/{end:%Y/%m/%d}/{name}"


def log_key(hour: float, number: int = 0, region: str = HOME) -> str:
    time = at(hour) + timedelta(minutes=20 * number + 5)
    name = f"{ACCOUNT}_CloudTrail_{region}_{time:%Y%m%dT%H%MZ}_Mu0KsOhtH1ar15Z{number}.json.gz"
    return f"AWSLogs/{ACCOUNT}/CloudTrail/{region}/{time:%Y/%m/%d}/{name}"


def packed(content: object, level: int = 9) -> bytes:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return gzip.compress(text, level, mtime=0)


def fingerprint(key: RSAPrivateKey) -> str:
    return hashlib.md5(public_der(key)).hexdigest()


def public_der(key: RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)


def key_list(*keys: RSAPrivateKey) -> str:
    """What `aws cloudtrail list-public-keys` prints."""
    entries = [{"Value": base64.b64encode(public_der(key)).decode(), "Fingerprint": fingerprint(key)} for key in keys]
    return json.dumps({"PublicKeyList": entries})


@dataclass
class Archive:
    """The objects of a bucket by key: content and metadata. Tests change them as an intruder would."""

    signer: RSAPrivateKey
    stranger: RSAPrivateKey  # a key that is not CloudTrail's
    objects: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)

    def deliver(self, hours: Sequence[float], region: str = HOME, after: float | None = None) -> None:
        """Two log files and a digest for each hour; the first digest follows `after`'s, or starts a chain."""
        previous = None if after is None else digest_key(after, region)
        for hour in hours:
            self.deliver_logs(hour, region)
            previous = self.deliver_digest(hour, region, previous)

    def deliver_logs(self, hour: float, region: str = HOME) -> None:
        for number in range(2):
            event = {"Records": [{"eventID": f"{region}-{hour}-{number}"}]}
            self.objects[log_key(hour, number, region)] = (packed(event), {})

    def deliver_digest(
        self,
        hour: float,
        region: str = HOME,
        previous: str | None = None,
        changes: Fields | None = None,
        signer: RSAPrivateKey | None = None,
        key: str | None = None,
        logs: Sequence[str] | None = None,
    ) -> str:
        """Signs and stores one digest; `changes` are fields that it is to say otherwise."""
        signer, key = signer or self.signer, key or digest_key(hour, region)
        named = [log_key(hour, number, region) for number in range(2)] if logs is None else logs
        content = {
            "awsAccountId": ACCOUNT,
            "digestStartTime": iso(at(hour)),
            "digestEndTime": iso(at(hour + 1)),
            "digestS3Bucket": BUCKET,
            "digestS3Object": key,
            "digestPublicKeyFingerprint": fingerprint(signer),
            "digestSignatureAlgorithm": "SHA256withRSA",
            "newestEventTime": None,
            "oldestEventTime": None,
            **self._previous(previous),
            "logFiles": [self._named(log) for log in named],
            **(changes or {}),
        }
        raw = json.dumps(content).encode()
        text = "\n".join(
            [
                content["digestEndTime"],
                f"{content['digestS3Bucket']}/{content['digestS3Object']}",
                hashlib.sha256(raw).hexdigest(),
                content["previousDigestSignature"] or "null",
            ]
        )
        signature = signer.sign(text.encode(), PKCS1v15(), SHA256()).hex()
        self.objects[key] = (packed(raw), {"signature": signature, "signature-algorithm": "SHA256withRSA"})
        return key

    def content(self, key: str) -> bytes:
        return gzip.decompress(self.objects[key][0])

    def replace(self, key: str, body: bytes) -> None:
        """Overwrites the bytes and keeps the metadata, as whoever forges would."""
        self.objects[key] = (body, self.objects[key][1])

    def edit(self, key: str, **changes: Any) -> None:
        """Changes fields of a digest, which keeps its old signature."""
        self.replace(key, packed({**json.loads(self.content(key)), **changes}))

    def delete(self, *keys: str) -> None:
        for key in keys:
            del self.objects[key]

    def delete_under(self, prefix: str) -> None:
        self.delete(*[key for key in self.objects if key.startswith(prefix)])

    def swap(self, one: str, other: str) -> None:
        self.objects[one], self.objects[other] = self.objects[other], self.objects[one]

    def save(self, folder: Path) -> Path:
        """As files with sidecars: the form that --folder reads."""
        for key, body, metadata in self:
            file = folder / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
            if metadata:
                file.with_name(f"{file.name}.metadata.json").write_text(json.dumps({"Metadata": metadata}))
        return folder

    def __iter__(self) -> Iterator[tuple[str, bytes, dict[str, str]]]:
        return ((key, body, metadata) for key, (body, metadata) in self.objects.items())

    def _previous(self, key: str | None) -> dict[str, str | None]:
        names = ("S3Bucket", "S3Object", "HashValue", "HashAlgorithm", "Signature")
        if key is None:
            return {f"previousDigest{name}": None for name in names}
        sha256 = hashlib.sha256(self.content(key)).hexdigest()
        values = (BUCKET, key, sha256, "SHA-256", self.objects[key][1]["signature"])
        return {f"previousDigest{name}": value for name, value in zip(names, values, strict=True)}

    def _named(self, key: str) -> dict[str, str]:
        sha256 = hashlib.sha256(self.content(key)).hexdigest()
        return {"s3Bucket": BUCKET, "s3Object": key, "hashValue": sha256, "hashAlgorithm": "SHA-256"}
