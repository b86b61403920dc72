"""Every query, asked of Prometheus: it fires, does not fire, starves, is blind, and outlives restarts of counters."""

from pathlib import Path

import pytest

from components.canary.gates import GATES
from components.canary.ladders import steps
from components.canary.plan import CanaryPlan, ExpectedTraffic, Preflight, RiskClass
from components.canary.templates import preflight_gates, tripwire_gates
from components.canary.view import View
from components.slo.standard import standard_levels
from tests.cluster.canary.promtool import LENGTH, Verdict, check
from tests.cluster.canary.traffic import CANARY, NAMESPACE, POD, REPLICAS, SERVICE, STABLE, STEP_S, series

pytestmark = pytest.mark.cluster

Changes = dict[str, str | float | None]
NAN = " ".join(["NaN"] * LENGTH)
HALF = LENGTH // 2
OK, BROKEN = 'http_requests_total{code="200"}', 'http_requests_total{code="500"}'
APPROVED, DECLINED = 'charges_total{outcome="approved"}', 'charges_total{outcome="declined"}'
PROCESSOR = 'charges_total{outcome="processor_error"}'
DELIVERED, REFUSED = 'webhook_deliveries_total{outcome="delivered"}', 'webhook_deliveries_total{outcome="refused"}'
BUCKET = 'http_request_duration_seconds_bucket{route="charge",le="%s"}'
COUNT = 'http_request_duration_seconds_count{route="charge"}'
LEDGER = "ledger_unbalanced_entries_total"
DUPLICATES, CONFLICTS = "duplicate_capture_total{}", "idempotency_conflict_total{}"
SET, LIMIT = f"container_memory_working_set_bytes{{{POD}}}", f"container_spec_memory_limit_bytes{{{POD}}}"
RESTARTS = f"kube_pod_container_status_restarts_total{{{POD}}}"
READY, WANTED = (f"kube_replicaset_{name}_replicas{{{REPLICAS}}}" for name in ("status_ready", "spec"))
IDLE: Changes = {f"c {name}": None for name in (OK, BROKEN)}
UNSEEN: Changes = {"c up{}": f"1x20 0x{LENGTH}"}  # the canary answers no scrape since 14 minutes
STALE: Changes = {"c up{}": f"1x{LENGTH - 12} {'_ ' * 12}"}  # no sample at all since two minutes


BUCKETS: Changes = {f"c {BUCKET % bound}": None for bound in ("0.5", "1", "2.5", "10", "+Inf")}
UNTIMED: Changes = {**BUCKETS, f"c {COUNT}": None}


def restarted(per_s: float) -> str:
    step = per_s * STEP_S
    return f"0+{step:g}x{HALF} 0+{step:g}x{HALF}"


def timed(per_s: float, *shares: float, arm: str = "c") -> Changes:
    """Requests per second of which these shares took at most 0.5, 1 and 2.5 s; the objective is 1 s."""
    buckets = zip(("0.5", "1", "2.5", "10", "+Inf"), (*shares, 1, 1), strict=True)
    return {f"{arm} {COUNT}": per_s, **{f"{arm} {BUCKET % bound}": per_s * share for bound, share in buckets}}


def slow(requests: int, of: int) -> Changes:
    """All in one minute of the window; so many took between 1 and 2.5 s."""
    within = dict(zip(("0.5", "1", "2.5", "10", "+Inf"), (of - requests, of - requests, of, of, of), strict=True))
    counts = {BUCKET % bound: count for bound, count in within.items()} | {COUNT: of}
    return {f"c {name}": f"0x{LENGTH - 20} {count}x20" for name, count in counts.items()}


SLUGGISH: Changes = {**timed(10, 0.5, 0.6, 0.8), **timed(10, 0.5, 0.6, 0.8, arm="s")}
STANDING: Changes = {f"{arm} {name}": "7" for arm in "cs" for name in (OK, BROKEN)}  # counters that do not move
UNBOUNDED: Changes = {f"{arm} {BUCKET % '2.5'}": None for arm in "cs"}  # the bucket that the objective is measured by
ENOUGH = {"burn-rate-within-budget": 6000}  # requests that rule out 0.05 %

