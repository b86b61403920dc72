"""Who changed what drifted, as CloudTrail tells: the calls that named the resource and were not refused.

Event history keeps ninety days of management events of a region, and has a call some minutes after it was made
(CloudTrail user guide, "Working with CloudTrail event history"): who did it may be told by the next run only.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from platformctl.drift import Difference, DriftClass

Lookup = Callable[[str, str], Iterable[Mapping[str, Any]]]  # region and name of a resource -> events, newest first

MOST_RESOURCES = 20  # LookupEvents takes two calls a second (CloudTrail API reference)
MOST_CALLS = 3  # of one resource, newest first
# CloudTrail user guide, "About global service events": recorded in US East (N. Virginia).
_GLOBAL, _GLOBAL_REGION = ("aws:iam/", "aws:route53/", "aws:cloudfront/"), "us-east-1"
_NAMES = ("arn", "bucket", "name", "role", "securityGroupId", "keyId")  # outputs that calls name a resource by


@dataclass(frozen=True)
class Call:
    """One call on a resource: who made it (an ARN), what it is called, and when."""

    who: str
    what: str
    at: datetime

    @property
    def text(self) -> str:
        """One line for people."""
        return f"{self.who}, {self.what} at {self.at:%Y-%m-%d %H:%M:%S} UTC"

    def as_dict(self) -> dict[str, str]:
        """The JSON form."""
        return {"who": self.who, "what": self.what, "at": self.at.isoformat(timespec="seconds")}


def urgent(found: Iterable[Difference]) -> list[str]:
    """The URNs of whose differences somebody has to know the author, at most as many as are asked for."""
    return list(dict.fromkeys(one.urn for one in found if one.drift_class is DriftClass.SECURITY))[:MOST_RESOURCES]


def calls(lookup: Lookup, urns: Iterable[str], state: Iterable[Mapping[str, Any]], home: str) -> dict[str, list[Call]]:
    """By URN the newest calls that changed it, by any of its names; empty where no event tells."""
    by_urn = {one["urn"]: one for one in state}
    return {urn: _of(lookup, by_urn[urn], home) for urn in urns if urn in by_urn}


def _of(lookup: Lookup, resource: Mapping[str, Any], home: str) -> list[Call]:
    outputs = resource.get("outputs") or {}
    region = _GLOBAL_REGION if resource["type"].startswith(_GLOBAL) else str(outputs.get("region") or home)
    names = dict.fromkeys([resource.get("id"), *(outputs.get(name) for name in _NAMES)])
    for name in names:
        if isinstance(name, str) and name and (found := list(_made(lookup(region, name)))):
            return found[:MOST_CALLS]
    return []


def _made(events: Iterable[Mapping[str, Any]]) -> Iterator[Call]:
    """Those that changed something."""
    for event in events:
        record = json.loads(event.get("CloudTrailEvent") or "{}")
        if event.get("ReadOnly") == "true" or record.get("errorCode"):
            continue
        identity = record.get("userIdentity") or {}
        who = identity.get("arn") or identity.get("invokedBy") or event.get("Username") or "unknown"
        yield Call(str(who), str(event["EventName"]), event["EventTime"].astimezone(UTC))
