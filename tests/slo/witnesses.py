"""From what a service level declares as bad and total to series that a pod would export: which of them grow when an
event is good, and which when it is bad. Reads the expressions by a parser of PromQL.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import promql_parser as promql

from tests.slo.matching import matches, samples

PODS = ("a", "b")  # a sum over one pod would not show that it is none
_COMMON = ("200", "other", "+Inf")  # values of labels of which the declaration says only what they are not
_AGGREGATED = frozenset(("sum", "max", "count"))
_PASSED = frozenset(
    ("rate", "increase", "irate", "clamp_min", "scalar", "round", "abs", "sum_over_time", "max_over_time")
)


@dataclass(frozen=True)
class Term:
    """One selector of an expression, times `weight`."""

    name: str
    matchers: tuple[tuple[str, str, str], ...]  # label, operator, value
    weight: float

    def matches(self, name: str, labels: Mapping[str, str]) -> bool:
        return name == self.name and all(matches(labels.get(key, ""), how, value) for key, how, value in self.matchers)


@dataclass(frozen=True)
class Witness:
    """A series, and by how much it grows with each good and each bad event."""

    name: str
    labels: tuple[tuple[str, str], ...]
    of_good: float
    of_bad: float

    def series(self, **more: str) -> str:
        pairs = {**dict(self.labels), **more}
        return self.name + "{" + ",".join(f'{key}="{value}"' for key, value in pairs.items() if value) + "}"


def witnesses(bad: str, total: str) -> list[Witness]:
    """The fewest series with which an event can be good, and bad. Raises ValueError when the expressions are no sums
    and differences of counters, or no event can be either.
    """
    of_bad, of_total = terms(bad), terms(total)
    found: dict[tuple[float, float], tuple[str, Mapping[str, str]]] = {}
    for name, labels in candidates([*of_bad, *of_total]):
        weights = _weight(of_bad, name, labels), _weight(of_total, name, labels)
        if any(weights):
            found.setdefault(weights, (name, labels))
    good = _solve(list(found), (0, 1))
    broken = _solve(list(found), (1, 1))
    if good is None or broken is None:
        raise ValueError(f"no event can be {'bad' if good else 'good'}: bad is {bad}, total is {total}")
    grow = {weights: (weights in good, weights in broken) for weights in found}
    return [
        Witness(name, tuple(labels.items()), float(grow[weights][0]), float(grow[weights][1]))
        for weights, (name, labels) in found.items()
        if any(grow[weights])
    ]


def terms(expression: str) -> list[Term]:
    return list(_terms(promql.parse(expression.replace("{window}", "5m")), 1.0))


def terms_of(node: Any) -> list[Term]:
    """Of what is compared: every selector in it, whatever its sign."""
    return list(_terms(node, 1.0))


def _terms(node: Any, weight: float) -> Iterator[Term]:
    kind = type(node).__name__
    if kind == "VectorSelector":
        matchers = tuple((one.name, _OPERATORS[str(one.op)], one.value) for one in node.matchers.matchers)
        yield Term(node.name, matchers, weight)
    elif kind == "MatrixSelector":
        yield from _terms(node.vector_selector, weight)
    elif kind in ("ParenExpr", "SubqueryExpr") or (kind == "AggregateExpr" and str(node.op) in _AGGREGATED):
        yield from _terms(node.expr, weight)
    elif kind == "UnaryExpr":
        yield from _terms(node.expr, -weight)
    elif kind == "Call" and node.func.name in _PASSED:
        yield from _terms(node.args[0], weight)
    elif kind == "NumberLiteral" or (kind == "Call" and node.func.name in ("vector", "time")):
        return
    elif kind == "BinaryExpr":
        yield from _both(node, weight)
    else:
        raise ValueError(f"{kind} is no sum or difference of counters: {node.prettify()}")


def _both(node: Any, weight: float) -> Iterator[Term]:
    how, left, right = str(node.op), node.lhs, node.rhs
    numbers = [type(side).__name__ == "NumberLiteral" for side in (left, right)]
    if how in ("or", "and", "unless"):
        yield from _terms(left, weight)
    elif how in ("+", "-"):
        yield from _terms(left, weight)
        yield from _terms(right, weight if how == "+" else -weight)
    elif how == "*" and any(numbers):
        times, other = (left.val, right) if numbers[0] else (right.val, left)
        yield from _terms(other, weight * times)
    elif how == "/" and numbers[1]:
        yield from _terms(left, weight / right.val)
    else:
        raise ValueError(f"{how} is no sum or difference of counters: {node.prettify()}")


def candidates(found: Sequence[Term]) -> Iterator[tuple[str, dict[str, str]]]:
    """Series of each metric with every combination of the values that its selectors tell apart."""
    for name in dict.fromkeys(term.name for term in found):
        domains: dict[str, list[str]] = {}
        for key, how, value in (matcher for term in found if term.name == name for matcher in term.matchers):
            told = [value] if how in ("=", "!=") else list(samples(value))
            domains.setdefault(key, []).extend(told)
        values = [dict.fromkeys([*told, *_COMMON]) for told in domains.values()]
        for chosen in itertools.product(*values):
            yield name, dict(zip(domains, chosen, strict=True))


def _weight(of: Iterable[Term], name: str, labels: Mapping[str, str]) -> float:
    return sum(term.weight for term in of if term.matches(name, labels))


def _solve(weights: Sequence[tuple[float, float]], wanted: tuple[float, float]) -> set[tuple[float, float]] | None:
    """The fewest series that together grow (bad, total) by so much when each grows by one."""
    for count in range(1, min(4, len(weights)) + 1):
        for chosen in itertools.combinations(weights, count):
            if all(
                abs(sum(column) - one) < 1e-9 for column, one in zip(zip(*chosen, strict=True), wanted, strict=True)
            ):
                return set(chosen)
    return None


_OPERATORS = {
    "MatchOp.Equal": "=",
    "MatchOp.NotEqual": "!=",
    "MatchOp.Re": "=~",
    "MatchOp.NotRe": "!~",
}
