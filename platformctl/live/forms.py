"""One form of what AWS tells twice: rules and policies in the thing they belong to, or as resources of their own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from platformctl.live.reading import Read
from policies import tokens
from policies.resource import Resource

_Pair = tuple[Read, Resource | None]


@dataclass(frozen=True)
class _Twice:
    """`keys` of `whole` say the same as resources of `parts`, whose property `to` names it.

    apart: what is in no code is a part of its own, so that each has its own ARN.
    """

    whole: str
    keys: tuple[str, ...]
    parts: tuple[str, ...]
    to: str
    apart: bool = True


_TWICE = (
    _Twice(tokens.SECURITY_GROUP, ("ingress", "egress"), (tokens.INGRESS_RULE, tokens.EGRESS_RULE), "securityGroupId"),
    _Twice(tokens.NETWORK_ACL, ("ingress", "egress"), (tokens.NETWORK_ACL_RULE,), "networkAclId"),
    _Twice(tokens.ROUTE_TABLE, ("routes",), (tokens.ROUTE,), "routeTableId"),
    _Twice(tokens.QUEUE, ("policy",), (tokens.QUEUE_POLICY,), "queueUrl", apart=False),
    _Twice(tokens.TOPIC, ("policy",), (tokens.TOPIC_POLICY,), "arn", apart=False),
    _Twice(tokens.SECRET, ("policy",), (tokens.SECRET_POLICY,), "secretArn", apart=False),
)


def one_form(pairs: Iterable[_Pair]) -> Iterator[_Pair]:
    """The form that the code has, of each thing that has two; rules of default groups stay in their group."""
    all_ = list(pairs)
    whole = {one.id for one, _ in all_ if one.found.token == tokens.DEFAULT_SECURITY_GROUP}
    stripped: dict[tuple[str, str], tuple[str, ...]] = {}
    for twice in _TWICE:
        parts = defaultdict(list)
        for one, owner in all_:
            if one.found.token in twice.parts:
                parts[str(one.properties.get(twice.to))].append(owner)
        for one, owner in all_:
            if one.found.token != twice.whole:
                continue
            if one.found.own or _is_whole(twice, owner, parts[one.id]):
                whole.add(one.id)
            else:
                stripped[twice.whole, one.id] = twice.keys
    links = {part: twice.to for twice in _TWICE for part in twice.parts}
    for one, owner in all_:
        link = links.get(one.found.token)
        if link is None or str(one.properties.get(link)) not in whole:
            yield _without(one, stripped.get((one.found.token, one.id), ())), owner


def _is_whole(twice: _Twice, owner: Resource | None, parts: list[Resource | None]) -> bool:
    if owner is not None and any(key in owner.asked for key in twice.keys):
        return True
    return not twice.apart and not any(parts)


def _without(one: Read, keys: tuple[str, ...]) -> Read:
    if not keys:
        return one
    asked, properties = (
        {key: it for key, it in them.items() if key not in keys} for them in (one.asked, one.properties)
    )
    return replace(one, asked=asked, properties=properties)
