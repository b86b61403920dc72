"""What a Prometheus tells of a window: the alerts that fired, and the budgets that were spent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from platformctl.incidents import alerts as alerting
from platformctl.incidents.impact import impact
from platformctl.incidents.model import Alerted, Spent, Window

_FIRING = 'ALERTS{alertstate="firing"}'
Try = Callable[[str, str, Callable[[], Any]], Any]  # calls, or writes down why it cannot
Had = Callable[[str, str, int, str], None]


def fired(attempt: Try, had: Had, url: str, window: Window) -> list[Alerted]:
    """Alerts of the window, and a word on the times at which nothing was evaluated."""
    from platformctl import prometheus

    step = alerting.step_s(window)
    series = attempt("alerts", url, lambda: prometheus.query_range(url, _FIRING, window.since, window.until, step))
    if series is None:
        return []
    rules = attempt("rules", url, lambda: _rules(url)) or ()
    told: list[Alerted] = []
    switch: list[tuple[float, float]] = []
    for one in series:
        if alerting.is_switch(one.labels):
            switch += one.points
            continue
        runbook = _runbook(one.labels, rules)
        spans = alerting.spans(one.labels, one.points, window, step)
        told += [Alerted(span.labels, "", runbook, span.began, span.ended) for span in spans]
    had("alerts", url, len(told), _silence(sorted(switch), window, step))
    return told


def spent(attempt: Try, had: Had, url: str, window: Window) -> list[Spent]:
    """What each objective lost; empty, and said why, where that is not known."""
    if not url:
        had("error budget", "-", 0, "not asked: give --prometheus URL")
        return []
    from platformctl import prometheus

    def ask(expression: str) -> list[Any]:
        return list(prometheus.query(url, expression, window.until))

    found = attempt("error budget", url, lambda: (impact(ask, window), len(ask("slo:objective:ratio"))))
    if found is None:
        return []
    lost, known = found
    why = "" if known else "it has no series slo:objective:ratio then: no objective is recorded, so nothing is known"
    had("error budget", url, known, why)
    return list(lost)


def _rules(url: str) -> list[Mapping[str, Any]]:
    """The alerting rules that it has now; what an alert that is over has led to, only they tell."""
    from platformctl.prometheus.client import TIMEOUT_S
    from platformctl.prometheus.server import ask

    groups = ask(url, "rules", None, TIMEOUT_S)["groups"]
    return [rule for group in groups for rule in group["rules"] if rule["type"] == "alerting"]


def _runbook(labels: Mapping[str, str], rules: Sequence[Mapping[str, Any]]) -> str:
    """Of the rule that has the alert's name and no label that the alert has not; empty where there is none."""
    for rule in rules:
        own = rule.get("labels") or {}
        if rule["name"] == labels.get("alertname") and own.items() <= labels.items():
            return str((rule.get("annotations") or {}).get("runbook", ""))
    return ""


def _silence(switch: list[tuple[float, float]], window: Window, step: float) -> str:
    if not switch:
        return "no dead man's switch (class dead-man) fired, so it is not known whether rules were evaluated at all"
    times = [f"{begin:%H:%M:%S} to {end:%H:%M:%S}" for begin, end in alerting.gaps(switch, window, step)]
    return f"no rules were evaluated from {', '.join(times)}: alerts of that time are missing" if times else ""
