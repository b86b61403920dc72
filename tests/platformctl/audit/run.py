"""Runs a verification on an archive that lies in a folder."""

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformctl.audit.hours import Window
from platformctl.audit.sources import Folder
from platformctl.audit.verify import Request, Result, verify
from tests.platformctl.audit.trail import ACCOUNT, BUCKET, HOME, Archive, at, fingerprint, iso

# Hours 1 to 13 of the trail overlap this; 0 is before it, 14 and 15 are behind it.
SPAN = Window(datetime(2025, 11, 1, 0, tzinfo=UTC), datetime(2025, 11, 1, 12, tzinfo=UTC))
LATER = datetime(2025, 11, 20, tzinfo=UTC)

Found = list[tuple[str, str, str]]


def run(archive: Archive, folder: Path, **changes: Any) -> Result:
    """The verification of SPAN, seen from LATER, unless `changes` say otherwise."""
    archive.save(folder)
    keys = {fingerprint(archive.signer): archive.signer.public_key()}
    usual: dict[str, Any] = {"regions": frozenset({HOME}), "bucket": BUCKET, "span": SPAN, "now": LATER}
    return verify(Folder(folder), lambda _: keys, Request(account=ACCOUNT, **(usual | changes)), nullcontext)


def found(result: Result) -> Found:
    return sorted((finding.kind.value, finding.region, finding.hour) for finding in result.findings)


def home(kind: str, *hours: float) -> Found:
    """What is to be found at these hours of the home region."""
    return [(kind, HOME, iso(at(hour))) for hour in hours]
