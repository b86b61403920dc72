"""A trail whose digests are signed, in the bucket of a test, and the key that signed them."""

import functools
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from tests.platformctl.audit.trail import BEGAN, Archive, digest_key, iso, key_list, log_key, packed


@functools.cache
def _key() -> RSAPrivateKey:
    return generate_private_key(65_537, 2_048)


def keys_file(folder: Path) -> Path:
    file = folder / "keys.json"
    file.write_text(key_list(_key()))
    return file


def hours_until(now: datetime) -> range:
    """Those of the trail whose digests are there by now, from before the day began."""
    last = int((now - BEGAN) / timedelta(hours=1)) - 1
    return range(last - 26, last)


def archive(hours: Iterable[float], now: datetime) -> Archive:
    """A chain of digests, each with two log files whose events were just now."""
    made, previous = Archive(_key(), _key()), None
    for hour in hours:
        for number in range(2):
            made.objects[log_key(hour, number)] = (packed({"Records": [{"eventTime": iso(now)}]}), {})
        made.deliver_digest(hour, previous=previous)
        previous = digest_key(hour)
    return made


def keep(s3: Any, bucket: str, made: Archive) -> None:
    for key, body, metadata in made:
        s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata=metadata)
