"""Policy documents, built from typed statements in which a wildcard needs a written reason."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pulumi import Input, Output

Principals = Mapping[str, Input[str] | Sequence[Input[str]]]  # {"AWS": [...], "Service": "..."}
Conditions = Mapping[str, Mapping[str, Input[str] | Sequence[Input[str]]]]

EVERYONE: Final = "*"
_ACTION = re.compile(r"\*|[a-z0-9-]+:[A-Za-z0-9*?]+")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a policy.

    sid: what it is for, letters and digits; findings and denials are told by it.
    resources: empty in a trust policy, which is about the role it belongs to.
    principals: in resource and trust policies alone; EVERYONE is a wildcard like any other.
    why: the reason for a wildcard that an Allow cannot do without. A wildcard that ends a path below a named
    thing (`arn:aws:s3:::bucket/*`, `arn:aws:iam::123456789012:role/billing/*`) needs none; nor does a Deny.
    Raises ValueError naming the statement.
    """

    sid: str
    actions: tuple[str, ...] = ()
    all_but: tuple[str, ...] = ()  # a denial of every other action (NotAction); an Allow has no such form
    resources: tuple[Input[str], ...] = ()
    resources_but: tuple[str, ...] = ()  # a denial on everything else (NotResource)
    principals: Principals | Literal["*"] | None = None
    conditions: Conditions = field(default_factory=dict)
    effect: Literal["Allow", "Deny"] = "Allow"
    why: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9]+", self.sid):
            raise ValueError(f"sid must be letters and digits, got {self.sid!r}")
        if bool(self.actions) == bool(self.all_but):
            raise ValueError(f"{self.sid} must name its actions, or those it leaves alone, got both or none")
        if self.effect == "Allow" and (but := (*self.all_but, *self.resources_but)):
            raise ValueError(f"{self.sid} must name what it allows, not all but {', '.join(but)}")
        for action in (*self.actions, *self.all_but):
            if not _ACTION.fullmatch(action):
                raise ValueError(f"actions of {self.sid} must be written service:Action, got {action!r}")
        if self.effect == "Deny":
            return
        if not self.why and (wide := next(self.wildcards(), None)):
            raise ValueError(f"{self.sid} allows {wide}: name what is meant, or give the reason as `why`")

    def wildcards(self) -> Iterator[str]:
        """The actions, resources and principals that stand for more than what they name."""
        yield from (action for action in self.actions if "*" in action or "?" in action)
        yield from (one for one in self.resources if isinstance(one, str) and _is_wide(one))
        if self.principals == EVERYONE:
            yield "everyone"


def document(*statements: Statement) -> dict[str, Any]:
    """The policy as an object; values may be outputs."""
    sids = [statement.sid for statement in statements]
    if len({*sids}) != len(sids):
        raise ValueError(f"every statement needs a sid of its own, got {', '.join(sids)}")
    return {"Version": "2012-10-17", "Statement": [_written(statement) for statement in statements]}


def policy_json(*statements: Statement) -> Input[str]:
    """The policy as JSON: plain text where every value is known, so that previews and policies can read it."""
    policy = document(*statements)
    return Output.json_dumps(policy) if _has_output(policy) else json.dumps(policy)


def trust(sid: str, service: str, account_id: str | None = None, source_arn: str | None = None) -> Statement:
    """An AWS service may take the role: on behalf of our account and, where the service says so, for `source_arn`.

    Source: IAM user guide, "The confused deputy problem".
    """
    conditions: dict[str, dict[str, str]] = {}
    if account_id:
        conditions["StringEquals"] = {"aws:SourceAccount": account_id}
    if source_arn:
        conditions["ArnLike"] = {"aws:SourceArn": source_arn}
    return Statement(sid=sid, actions=("sts:AssumeRole",), principals={"Service": service}, conditions=conditions)


def _is_wide(arn: str) -> bool:
    """Whether a wildcard stands elsewhere than at the end of a path below something named."""
    if "*" not in arn and "?" not in arn:
        return False
    head, _, end = arn.rpartition("*")
    parts = head.split(":", 5)
    if end or "*" in head or "?" in arn or len(parts) < 6 or head[-1:] not in ("/", ":"):
        return True
    named = [part for part in re.split(r"[:/]", parts[5]) if part]
    return len(named) < (1 if parts[2] in ("s3", "sqs", "sns") else 2)


def _written(statement: Statement) -> dict[str, Any]:
    parts = {
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Principal": statement.principals,
        "Action": list(statement.actions),
        "NotAction": list(statement.all_but),
        "Resource": list(statement.resources),
        "NotResource": list(statement.resources_but),
        "Condition": statement.conditions,
    }
    return {key: value for key, value in parts.items() if value}


def _has_output(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_output(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_has_output(item) for item in value)
    return isinstance(value, Output)
