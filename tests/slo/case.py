"""One case for promtool: series, and what must be true of them and of the rules at some seconds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from components.slo.definition import ServiceLevel

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Check:
    """At second `at_s` the expression answers with 1 for each of these sets of labels, and with nothing else."""

    at_s: int
    expression: str
    ones: tuple[Labels, ...]


@dataclass(frozen=True)
class Case:
    """`evaluate_s`: between evaluations of rules. `series`: samples in promtool's notation, `step_s` apart."""

    name: str
    evaluate_s: int
    step_s: int
    series: Mapping[str, str]
    checks: tuple[Check, ...]


def alerts(level: ServiceLevel, fires: Iterable[Labels]) -> tuple[Labels, ...]:
    return tuple({**one, "slo": level.id, "service": level.service, "owner": level.owner} for one in fires)


def firing(level: ServiceLevel, at_s: int, expected: tuple[Labels, ...], untold: Sequence[str] = ()) -> Check:
    """All alerts of the level that fire, without those of which nothing is told. The severity of those that are not
    about burning is the declaration's own affair.
    """
    all_of_it = f'ALERTS{{alertstate="firing",slo="{level.id}"}}'
    told = all_of_it + "".join(f" unless {all_of_it[:-1]},{one}}}" for one in untold)
    plain = f'label_replace({told}, "severity", "", "alertname", "SliAbsent|ErrorBudgetExhausted")'
    return Check(at_s, f"count by (alertname, window, severity, slo, service, owner) ({plain})", expected)
