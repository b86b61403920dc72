"""The estimate: what the stack's main cost drivers make of a month, before and after."""

from collections.abc import Iterable
from typing import Any

from platformctl.review.compared import Compared
from platformctl.review.cost.drivers import DRIVERS, Cost
from platformctl.review.cost.free import is_free
from platformctl.review.cost.prices import Unpriced, document, prices
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Mistyped, Undecided

_CENTS = 2
_NOTHING = Cost(0.0, "")


def estimate(compared: Compared) -> dict[str, Any]:
    """Amounts a month: of all that is priced, of what differs, and the types that change and are not priced."""
    items: list[dict[str, Any]] = []
    unpriced: set[str] = set()
    totals = [0.0, 0.0]
    for pair in compared.pairs():
        try:
            before, after = _cost(pair.before, compared.before), _cost(pair.after, compared.after)
        except Unpriced:
            if pair.urn in compared.changes:
                unpriced.add(pair.type)
            continue
        totals = [totals[0] + before.amount, totals[1] + after.amount]
        if round(after.amount - before.amount, _CENTS):
            items.append(_item(compared, pair.urn, before, after))
    table = document()
    return {
        "currency": table["currency"],
        "priced_on": table["priced_on"],
        "confirmed": table["confirmed"],
        "note": _note(table["priced_on"], confirmed=table["confirmed"]),
        "before": round(totals[0], _CENTS),
        "after": round(totals[1], _CENTS),
        "delta": round(totals[1] - totals[0], _CENTS),
        "items": _dearest(items),
        "unpriced": sorted(unpriced),
    }


def _cost(resource: Resource | None, graph: Graph) -> Cost:
    """Nothing of what is not there; Unpriced where nobody knows."""
    if resource is None or (resource.type not in DRIVERS and is_free(resource.type)):
        return _NOTHING
    if resource.type not in DRIVERS:
        raise Unpriced(resource.type)
    return DRIVERS[resource.type](resource, graph, prices(_region(resource, graph)))


def _region(resource: Resource, graph: Graph) -> str:
    """Its own, its provider's, or that of the stack's AWS provider: objects of the cluster are where that is."""
    own = resource.properties.get("region")
    if isinstance(own, str):
        return own
    providers = [graph.provider(resource), *graph.of_type(tokens.AWS_PROVIDER)]
    for provider in providers:
        try:
            region = graph.setting(provider, "region") if provider else None
        except (Undecided, Mistyped):
            continue
        if region:
            return str(region)
    raise Unpriced("region")


def _item(compared: Compared, urn: str, before: Cost, after: Cost) -> dict[str, Any]:
    resource = compared.after.by_urn.get(urn) or compared.before.by_urn[urn]
    told = [cost.basis for cost in (before, after) if cost.basis]
    return {
        "urn": urn,
        "type": resource.type,
        "name": resource.name,
        "before": round(before.amount, _CENTS),
        "after": round(after.amount, _CENTS),
        "delta": round(after.amount - before.amount, _CENTS),
        "basis": " → ".join(dict.fromkeys(told)),
    }


def _dearest(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: (-abs(item["delta"]), item["urn"]))


def _note(priced_on: str, *, confirmed: bool) -> str:
    sure = "" if confirmed else ", from memory and to be confirmed"
    return f"an estimate at on-demand prices of {priced_on}{sure}; traffic, requests and stored data are not counted"
