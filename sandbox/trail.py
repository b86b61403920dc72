"""What CloudTrail's LookupEvents tells: the calls that changed something, and whose they were.

moto has no such call. A call is found by what its request names, which is less than AWS knows of it: not by what its
answer names. Services that are called by method and path, such as S3, keep method and sub-resource for a name.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

MOST = 2_000  # calls; older ones are forgotten
_READS = re.compile(r"(?:Batch)?(?:Describe|Get|List|Lookup|Query|Scan|Select|Simulate)|GET|HEAD|AssumeRole")
_KEY = re.compile(r"Credential=([^/]+)/\d+/([^/]*)/([^/]*)/")


@dataclass(frozen=True)
class Told:
    """One call: `request` is all that it said, unquoted."""

    operation: str
    service: str
    region: str
    key: str
    request: str
    status: str
    at: float = field(default_factory=time.time)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Trail:
    """The newest calls of all accounts."""

    operation = "LookupEvents"

    def __init__(self) -> None:
        self._told: deque[Told] = deque(maxlen=MOST)

    def note(self, authorization: str, operation: str, request: str, status: str) -> None:
        """Keeps a call that was answered, unless it only reads."""
        signed = _KEY.search(authorization)
        if signed and not _READS.match(operation):
            key, region, service = signed.groups()
            self._told.append(Told(operation, service, region, key, unquote_plus(request), status))

    def forget(self) -> None:
        self._told.clear()

    def lookup(self, authorization: str, body: bytes) -> dict[str, Any]:
        """The answer of LookupEvents by ResourceName, newest first; ValueError for what is not served here."""
        asked = json.loads(body or b"{}")
        (attribute,) = asked.get("LookupAttributes") or [{}]
        if attribute.get("AttributeKey") != "ResourceName" or set(asked) - {"LookupAttributes", "MaxResults"}:
            raise ValueError(f"the sandbox looks events up by one ResourceName alone, got {asked}")
        signed = _KEY.search(authorization)
        key, region, _ = signed.groups() if signed else ("", "", "")
        named = re.compile(rf"(?<![\w-]){re.escape(attribute['AttributeValue'])}(?![\w-])")
        mine = (one for one in reversed(self._told) if one.region == region and _account(one.key) == _account(key))
        found = [_event(one, attribute["AttributeValue"]) for one in mine if named.search(one.request)]
        return {"Events": found[: asked.get("MaxResults", 50)]}


def _event(one: Told, resource: str) -> dict[str, Any]:
    """CloudTrail user guide, "CloudTrail record contents", as far as it is read."""
    who = _identity(one.key)
    source = f"{one.service}.amazonaws.com"
    record = {"userIdentity": who, "eventName": one.operation, "eventSource": source, "awsRegion": one.region}
    if not one.status.startswith("2"):
        record["errorCode"] = one.status
    return {
        "EventId": one.id,
        "EventName": one.operation,
        "EventTime": one.at,
        "EventSource": source,
        "ReadOnly": "false",
        "Username": str(who["arn"]).rpartition("/")[2],
        "Resources": [{"ResourceName": resource}],
        "CloudTrailEvent": json.dumps(record),
    }


def _account(key: str) -> str:
    from moto.iam.models import get_account_id_from

    return str(get_account_id_from(key))


def _identity(key: str) -> dict[str, Any]:
    from moto.sts.models import sts_backends

    account = _account(key)
    role = sts_backends[account]["aws"].get_assumed_role_from_access_key(key)
    if role is None:
        return {"type": "IAMUser", "accountId": account, "arn": f"arn:aws:iam::{account}:user/{key}"}
    return {"type": "AssumedRole", "accountId": account, "arn": role.arn}
