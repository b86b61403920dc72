"""Every query of a runbook parses, and asks for series that something exports or records."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import promql_parser
import pytest

from platformctl.exporter.metrics import FAMILIES
from tests.platformctl.incidents.histories import prometheus
from tests.runbooks import environment
from tests.runbooks.pages import ROOT, Page, index, pages

_SLO_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
# Recorded for every service level, and what platform-wide ones are made of.
SERVICE_LEVELS = {
    *(
        f"slo:{kind}:rate{window}"
        for kind in ("bad_events", "total_events", "error_ratio", "burn_rate")
        for window in _SLO_WINDOWS
    ),
    *("slo:objective:ratio", "slo:error_budget_remaining:ratio", "slo:total_events:period"),
    *("payouts_due_unsent", "payouts_submitted_total", "dispute_deadlines_at_risk", "ledger_chain_breaks_total"),
    *("webhook_oldest_undelivered_seconds", "webhook_events_lost_total", "reconciliation_unmatched_minor_units"),
    *("database_replica_lag_seconds", "database_latest_restorable_timestamp_seconds"),
    *("backup_newest_copy_timestamp_seconds", "audit_sequence_gaps_total", "audit_digest_failures_total"),
}
# Of Prometheus itself: a test asks a real one whether it has them.
PROMETHEUS = {
    "prometheus_notifications_alertmanagers_discovered",
    "prometheus_notifications_errors_total",
    "prometheus_rule_evaluation_failures_total",
    "prometheus_tsdb_head_samples_appended_total",
    "prometheus_tsdb_head_series",
    "prometheus_tsdb_storage_blocks_bytes",
}
ALWAYS = {"up", "ALERTS"}  # made by every Prometheus


def selected(expression: object) -> Iterator[promql_parser.VectorSelector]:
    """Every selector of a parsed expression."""
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    for part in ("lhs", "rhs", "expr", "param", "vector_selector"):
        inner = getattr(expression, part, None)
        if inner is not None and not isinstance(inner, str | float):
            yield from selected(inner)
    for inner in getattr(expression, "args", None) or ():
        yield from selected(inner)


def series(query: str) -> set[str]:
    """The names that a query asks for; one that is asked for by labels alone has none."""
    return {one.name for one in selected(promql_parser.parse(query)) if one.name}


def queries(page: Page) -> list[str]:
    """Of its blocks: one after the other, with an empty line between."""
    blocks = (block.content for block in page.blocks if block.language == "promql")
    return [query.strip() for block in blocks for query in re.split(r"\n\s*\n", block.strip())]


def exported() -> set[str]:
    """What the rules and gates of production read or record, and what services must export."""
    recorded = {str(rule["record"]) for _, rule in environment.rules("prod") if "record" in rule}
    told = (ROOT / "docs" / "canaries.md").read_text().partition("## What a service must export")[2]
    documented = set(re.findall(r"`([a-z_]+_[a-z_]+)(?:\{[^`]*\})?`", told))
    read = {name for query in environment.queries() for name in series(query)}
    return recorded | read | documented


@pytest.mark.parametrize("page", [*pages(), index()], ids=lambda page: page.name)
def test_queries_parse_and_ask_for_what_exists(page: Page) -> None:
    known = exported() | SERVICE_LEVELS | PROMETHEUS | ALWAYS | {*FAMILIES}
    unknown = {query: names for query in queries(page) if (names := series(query) - known)}
    assert unknown == {}


def test_a_query_of_a_series_that_nobody_exports_is_found() -> None:
    known = exported() | SERVICE_LEVELS
    assert series('sum(rate(http_request_total{service="api"}[5m])) / max(db_pool_size)') - known == {
        "http_request_total"
    }


def test_there_are_queries_in_most_pages() -> None:
    assert sum(bool(queries(page)) for page in pages()) > 18
    assert sum(len(queries(page)) for page in pages()) > 70


def test_labels_are_those_that_exist() -> None:
    """A service, a job or an objective that nobody has would be an empty answer at three in the morning."""
    services = {name for kind, _, name in environment.objects() if kind == "rollout"}
    levels = _levels()
    wrong = []
    for page in pages():
        for query in queries(page):
            for selector in selected(promql_parser.parse(query)):
                for matcher in selector.matchers.matchers:
                    values = set(matcher.value.split("|"))
                    allowed = {"service": services, "job": services, "slo": levels}.get(matcher.name)
                    if allowed and not values <= allowed and ".*" not in matcher.value:
                        wrong.append(f"{page.name}: {matcher.name}={matcher.value}")
    assert wrong == []


def _levels() -> set[str]:
    """The objectives that rules are labelled with; none before there are rules of them."""
    return {str(rule["labels"]["slo"]) for _, rule in environment.rules("prod") if "slo" in rule.get("labels", {})}


def test_series_of_service_levels_are_read_or_recorded_by_the_program() -> None:
    if not any(str(rule.get("record", "")).startswith("slo:") for _, rule in environment.rules("prod")):
        pytest.skip("no service level is declared in this revision")
    assert SERVICE_LEVELS - exported() == set()


def test_series_of_prometheus_are_its_own(tmp_path: Path) -> None:
    """Of one that evaluates a rule and tells an Alertmanager: some are there only then."""
    (tmp_path / "rules.yml").write_text("groups: [{name: a, interval: 1s, rules: [{alert: A, expr: vector(1)}]}]")
    settings = """
rule_files: [rules.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:9"]}]}]}
"""
    end = time.monotonic() + 60
    with prometheus(tmp_path, ["# TYPE a unknown", "a 1 1700000000"], settings) as url:
        while missing := PROMETHEUS - _own(url):
            assert time.monotonic() < end, missing
            time.sleep(0.2)


def _own(url: str) -> set[str]:
    with urlopen(f"{url}/metrics") as page:
        return set(re.findall(r"^# TYPE (\S+) ", page.read().decode(), re.MULTILINE))


def test_a_real_promtool_takes_every_query(tmp_path: Path) -> None:
    """By the parser of Prometheus itself, for promql-parser is another."""
    promtool = shutil.which("promtool")
    assert promtool, "make prometheus"
    told = [query for page in pages() for query in queries(page)]
    rules = [{"record": "a:b:c", "labels": {"n": str(number)}, "expr": one} for number, one in enumerate(told)]
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"groups": [{"name": "all", "rules": rules}]}))
    done = subprocess.run([promtool, "check", "rules", "--lint=none", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
