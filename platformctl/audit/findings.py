"""What a verification can find, worst first."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The kinds in the order in which they are shown; docs/audit-verification.md says what to do on each."""

    SIGNATURE_INVALID = "signature-invalid"
    LOG_CHANGED = "log-changed"
    LOG_MISSING = "log-missing"
    DIGEST_MISSING = "digest-missing"
    CHAIN_BROKEN = "chain-broken"
    CHAIN_RESTARTED = "chain-restarted"
    DIGEST_MOVED = "digest-moved"
    TIME_RANGE = "time-range"
    DIGEST_UNREADABLE = "digest-unreadable"
    LOG_UNREADABLE = "log-unreadable"
    LOG_UNNAMED = "log-unnamed"
    SIGNATURE_MISSING = "signature-missing"
    KEY_UNKNOWN = "key-unknown"


_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as CloudTrail left it. `hour` is when the digest's hour begins; `key` may be empty."""

    kind: Kind
    region: str
    hour: str
    key: str
    detail: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


def rank(finding: Finding) -> tuple[int, str, str, str, str]:
    """Sorts findings worst first, then by region and hour: the same order for the same evidence."""
    return _ORDER[finding.kind], finding.region, finding.hour, finding.key, finding.detail
