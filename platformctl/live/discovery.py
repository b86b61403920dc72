"""Lists what an account holds: every resource by type, region and import id, and what could not be listed."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jmespath  # type: ignore[import-untyped]

from platformctl.live.account import Account
from platformctl.live.listings import Listing
from platformctl.live.types import readers
from sandbox.model import ResourceType
from sandbox.retry import AwsError

_NAME = re.compile(r"\{(\w+)\}")
_DENIED = (
    *("AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"),
    *("NotAuthorized", "UnauthorizedException", "UnauthorizedOperation"),
)
_Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


@dataclass(frozen=True, order=True)
class Found:
    """One resource that a listing named; `own`: AWS made it."""

    token: str
    region: str
    id: str
    own: bool = False


@dataclass(frozen=True, order=True)
class NotRead:
    """A type that could not be read in a region, whole or one resource of it (`id`), and AWS's reason."""

    token: str
    region: str
    service: str
    operation: str
    reason: str
    id: str = ""

    def as_dict(self) -> dict[str, str]:
        keys = ("region", "service", "operation", "reason", "id")
        return {"type": self.token, **{key: getattr(self, key) for key in keys if getattr(self, key)}}


def reason(error: AwsError) -> str:
    """One word for every way in which AWS denies; else its own code."""
    return "AccessDenied" if error.code in _DENIED else error.code or "Unknown"


def discover(
    account: Account, listings: Iterable[Listing], regions: Iterable[str], run: _Run
) -> tuple[list[Found], list[NotRead]]:
    """All that the listings name in `regions`; `run` maps a function over what can be asked at once."""
    found: dict[str, list[Found]] = defaultdict(list)
    failed: list[NotRead] = []
    listings = tuple(listings)
    waiting = list(listings)
    while waiting:
        open_ = {listing.token for listing in waiting}
        ready = [listing for listing in waiting if listing.of not in open_]
        waiting = [listing for listing in waiting if listing.of in open_]
        asked = [(listing, region, on) for listing in ready for region, on in _places(listing, account, regions, found)]
        for answer in run(lambda one: _list(account, *one), asked):
            for one in answer:
                if isinstance(one, Found):
                    found[one.token].append(one)
                else:
                    failed.append(one)
                    failed += (replace(one, token=token) for token in _below(one.token, listings))
    return sorted({one for many in found.values() for one in many}), sorted(set(failed))


def _below(token: str, listings: Iterable[Listing]) -> Iterator[str]:
    """The types that hang on this one: what is not listed has nothing to find them by."""
    for listing in listings:
        if listing.of == token:
            yield listing.token
            yield from _below(listing.token, listings)


def _places(
    listing: Listing, account: Account, regions: Iterable[str], found: Mapping[str, list[Found]]
) -> Iterator[tuple[str, str]]:
    """(region, id of what it hangs on) of each call to make."""
    if listing.of:
        yield from ((one.region, one.id) for one in found.get(listing.of, ()) if not one.own)
    else:
        yield from ((region, "") for region in ([account.region] if listing.anywhere else regions))


def _list(account: Account, listing: Listing, region: str, on: str) -> list[Found | NotRead]:
    kinds = readers()
    kind, parent = kinds[listing.token], kinds.get(listing.of)
    known = {"region": region, "account": account.account, "id": on, **(parent.told_by(on) if parent else {})}
    try:
        return list(dict.fromkeys(_found(account, listing, kind, known)))
    except AwsError as error:
        if error.not_found or (parent and parent.gone and parent.gone in str(error)):
            return []  # what it hangs on is gone, or was never switched on
        return [NotRead(listing.token, region, kind.service, listing.call, reason(error), on)]


def _found(
    account: Account, listing: Listing, kind: ResourceType, known: Mapping[str, str]
) -> Iterator[Found | NotRead]:
    region = known["region"]
    if not listing.call:
        yield Found(listing.token, region, _fill(listing.fixed or "{id}", known))
        return
    args = {key: _filled(value, known) for key, value in listing.args.items()}
    for page in account.pages(kind.service, listing.call, args, region):
        for query, own in ((listing.found, False), (listing.own, True)):
            for one in (jmespath.search(_fill(query, known), page) or ()) if query else ():
                if one is not None:
                    id_ = _fill(listing.form, {**known, "found": str(one)})
                    yield Found(listing.token, _region_of(account, listing, region, id_), id_, own)


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    return [_fill(item, known) for item in value] if isinstance(value, list) else _fill(value, known)


def _fill(template: str, known: Mapping[str, str]) -> str:
    return _NAME.sub(lambda name: known.get(name[1], name[0]), template)


def _region_of(account: Account, listing: Listing, region: str, id_: str) -> str:
    """Buckets are listed for all regions, and lie in one."""
    if listing.call != "list_buckets":
        return region
    place = account.call("s3", "get_bucket_location", {"Bucket": id_}, region=region).get("LocationConstraint")
    return {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}.get(place, str(place))