CASES: dict[str, dict[str, tuple[Changes, Verdict]]] = {
    "metrics-are-fresh": {
        "healthy": ({}, "pass"),
        "canary does not answer": (UNSEEN, "blind"),
        "canary never answered": ({"c up{}": None}, "blind"),
        "stable is gone": ({"s up{}": None}, "blind"),
        "scrapes stopped": (STALE, "blind"),
        "counters restarted": ({f"c {OK}": restarted(10)}, "pass"),
        "no traffic": (IDLE, "pass"),
        "not a number": ({"c up{}": NAN}, "blind"),
    },
    "enough-requests": {
        "healthy": ({}, "pass"),
        "few": ({f"c {OK}": 0.4}, "starved"),
        "none ever": (IDLE, "starved"),
        "counters restarted": ({f"c {OK}": restarted(0.6)}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "not a number": ({f"c {OK}": NAN}, "blind"),
    },
    "enough-charges": {
        "healthy": ({}, "pass"),
        "few": ({f"c {APPROVED}": 1.5}, "starved"),
        "none ever": ({f"c {APPROVED}": None, f"c {DECLINED}": None}, "starved"),
        "counters restarted": ({f"c {APPROVED}": restarted(2.76)}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "not a number": ({f"c {APPROVED}": NAN}, "blind"),
    },
    "money-ledger-balanced": {
        "healthy": ({}, "pass"),
        "one entry": ({LEDGER: f"0x70 1x{LENGTH}"}, "fail"),
        "one entry of a ledger just born": ({LEDGER: f"{'_ ' * 70} 1x10"}, "fail"),
        "an old entry": ({LEDGER: "1"}, "pass"),
        "counter restarted": ({LEDGER: "3x40 0x40"}, "pass"),
        "no ledger": ({LEDGER: None}, "blind"),
        "no traffic": (IDLE, "pass"),
        "not a number": ({LEDGER: NAN}, "blind"),
    },
    "money-no-idempotency-conflict": {
        "healthy": ({}, "pass"),
        "series of zero": ({f"c {CONFLICTS}": "0"}, "pass"),
        "one conflict": ({f"c {CONFLICTS}": "0x75 1x10"}, "fail"),
        "born with its first": ({f"c {CONFLICTS}": f"{'_ ' * 75} 1x10"}, "fail"),
        "counted before a restart": ({f"c {CONFLICTS}": "0x60 1x5 0x20"}, "fail"),
        "of the stable arm": ({f"s {CONFLICTS}": "7"}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "no traffic": (IDLE, "pass"),
        "not a number": ({f"c {CONFLICTS}": NAN}, "blind"),
    },
    "money-no-duplicate-capture": {
        "healthy": ({}, "pass"),
        "series of zero": ({f"c {DUPLICATES}": "0"}, "pass"),
        "one capture": ({f"c {DUPLICATES}": "0x75 1x10"}, "fail"),
        "born with its first": ({f"c {DUPLICATES}": f"{'_ ' * 75} 1x10"}, "fail"),
        "counted before a restart": ({f"c {DUPLICATES}": "0x60 1x5 0x20"}, "fail"),
        "of the stable arm": ({f"s {DUPLICATES}": "7"}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "no traffic": (IDLE, "pass"),
        "not a number": ({f"c {DUPLICATES}": NAN}, "blind"),
    },
    "errors-below-ceiling": {
        "healthy": ({}, "pass"),
        "3 %": ({f"c {BROKEN}": 0.3}, "fail"),
        "0.8 %": ({f"c {BROKEN}": 0.08}, "pass"),
        "no failed request ever": ({f"c {BROKEN}": None}, "pass"),
        "all fail, few requests": ({f"c {OK}": None, f"c {BROKEN}": 0.02}, "fail"),
        "one of ten failed": ({f"c {OK}": 0.015, f"c {BROKEN}": f"0x70 1x{LENGTH}"}, "starved"),
        "few, all well": ({f"c {OK}": 0.1}, "starved"),
        "no traffic": (IDLE, "starved"),
        "counters restarted": ({f"c {OK}": restarted(10), f"c {BROKEN}": restarted(0.002)}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "not a number": ({f"c {OK}": NAN}, "blind"),
        "errors not a number": ({f"c {BROKEN}": NAN}, "blind"),
    },
    "errors-not-above-stable": {
        "healthy": ({}, "pass"),
        "3 %": ({f"c {BROKEN}": 0.3}, "fail"),
        "0.1 points more": ({f"c {BROKEN}": 0.012}, "pass"),
        "both arms 3 %": ({f"c {BROKEN}": 0.3, f"s {BROKEN}": 0.3}, "pass"),
        "5.5 % of 600 while the others fail, too": (
            {f"c {OK}": 0.945, f"c {BROKEN}": 0.055, f"s {OK}": 9.5, f"s {BROKEN}": 0.5},
            "pass",
        ),
        "no failed request ever": ({f"c {BROKEN}": None, f"s {BROKEN}": None}, "pass"),
        "by chance: 2 of 600": ({f"c {OK}": 1.0, f"c {BROKEN}": f"0x60 1x10 2x{LENGTH}"}, "pass"),
        "few, one failed": ({f"c {OK}": 0.1, f"c {BROKEN}": f"0x70 1x{LENGTH}"}, "starved"),
        "no traffic": (IDLE, "starved"),
        "no traffic in stable": ({f"s {OK}": None, f"s {BROKEN}": None}, "starved"),
        "counters restarted": ({f"c {OK}": restarted(10), f"c {BROKEN}": restarted(0.002)}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "stable not scraped": ({"s up{}": None}, "blind"),
        "not a number": ({f"c {OK}": NAN}, "blind"),
        "stable errors not a number": ({f"s {BROKEN}": NAN}, "blind"),
    },
    "latency-not-above-stable": {
        "healthy": ({}, "pass"),
        "p99 doubled": (timed(10, 0.9, 0.97, 0.995), "fail"),
        "p99 doubled, few requests": (timed(0.1, 0.5, 0.6, 0.8), "fail"),
        "twice as slow, within the objective": ({**timed(10, 0.995, 1, 1), **timed(10, 1, 1, 1, arm="s")}, "pass"),
        "both slow": ({**timed(10, 0.9, 0.97, 0.995), **timed(10, 0.9, 0.97, 0.995, arm="s")}, "pass"),
        "2 % of 600 beyond it, by chance": (timed(1, 0.9, 0.98, 0.995), "pass"),
        "4 % of 600 beyond it": (timed(1, 0.9, 0.96, 0.995), "fail"),
        "one of seven beyond it": (slow(1, of=7), "starved"),
        "four of ten beyond it": (slow(4, of=10), "starved"),
        "six of ten beyond it": (slow(6, of=10), "fail"),
        "few": ({f"c {COUNT}": 0.1}, "starved"),
        "no traffic": (UNTIMED, "starved"),
        "counters restarted": ({f"c {COUNT}": restarted(10)}, "pass"),
        "buckets gone": (BUCKETS, "blind"),
        "not scraped": (UNSEEN, "blind"),
        "not a number": ({f"c {COUNT}": NAN}, "blind"),
    },
    "processor-errors-not-above-stable": {
        "healthy": ({}, "pass"),
        "2 %": ({f"c {PROCESSOR}": 0.06}, "fail"),
        "both arms 2 %": ({f"c {PROCESSOR}": 0.06, f"s {PROCESSOR}": 0.06}, "pass"),
        "more declines are not the processor's": ({f"c {DECLINED}": 1.0}, "pass"),
        "no charges": ({f"c {APPROVED}": None, f"c {DECLINED}": None}, "starved"),
        "few": ({f"c {APPROVED}": 0.1, f"c {DECLINED}": 0.01}, "starved"),
        "counters restarted": ({f"c {APPROVED}": restarted(2.76)}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "not a number": ({f"c {APPROVED}": NAN}, "blind"),
    },
    "approvals-not-below-stable": {
        "healthy": ({}, "pass"),
        "3 points fewer": ({f"c {APPROVED}": 2.67, f"c {DECLINED}": 0.33}, "fail"),
        "1 point fewer": ({f"c {APPROVED}": 2.73, f"c {DECLINED}": 0.27}, "pass"),
        "6 points fewer of 300": ({f"c {APPROVED}": 0.43, f"c {DECLINED}": 0.07}, "fail"),
        "3 points fewer of 300": ({f"c {APPROVED}": 0.445, f"c {DECLINED}": 0.055}, "starved"),
        "6 points fewer of 60": ({f"c {APPROVED}": 0.086, f"c {DECLINED}": 0.014}, "starved"),
        "nothing approved": ({f"c {APPROVED}": None, f"c {DECLINED}": 3.0}, "fail"),
        "no charges": ({f"c {APPROVED}": None, f"c {DECLINED}": None}, "starved"),
        "counters restarted": ({f"c {APPROVED}": restarted(2.76), f"c {DECLINED}": restarted(0.24)}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "not a number": ({f"s {APPROVED}": NAN}, "blind"),
    },
    "deliveries-not-below-stable": {
        "healthy": ({}, "pass"),
        "5 % refused": ({f"c {REFUSED}": 0.5}, "fail"),
        "both arms": ({f"c {REFUSED}": 0.5, f"s {REFUSED}": 0.5}, "pass"),
        "few": ({f"c {DELIVERED}": 0.1, f"c {REFUSED}": 0.001}, "starved"),
        "none ever": ({f"c {DELIVERED}": None, f"c {REFUSED}": None}, "starved"),
        "counters restarted": ({f"c {DELIVERED}": restarted(10), f"c {REFUSED}": restarted(0.1)}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "not a number": ({f"c {DELIVERED}": NAN}, "blind"),
    },
    "burn-rate-within-budget": {
        "healthy": ({}, "pass"),
        "0.5 %": ({f"c {BROKEN}": 0.1}, "fail"),
        "too slow": (SLUGGISH, "fail"),
        "no failed request ever": ({f"c {BROKEN}": None, f"s {BROKEN}": None}, "pass"),
        "above it by four": ({f"c {BROKEN}": "0x60 4x20", f"c {OK}": 1.0, f"s {OK}": None}, "starved"),
        "few": ({f"c {OK}": 1.0, f"s {OK}": 1.0}, "starved"),
        "two of ten too slow, of many requests": (
            {**timed(0.005, 0.5, 0.6, 0.8), **timed(0.005, 0.5, 0.6, 0.8, arm="s")},
            "starved",
        ),
        "no traffic": (STANDING, "starved"),
        "no series of requests": ({**IDLE, f"s {OK}": None, f"s {BROKEN}": None}, "blind"),
        "one level is not recorded": (UNBOUNDED, "blind"),
        "counters restarted": ({f"c {OK}": restarted(10), f"c {BROKEN}": restarted(0.002)}, "pass"),
        "not scraped": (UNSEEN, "blind"),
        "not a number": ({f"c {OK}": NAN}, "blind"),
    },
    "no-burn-rate-page": {
        "healthy": ({}, "pass"),
        "burns fast": ({f"s {BROKEN}": 0.5}, "starved"),
        "too slow": (SLUGGISH, "starved"),
        "burns slowly": ({f"s {BROKEN}": 0.05}, "pass"),
        "has burned": ({f"s {BROKEN}": f"0x20 40x{LENGTH}"}, "pass"),
        "no traffic": (STANDING, "pass"),
        "no series of requests": ({**IDLE, f"s {OK}": None, f"s {BROKEN}": None}, "blind"),
        "one level is not recorded": (UNBOUNDED, "blind"),
        "counters restarted": ({f"c {OK}": restarted(10), f"c {BROKEN}": restarted(0.002)}, "pass"),
        "not a number": ({f"c {OK}": NAN}, "blind"),
    },
    "pool-not-saturated": {
        "healthy": ({}, "pass"),
        "nine of ten": ({"c db_pool_in_use{}": "9"}, "fail"),
        "of the stable arm": ({"s db_pool_in_use{}": "9"}, "pass"),
        "gone": ({"c db_pool_size{}": None}, "blind"),
        "no size": ({"c db_pool_size{}": "0", "c db_pool_in_use{}": "0"}, "blind"),
        "not scraped": (UNSEEN, "blind"),
        "no traffic": (IDLE, "pass"),
        "restarted": ({"c db_pool_in_use{}": "9x40 5x40"}, "pass"),
        "not a number": ({"c db_pool_in_use{}": NAN}, "blind"),
    },
    "memory-not-saturated": {
        "healthy": ({}, "pass"),
        "90 %": ({SET: "900"}, "fail"),
        "gone": ({SET: None}, "blind"),
        "no limit": ({LIMIT: "0"}, "blind"),
        "not scraped": (UNSEEN, "blind"),
        "no traffic": (IDLE, "pass"),
        "restarted": ({SET: "900x40 400x40"}, "pass"),
        "not a number": ({SET: NAN}, "blind"),
    },
    "memory-not-leaking": {
        "healthy": ({}, "pass"),
        "1.2 % a minute": ({SET: f"100+3x{LENGTH}"}, "fail"),
        "0.2 % a minute": ({SET: f"400+0.5x{LENGTH}"}, "pass"),
        "shrinks": ({SET: f"900-3x{LENGTH}"}, "pass"),
        "too young": ({SET: f"{'_ ' * 70} 100+30x10"}, "starved"),
        "gone": ({SET: None}, "blind"),
        "not scraped": (UNSEEN, "blind"),
        "no traffic": (IDLE, "pass"),
        "restarted": ({SET: "900x20 400x60"}, "pass"),
        "not a number": ({SET: NAN}, "blind"),
    },
    "no-restarts": {
        "healthy": ({}, "pass"),
        "one": ({RESTARTS: "0x75 1x10"}, "fail"),
        "born restarted": ({RESTARTS: f"{'_ ' * 70} 1x10"}, "fail"),
        "counter restarted": ({RESTARTS: "1x70 0x10"}, "fail"),
        "kube-state-metrics gone": ({RESTARTS: None}, "blind"),
        "not scraped": (UNSEEN, "blind"),
        "no traffic": (IDLE, "pass"),
        "not a number": ({RESTARTS: NAN}, "blind"),
    },
    "stable-at-full-scale": {
        "healthy": ({}, "pass"),
        "one evicted": ({READY: "3"}, "starved"),
        "kube-state-metrics gone": ({READY: None}, "blind"),
        "no traffic": (IDLE, "pass"),
        "scaled by the autoscaler": ({WANTED: "4x40 5x40", READY: "4x42 5x38"}, "pass"),
        "not a number": ({READY: NAN}, "blind"),
    },
}


def view(risk: RiskClass = "payment-write", window_s: float = 600, needed: int = 300) -> View:
    return View(
        plan=plan(risk),
        window_s=window_s,
        control_s=600,
        needed=needed,
        needed_charges=1150,
        canary=CANARY,
        stable=STABLE,
    )


def plan(risk: RiskClass) -> CanaryPlan:
    image = f"registry.test/billing@sha256:{'0' * 64}"
    return CanaryPlan(
        service=SERVICE,
        namespace=NAMESPACE,
        risk=risk,
        traffic=ExpectedTraffic(requests_per_s=50, charges_per_s=4),
        prometheus_url="http://prometheus:9090",
        latency_objective_s=1.0,
        latency_route="charge",
        owner="payments",
        levels=standard_levels(SERVICE, "payments", risk),
        preflight=Preflight(image=image, url="https://api.test/", service_account=SERVICE),
    )


@pytest.mark.parametrize(("gate", "case"), [(gate, case) for gate, cases in CASES.items() for case in cases])
def test_query_means_what_the_case_says(gate: str, case: str, tmp_path: Path) -> None:
    changes, expected = CASES[gate][case]
    check(gate, view(needed=ENOUGH.get(gate, 300)), series(changes), expected, tmp_path)


def test_every_gate_of_every_class_has_cases() -> None:
    classes: tuple[RiskClass, ...] = ("payment-write", "read", "webhook-out", "worker")
    used = {name for risk in classes for step in steps(plan(risk)) for name in step.rung.gates}
    used |= {name for risk in classes for name in (*tripwire_gates(plan(risk)), *preflight_gates(plan(risk)))}
    assert used == set(GATES) == set(CASES)
    for gate, cases in CASES.items():
        verdicts = {verdict for _, verdict in cases.values()}
        assert {"pass", "blind"} <= verdicts, gate
        assert GATES[gate].judgement in ("hold", "least", "age") or "fail" in verdicts, gate
