"""Whatever is done to digests or log files is found, at its hour, and nothing else is."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.platformctl.audit.run import Found, found, home, run
from tests.platformctl.audit.trail import (
    ACCOUNT,
    HOME,
    HOURS,
    OTHER,
    Archive,
    at,
    digest_key,
    fingerprint,
    iso,
    log_key,
    packed,
)

DIGEST, NEXT, LAST = digest_key(5), digest_key(6), digest_key(13)
LOG, LATE_LOG = log_key(5), log_key(5, 2)
BACKFILL = digest_key(5, suffix="_backfill")
FOREIGN_LOG = {"s3Bucket": "mine", "s3Object": LOG, "hashValue": "", "hashAlgorithm": "SHA-256"}
UNREADABLE = home("digest-unreadable", 5)
CHANGED = home("signature-invalid", 5) + home("chain-broken", 6)  # the digest itself, and what the next one recorded


def stray(*minutes: str) -> Found:
    """Log files that no digest names, by the minute in their names."""
    return [("log-unnamed", HOME, f"2025-11-01T{minute}:00Z") for minute in minutes]


def redo(archive: Archive, hour: float, **changes: Any) -> None:
    """A digest that CloudTrail itself signed and that says something else."""
    archive.deliver_digest(hour, previous=digest_key(hour - 1), changes=changes)


def sign_by_stranger(archive: Archive, **changes: Any) -> None:
    archive.deliver_digest(5, previous=digest_key(4), signer=archive.stranger, changes=changes)


def put(archive: Archive, key: str) -> None:
    archive.objects[key] = (packed({"Records": []}), {})


def recompress(archive: Archive) -> None:
    before = archive.objects[LOG][0]
    archive.replace(LOG, packed(archive.content(LOG), level=0))
    assert archive.objects[LOG][0] != before


def append(archive: Archive) -> None:
    archive.replace(LOG, archive.objects[LOG][0] + packed({"Records": ["hidden"]}))


def delete_and_add(archive: Archive) -> None:
    archive.delete(DIGEST)
    put(archive, log_key(8, 2))


def swell(archive: Archive) -> None:
    """Still JSON, and more of it than is inflated."""
    archive.replace(DIGEST, packed(archive.content(DIGEST) + b" " * (65 << 20)))


def cut(archive: Archive, key: str) -> None:
    archive.replace(key, archive.objects[key][0][:-9])


def forget_log(archive: Archive) -> None:
    archive.delete(log_key(5, 1))
    archive.edit(DIGEST, logFiles=[])


def forget_log_with_signature(archive: Archive) -> None:
    archive.delete(log_key(5, 1))
    archive.deliver_digest(5, previous=digest_key(4), logs=[log_key(5, 0)])


def two_hours_in_one(archive: Archive) -> None:
    archive.delete(DIGEST)
    archive.deliver_digest(6, previous=digest_key(4), changes={"digestStartTime": iso(at(5))})
    archive.deliver(range(7, HOURS), after=6)


def restart(archive: Archive, hours: Sequence[float]) -> None:
    """Logging stopped after four hours and began again with the first of these."""
    for kind in ("CloudTrail", "CloudTrail-Digest"):
        archive.delete_under(f"AWSLogs/{ACCOUNT}/{kind}/{HOME}/")
    archive.deliver(range(4))
    archive.deliver(hours)


def backfill(archive: Archive) -> None:
    """A log file that no hourly digest names, and the backfill digest that does."""
    put(archive, LATE_LOG)
    archive.deliver_digest(5, key=BACKFILL, logs=[LATE_LOG])


def change_backfilled_log(archive: Archive) -> None:
    backfill(archive)
    archive.replace(LATE_LOG, packed({"Records": [1]}))


def change_backfill(archive: Archive) -> None:
    backfill(archive)
    archive.edit(BACKFILL, newestEventTime="2025-11-01T00:00:00Z")


def delete_backfill(archive: Archive) -> None:
    backfill(archive)
    archive.delete(BACKFILL)


def follow_backfill(archive: Archive, tamper: Callable[[Archive], object]) -> None:
    backfill(archive)
    archive.deliver_digest(6, previous=BACKFILL, key=digest_key(6, suffix="_backfill"), logs=())
    tamper(archive)


TAMPERINGS: dict[str, tuple[Callable[[Archive], object], Found]] = {
    "nothing": (lambda a: None, []),
    # log files
    "log changed": (lambda a: put(a, LOG), home("log-changed", 5)),
    "log compressed anew": (recompress, []),  # the hash is of the content
    "log deleted": (lambda a: a.delete(LOG), home("log-missing", 5)),
    "logs deleted at both ends": (lambda a: a.delete(log_key(1), log_key(13)), home("log-missing", 1, 13)),
    "logs deleted outside of the range": (lambda a: a.delete(log_key(0), log_key(14)), []),
    "log added": (lambda a: put(a, LATE_LOG), stray("03:46")),
    "file added among logs": (lambda a: put(a, f"{LOG}.gz"), [("log-unnamed", HOME, "")]),
    "log cut short": (lambda a: cut(a, LOG), home("log-unreadable", 5)),
    "bytes behind a log": (append, home("log-unreadable", 5)),
    "log that is not gzip": (lambda a: a.replace(LOG, b"Records"), home("log-unreadable", 5)),
    "log emptied": (lambda a: a.replace(LOG, b""), home("log-unreadable", 5)),
    "log in another bucket": (
        lambda a: redo(a, 13, logFiles=[FOREIGN_LOG]),
        home("log-missing", 13) + stray("11:06", "11:26"),
    ),
    # digests gone
    "one digest deleted": (lambda a: a.delete(DIGEST), home("digest-missing", 5)),
    "one digest deleted, and a log added hours later": (
        delete_and_add,
        home("digest-missing", 5) + stray("06:46"),
    ),
    "two in a row": (lambda a: a.delete(DIGEST, NEXT), home("digest-missing", 5, 6)),
    "two apart": (lambda a: a.delete(DIGEST, digest_key(7)), home("digest-missing", 5, 7)),
    "the first": (lambda a: a.delete(digest_key(1)), home("digest-missing", 1)),
    "the first and all before it": (lambda a: a.delete(digest_key(0), digest_key(1)), home("digest-missing", 1)),
    "the last": (lambda a: a.delete(LAST), home("digest-missing", 13)),
    "the last and all behind it": (lambda a: a.delete(*map(digest_key, (13, 14, 15))), home("digest-missing", 13)),
    "two at each end": (lambda a: a.delete(*map(digest_key, (1, 2, 12, 13))), home("digest-missing", 1, 2, 12, 13)),
    "a whole region": (
        lambda a: a.delete_under(f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/{OTHER}/"),
        [("digest-missing", OTHER, f"2025-11-01T{hour:02}:00:00Z") for hour in range(12)],
    ),
    "digests outside of the range": (lambda a: a.delete(digest_key(0), digest_key(14)), []),
    # digests changed
    "digest changed": (lambda a: a.edit(DIGEST, newestEventTime=""), CHANGED),
    "digest without a log": (forget_log, CHANGED + stray("03:06")),  # the log file that the forger left
    "digest without a log, signed": (forget_log_with_signature, home("chain-broken", 6, 6)),  # content and signature
    "signature of another key": (
        lambda a: sign_by_stranger(a, digestPublicKeyFingerprint=fingerprint(a.signer)),
        CHANGED,
    ),
    "key that is unknown": (sign_by_stranger, home("key-unknown", 5) + home("chain-broken", 6, 6)),
    "signature of another digest": (
        lambda a: a.objects[DIGEST][1].update(signature=a.objects[NEXT][1]["signature"]),
        CHANGED,
    ),
    "signature that is not hexadecimal": (
        lambda a: a.objects[DIGEST][1].update(signature="zz"),
        CHANGED,
    ),
    "metadata removed": (lambda a: a.objects[DIGEST][1].clear(), home("signature-missing", 5)),
    "chain spliced": (
        lambda a: a.deliver_digest(5, previous=digest_key(4, OTHER)),
        home("chain-broken", 5) + home("chain-broken", 6, 6),
    ),
    "chain through another bucket": (lambda a: redo(a, 13, previousDigestS3Bucket="mine"), home("chain-broken", 13)),
    "digests swapped": (
        lambda a: a.swap(DIGEST, NEXT),
        home("digest-moved", 5, 6) + home("time-range", 5, 6) + home("chain-broken", 7, 7),
    ),
    "digest of another bucket": (lambda a: redo(a, 13, digestS3Bucket="mine"), home("digest-moved", 13)),
    "digest of another account": (lambda a: redo(a, 13, awsAccountId="1" * 12), home("digest-moved", 13)),
    "two hours in one digest": (two_hours_in_one, home("time-range", 6) + home("digest-missing", 5)),
    "end that is not the key's": (lambda a: redo(a, 13, digestEndTime=iso(at(13.9))), home("time-range", 13)),
    "end before the start": (lambda a: redo(a, 13, digestStartTime=iso(at(15))), home("time-range", 13)),
    "one digest too many": (
        lambda a: a.deliver_digest(5.5, previous=DIGEST, logs=()),
        home("time-range", 5.5, 6) + home("chain-broken", 6),
    ),
    # digests that are none
    "digest cut short": (lambda a: cut(a, DIGEST), UNREADABLE),
    "digest that is not JSON": (lambda a: a.replace(DIGEST, packed(b"{")), UNREADABLE),
    "digest that is not UTF-8": (lambda a: a.replace(DIGEST, packed(b'"\xff"')), UNREADABLE),
    "digest that is a list": (lambda a: a.replace(DIGEST, packed([])), UNREADABLE),
    "digest nested too deep": (lambda a: a.replace(DIGEST, packed(b"[" * 100_000)), UNREADABLE),
    "digest that inflates without end": (swell, UNREADABLE),
    "digest without a field": (lambda a: a.edit(DIGEST, digestPublicKeyFingerprint=None), UNREADABLE),
    "digest without a time": (lambda a: a.edit(DIGEST, digestStartTime="yesterday"), UNREADABLE),
    "digest without logFiles": (lambda a: a.edit(DIGEST, logFiles=None), UNREADABLE),
    "digest of another algorithm": (lambda a: a.edit(DIGEST, digestSignatureAlgorithm="SHA1withRSA"), UNREADABLE),
    "log of another algorithm": (lambda a: redo(a, 5, logFiles=[FOREIGN_LOG | {"hashAlgorithm": "MD5"}]), UNREADABLE),
    "half of a predecessor": (lambda a: redo(a, 5, previousDigestS3Object=None), UNREADABLE),
    # logging stopped
    "logging begun again": (lambda a: restart(a, range(4, HOURS)), home("chain-restarted", 4)),
    "logging stopped for hours": (
        lambda a: restart(a, [hour + 0.5 for hour in range(6, HOURS)]),
        home("chain-restarted", 6.5) + home("digest-missing", 4, 5, 6),
    ),
    # backfill digests
    "late log": (backfill, []),
    "late log changed": (change_backfilled_log, home("log-changed", 5)),
    "backfill digest changed": (change_backfill, home("signature-invalid", 5)),
    "backfill digest deleted": (delete_backfill, stray("03:46")),
    "backfill digest and its log deleted": (
        lambda a: follow_backfill(a, lambda a: a.delete(BACKFILL, LATE_LOG)),
        home("chain-broken", 6),
    ),
    "backfill digest signed anew": (
        lambda a: follow_backfill(a, lambda a: a.deliver_digest(5, key=BACKFILL, logs=[LATE_LOG, LOG])),
        home("chain-broken", 6, 6),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found(archive: Archive, tmp_path: Path, what: str) -> None:
    tampering, expected = TAMPERINGS[what]
    tampering(archive)
    assert found(run(archive, tmp_path)) == sorted(expected)
