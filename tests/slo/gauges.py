"""Ages and other values that may not be above a limit: which series a declaration compares, and with what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import promql_parser as promql

from tests.slo.traffic import Traffic
from tests.slo.witnesses import Witness, candidates, terms_of


@dataclass(frozen=True)
class Gauge:
    """`is_moment`: it is compared by its distance from now. Broken or not, values are far from the limit."""

    witness: Witness
    limit: float
    is_moment: bool

    def value(self, at_s: float, *, bad: bool) -> float:
        value = 2 * self.limit + 1 if bad else self.limit / 2
        return at_s - value if self.is_moment else value

    def samples(self, traffic: Traffic) -> str:
        """In promtool's notation; a phase is bad as a whole or not at all."""
        return " ".join(_written(self, traffic))


def gauge(bad: str) -> Gauge | None:
    """None where the declaration compares nothing with a number: it counts events."""
    nodes = list(_nodes(promql.parse(bad.replace("{window}", "5m"))))
    if any(_called(node, counts) for node in nodes for counts in ("rate", "increase")):
        return None
    for node in nodes:
        if _compares(node):
            name, labels = next(candidates(terms_of(node.lhs)))
            is_moment = any(_called(inner, "time") for inner in _nodes(node.lhs))
            return Gauge(Witness(name, tuple(labels.items()), 0, 0), node.rhs.val, is_moment)
    return None


def _written(of: Gauge, traffic: Traffic) -> Iterator[str]:
    at = 0
    yield "_" if traffic.phases[0].gone else repr(of.value(0, bad=False))
    for phase in traffic.phases:
        steps = phase.length_s // traffic.step_s
        first = of.value(at + traffic.step_s, bad=phase.bad > 0)
        grows = traffic.step_s if of.is_moment else 0
        yield f"_x{steps}" if phase.gone else f"{first!r}+{grows}x{steps - 1}".replace("+-", "-")
        at += phase.length_s


def _compares(node: Any) -> bool:
    compares = type(node).__name__ == "BinaryExpr" and str(node.op) in ("<", "<=", ">", ">=")
    return compares and type(node.rhs).__name__ == "NumberLiteral"


def _called(node: Any, name: str) -> bool:
    return type(node).__name__ == "Call" and node.func.name == name


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for key in ("lhs", "rhs", "expr"):
        if hasattr(node, key):
            yield from _nodes(getattr(node, key))
    for inner in getattr(node, "args", None) or ():
        yield from _nodes(inner)
