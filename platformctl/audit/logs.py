"""One log file: whether it is what its digest recorded, and when it was delivered."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

from platformctl.audit.digest import LogFile
from platformctl.audit.findings import Finding, Kind
from platformctl.audit.inflate import UnreadableError, inflate
from platformctl.audit.sources import MissingError, Source

# A log file's name has the minute of its delivery, and the digest goes by the second of it: what is stamped this
# shortly before the last digest ends may be named by the next one. Delivery takes "about 5 minutes" on average, "not
# guaranteed" (CloudTrail user guide, "Getting and viewing your CloudTrail log files"); this is three times that.
SETTLING = timedelta(minutes=15)
_STAMP = re.compile(r"_(\d{8}T\d{4}Z)_[^_/]+\.json\.gz$")


def check_log(source: Source, region: str, hour: str, log: LogFile, bucket: str) -> Finding | None:
    """Reads one log file and compares it with what its digest, which is from `bucket`, recorded."""

    def finding(kind: Kind, detail: str) -> Finding:
        return Finding(kind, region, hour, log.key, detail)

    if log.bucket != bucket:
        return finding(Kind.LOG_MISSING, f"its digest names it in another bucket, {log.bucket}, which was not read")
    try:
        found = _sha256(source, log.key)
    except MissingError:
        return finding(Kind.LOG_MISSING, "its digest names it, and it is not there")
    except UnreadableError as reason:
        return finding(Kind.LOG_UNREADABLE, f"it {reason}")
    if found != log.sha256:
        return finding(Kind.LOG_CHANGED, f"its SHA-256 is {found}; its digest recorded {log.sha256}")
    return None


def stamp(key: str) -> datetime | None:
    """The minute in a log file's name; None where there is none."""
    found = _STAMP.search(key)
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%MZ").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _sha256(source: Source, key: str) -> str:
    digest = hashlib.sha256()
    for part in inflate(source.open(key).chunks):
        digest.update(part)
    return digest.hexdigest()
