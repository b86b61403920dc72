"""One verification: lists and reads the evidence of every region, and has it judged."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from platformctl.audit.chain import Checked, check_digest
from platformctl.audit.digest import DigestKey, is_region, parse_key
from platformctl.audit.findings import Finding, rank
from platformctl.audit.hours import HOUR, Window, days
from platformctl.audit.logs import check_log
from platformctl.audit.region import Evidence, Judged, NamedLog, judge
from platformctl.audit.signature import PublicKeys
from platformctl.audit.sources import Source
from platformctl.errors import CommandError

WORKERS = 16  # objects read at once: reading waits for the network, hashing runs outside of the interpreter's lock

Stage = Callable[[str], AbstractContextManager[object]]  # tells people what goes on while the block runs


@dataclass(frozen=True)
class Request:
    """What is to be verified. `regions` are those that must have digests, besides the ones found."""

    account: str
    regions: frozenset[str]
    span: Window
    now: datetime
    prefix: str = ""  # of all keys, without a slash at its end
    trail: str | None = None  # None: the only one that wrote here
    bucket: str | None = None  # None: not known, the digests' own word is taken

    @property
    def root(self) -> str:
        """The folder of the account's digests and log files."""
        return f"{self.prefix}/AWSLogs/{self.account}/" if self.prefix else f"AWSLogs/{self.account}/"


@dataclass(frozen=True)
class Result:
    """What was verified. `bad_logs` counts the log files of a region that have a finding."""

    trail: str | None
    regions: tuple[Judged, ...]
    findings: tuple[Finding, ...]
    bad_logs: Mapping[str, int]


@dataclass(frozen=True)
class _Listing:
    region: str
    digests: tuple[DigestKey, ...]
    log_keys: tuple[str, ...]


def verify(source: Source, keys_of: Callable[[str], PublicKeys], request: Request, stage: Stage) -> Result:
    """Reads and judges everything that the request is about; `keys_of` gives the public keys of a region."""
    with ThreadPoolExecutor(WORKERS) as pool:
        with stage(f"listing the digests and log files of {request.account}"):
            regions = sorted(request.regions | set(_regions(source, request)))
            listings = list(pool.map(lambda region: _list(source, request, region), regions))
            trail = request.trail or _only_trail(listings)
            firsts = dict(pool.map(lambda region: (region, _first(source, request, region, trail)), regions))
        names = {name for listing in listings for name in listing.digests if name.trail == trail}
        names |= {first for first in firsts.values() if first}
        with stage(f"reading {len(names)} digests of {len(regions)} regions"):
            keys = {region: keys_of(region) for region in sorted({name.region for name in names})}
            read = pool.map(lambda name: check_digest(source, name, keys[name.region], request.bucket), names)
            checked = {digest.name: digest for digest in read}
        judged = [judge(_evidence(it, checked, firsts[it.region]), request.span, request.now) for it in listings]
        logs = [log for region in judged for log in region.logs]
        with stage(f"hashing {len(logs)} log files"):
            bad = [finding for finding in pool.map(lambda log: _check(source, log), logs) if finding]
    findings = sorted((*chain.from_iterable(region.findings for region in judged), *bad), key=rank)
    return Result(trail, tuple(judged), tuple(findings), Counter(finding.region for finding in bad))


def _regions(source: Source, request: Request) -> Iterable[str]:
    for kind in ("CloudTrail-Digest", "CloudTrail"):
        yield from filter(is_region, source.folders(f"{request.root}{kind}/"))


def _list(source: Source, request: Request, region: str) -> _Listing:
    """The region's digests of the span and of an hour around it, and the objects among the span's log files."""
    around = Window(request.span.start - HOUR, request.span.end + 2 * HOUR)
    folder = f"{request.root}CloudTrail-Digest/{region}/"
    keys = chain.from_iterable(source.keys(f"{folder}{day}/") for day in days(around))
    digests = tuple(name for name in map(parse_key, keys) if name and around.start < name.end <= around.end)
    folder = f"{request.root}CloudTrail/{region}/"
    log_keys = chain.from_iterable(source.keys(f"{folder}{day}/") for day in days(request.span))
    return _Listing(region, digests, tuple(key for key in log_keys if not key.endswith("/")))


def _first(source: Source, request: Request, region: str, trail: str | None) -> DigestKey | None:
    """The region's oldest digest of the trail; keys sort by time, so it is read only as far as that."""
    names = map(parse_key, source.keys(f"{request.root}CloudTrail-Digest/{region}/"))
    return next((n for n in names if n and not n.backfill and trail in (None, n.trail)), None)


def _only_trail(listings: Iterable[_Listing]) -> str | None:
    trails = sorted({name.trail for listing in listings for name in listing.digests})
    if len(trails) > 1:
        raise CommandError(f"several trails wrote digests here: {', '.join(trails)}; say which with --trail")
    return trails[0] if trails else None


def _evidence(listing: _Listing, checked: Mapping[DigestKey, Checked], first: DigestKey | None) -> Evidence:
    digests = [checked[name] for name in listing.digests if name in checked]
    return Evidence(listing.region, digests, checked[first] if first else None, listing.log_keys)


def _check(source: Source, log: NamedLog) -> Finding | None:
    return check_log(source, log.region, log.hour, log.log, log.bucket)
