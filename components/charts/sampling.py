"""Which traces are kept: all that went wrong, took long, or moved money; of the rest a part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A rule; a trace that any of them keeps is kept. `settings`: of the processor's policy `kind`."""

    name: str
    kind: str
    settings: dict[str, Any]
    why: str


_MONEY = ("charges?", "subscriptions?", "refunds?", "payouts?", "disputes?", "invoices?", "ledger")
# Contrib's tail sampling processor, README, "Policies".
KEPT: Final = (
    Kept(name="errors", kind="status_code", settings={"status_codes": ["ERROR"]}, why="each is asked about"),
    Kept(
        name="server-errors",
        kind="numeric_attribute",
        settings={"key": "http.response.status_code", "min_value": 500, "max_value": 599},
        why="not every library sets the status of its span",
    ),
    Kept(name="slow", kind="latency", settings={"threshold_ms": 2_500}, why="slower than a charge may be"),
    Kept(
        name="money-routes",
        kind="string_attribute",
        settings={
            "key": "http.route",
            "values": [f"^/v[0-9]+/({'|'.join(_MONEY)})(/|$)"],
            "enabled_regex_matching": True,
            "cache_max_size": 1_000,
        },
        why="a customer asks about one payment, months later",
    ),
    Kept(
        name="money-services",
        kind="string_attribute",
        settings={"key": "service.name", "values": ["ledger", "payouts"]},
        why="all that they do is money",
    ),
    Kept(
        name="the-rest",
        kind="probabilistic",
        settings={"sampling_percentage": 5},
        why="what usual looks like; metrics count the rest",
    ),
)
# A request ends within 30 s; spans of queues' workers begin new traces. 50,000 traces of 20 kB take 1 GB.
_DECISION_S, _TRACES = 30, 50_000


def tail_sampling(kept: Sequence[Kept] = KEPT) -> dict[str, Any]:
    """Configuration of the processor."""
    policies = [{"name": one.name, "type": one.kind, one.kind: one.settings} for one in kept]
    return {"decision_wait": f"{_DECISION_S}s", "num_traces": _TRACES, "policies": policies}
