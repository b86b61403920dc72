"""The digests of one region: each by itself, then each against the one before it, then all against the clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from platformctl.audit.digest import Digest, DigestKey, Previous, parse_digest, parse_key
from platformctl.audit.findings import Finding, Kind
from platformctl.audit.hours import HOUR, Window, text_of, uncovered
from platformctl.audit.inflate import UnreadableError
from platformctl.audit.signature import PublicKeys, is_signed
from platformctl.audit.sources import MissingError, Source

# "CloudTrail log file integrity validation" promises a digest every hour and no time in which it arrives. An hour that
# ended less than this ago is not missed yet.
DELIVERY = HOUR


@dataclass(frozen=True)
class Checked:
    """A digest object as it was found. `digest` is None where it could not be read; findings are its own."""

    name: DigestKey
    digest: Digest | None
    signature: str | None
    findings: tuple[Finding, ...]

    @property
    def proven(self) -> Digest | None:
        """The digest, if everything about it is as CloudTrail made it."""
        return None if self.findings else self.digest

    @property
    def window(self) -> Window:
        """What it covers: as its proven content says, else the hour of its key."""
        return self.proven.window if self.proven else self.name.window

    def finding(self, kind: Kind, detail: str) -> Finding:
        return Finding(kind, self.name.region, text_of(self.window.start), self.name.key, detail)


def check_digest(source: Source, name: DigestKey, keys: PublicKeys, bucket: str | None) -> Checked:
    """Reads one digest and checks it by itself; `bucket` is where it should be from, where that is known."""
    try:
        stored = source.open(name.key)
        digest = parse_digest(stored.chunks)
    except UnreadableError as reason:
        return _with(Checked(name, None, None, ()), [(Kind.DIGEST_UNREADABLE, f"it {reason}")])
    except MissingError:  # listed, and gone when it was read
        return _with(Checked(name, None, None, ()), [(Kind.DIGEST_UNREADABLE, "it was removed during this check")])
    signature = stored.metadata.get("signature")
    problems = [
        *_place_problems(digest, name, bucket),
        *_time_problems(digest, name),
        *_signature_problems(digest, signature, keys),
    ]
    return _with(Checked(name, digest, signature, ()), problems)


def check_chain(before: Checked | None, digests: Sequence[Checked], first_of_trail: str | None) -> Iterator[Finding]:
    """What each digest says of the one before it; across a missing hour there is nothing to compare.

    `digests` are in order and follow `before`, the last one outside of what is verified. `first_of_trail` is the key
    of the digest with which logging began, the only one that may have none before it.
    """
    for earlier, later in zip([before, *digests], digests, strict=False):
        if not later.proven:
            continue  # what it says of others proves nothing
        previous = later.proven.previous
        if previous is None and later.name.key != first_of_trail:
            detail = "it is a starting digest: logging, or its validation, was stopped before it"
            yield later.finding(Kind.CHAIN_RESTARTED, detail)
        if earlier is None:
            continue
        if earlier.window.end > later.window.start:
            detail = f"it begins before {earlier.name.key} ends, at {text_of(earlier.window.end)}"
            yield later.finding(Kind.TIME_RANGE, detail)
        if previous and previous.key == earlier.name.key:
            yield from _differences(later, previous, earlier)
        elif previous and earlier.window.end >= later.window.start:
            detail = f"it follows {previous.key}, and {earlier.name.key} stands in that place"
            yield later.finding(Kind.CHAIN_BROKEN, detail)


def check_backfills(digests: Iterable[Checked], known: Mapping[str, Checked], span: Window) -> Iterator[Finding]:
    """The same for backfill digests, which need not follow one another by the hour; `known` is every digest read."""
    for digest in digests:
        previous = digest.proven.previous if digest.proven else None
        if previous is None:
            continue
        if earlier := known.get(previous.key):
            yield from _differences(digest, previous, earlier)
        elif (name := parse_key(previous.key)) and name.window.overlaps(span):
            yield digest.finding(Kind.CHAIN_BROKEN, f"it follows {previous.key}, which is not there")


def missing_hours(digests: Sequence[Checked], span: Window, now: datetime) -> tuple[list[Window], list[Window]]:
    """The hours of the span that no digest covers: those that are missing, and those whose digest is not due yet."""
    hours = uncovered((digest.window for digest in digests), span)
    return [h for h in hours if h.end + DELIVERY <= now], [h for h in hours if h.end + DELIVERY > now]


def _with(checked: Checked, problems: list[tuple[Kind, str]]) -> Checked:
    hour = text_of(checked.name.window.start)
    findings = tuple(Finding(kind, checked.name.region, hour, checked.name.key, detail) for kind, detail in problems)
    return replace(checked, findings=findings)


def _place_problems(digest: Digest, name: DigestKey, bucket: str | None) -> Iterator[tuple[Kind, str]]:
    places = (
        ("object", digest.key, name.key),
        ("bucket", digest.bucket, bucket),
        ("account", digest.account, name.account),
    )
    for what, said, found in places:
        if found is not None and said != found:
            yield Kind.DIGEST_MOVED, f"its content is of {what} {said}, not {found}"


def _time_problems(digest: Digest, name: DigestKey) -> Iterator[tuple[Kind, str]]:
    window = digest.window
    said = f"{text_of(window.start)} to {text_of(window.end)}"
    if window.end != name.end:
        yield Kind.TIME_RANGE, f"it covers {said}, and its key says that it ends at {text_of(name.end)}"
    if not window.start < window.end <= window.start + HOUR and not name.backfill:
        yield Kind.TIME_RANGE, f"it covers {said}, and a digest covers one hour"


def _signature_problems(digest: Digest, signature: str | None, keys: PublicKeys) -> Iterator[tuple[Kind, str]]:
    if signature is None:
        yield Kind.SIGNATURE_MISSING, "its metadata has no signature"
    elif digest.fingerprint not in keys:
        yield Kind.KEY_UNKNOWN, f"no public key with the fingerprint {digest.fingerprint} is at hand"
    elif not is_signed(keys[digest.fingerprint], digest.signed_text, signature):
        yield Kind.SIGNATURE_INVALID, "its signature is not CloudTrail's on this content at this place"


def _differences(later: Checked, previous: Previous, earlier: Checked) -> Iterator[Finding]:
    if not earlier.digest:
        return
    compared = (
        ("content", previous.sha256, earlier.digest.sha256),
        ("bucket", previous.bucket, earlier.digest.bucket),
        ("signature", previous.signature, earlier.signature or previous.signature),  # none: a finding of its own
    )
    for what, recorded, found in compared:
        if recorded != found:
            yield later.finding(Kind.CHAIN_BROKEN, f"{earlier.name.key} has another {what} than it recorded")
