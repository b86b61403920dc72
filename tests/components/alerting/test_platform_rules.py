"""Each alert of the platform in Prometheus itself: it fires, it does not, and it ends; by `promtool test rules`."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from components.alerting.platform_rules import PLATFORM_RULES, platform_rules

ROOT = Path(__file__).parents[3]
KUBELET = 'up{job="kubelet",metrics_path="/metrics",node="n%d"}'
_COLLECTORS = ("telemetry-collector", "telemetry-sampler")
_EXPORTER = "platform-exporter"
_MEASURED = ("kube-state-metrics", "prometheus-prometheus", "prometheus-alertmanager", "grafana", _EXPORTER)
_UP = {
    **{KUBELET % n: "1" for n in range(6)},
    **{
        f'up{{job="{job}",namespace="platform-telemetry",service="{job}",pod="{n}"}}': "1"
        for job in (*_MEASURED, *_COLLECTORS)
        for n in range(2)
    },
}
_SERIES = 'prometheus_tsdb_head_series{pod="p"}'
_FAILS = 'prometheus_rule_evaluation_failures_total{rule_group="slo"}'
_LOST = 'otelcol_exporter_enqueue_failed_log_records_total{exporter="otlp_grpc/sampler"}'
_SPANS = 'otelcol_exporter_enqueue_failed_spans{exporter="otlp_grpc/sampler"}'
_SECRET = 'externalsecret_status_condition{condition="Ready",status="%s",name="api",exported_namespace="billing-api"}'
_AVAILABLE, _CAPACITY = (
    f'kubelet_volume_stats_{what}_bytes{{namespace="platform-telemetry",persistentvolumeclaim="data"}}'
    for what in ("available", "capacity")
)
_CERTIFICATE = 'kubelet_certificate_manager_server_ttl_seconds{node="n1"}'
_CUT = 'prometheus_target_scrapes_exceeded_sample_limit_total{pod="p"}'
_NOT_TOLD = 'alertmanager_notifications_failed_total{integration="sns",pod="a"}'
_PART = 'up{job="telemetry-sampler",namespace="platform-telemetry",service="telemetry-sampler",pod="%d"}'
_TELLS = f'up{{job="{_EXPORTER}",namespace="platform-telemetry",service="{_EXPORTER}",pod="%d"}}'
_SOURCE = 'exporter_source_up{source="backups",pod="%d"}'
_GRAFANA = 'up{job="grafana",namespace="platform-telemetry",service="grafana",pod="%d"}'
_API = 'up{job="api",namespace="billing-api",service="api",pod="%d"}'
_DOWN = "1x60 0x119 1x700"
_POOL = '%s{service="api",hash="a",pod="p"}'

# What else is measured while all is well; where a case says nothing of a series, this stands.
HEALTHY = {
    **_UP,
    **{_SOURCE % n: "1x900" for n in range(2)},
    _FAILS: "0x900",
    _LOST: "0x900",
    _SPANS: "0x900",
    _CUT: "0x900",
    _NOT_TOLD: "0x900",
    _SECRET % "False": "0x900",
    _SECRET % "True": "1x900",
    _AVAILABLE: "50x900",
    _CAPACITY: "100x900",
    _CERTIFICATE: "9000000x900",
    _POOL % "db_pool_in_use": "3x900",
    _POOL % "db_pool_size": "5x900",
}
# name: what is wrong from the second hour on, and what the alert is of. 180 samples, one each minute.
BROKEN: dict[str, tuple[dict[str, str], int]] = {
    "ClusterDown": ({KUBELET % n: _DOWN for n in range(4)}, 1),
    "NodeDown": ({KUBELET % 0: _DOWN}, 1),
    "VolumeFilling": ({_AVAILABLE: "50x60 9x119 50x700"}, 1),
    "CertificateExpiry": ({_CERTIFICATE: "9000000x60 600000x119 9000000x700"}, 1),
    "TelemetryDown": ({_PART % n: _DOWN for n in range(2)}, 1),
    "ExporterDown": ({_TELLS % n: _DOWN for n in range(2)}, 1),
    "ExporterSourceDown": ({_SOURCE % n: _DOWN for n in range(2)}, 1),
    "GrafanaDown": ({_GRAFANA % n: _DOWN for n in range(2)}, 1),
    "TargetDown": ({_API % n: _DOWN for n in range(2)}, 1),
    "RulesFail": ({_FAILS: "0x60 0+1x119 120x700"}, 1),
    "AlertsNotTold": ({_NOT_TOLD: "0x60 0+1x119 120x700"}, 1),
    "TelemetryDropped": ({_LOST: "0x60 0+5x119 600x700"}, 1),
    "SeriesCut": ({_CUT: "0x60 0+1x119 120x700"}, 1),
    "ConnectionsBusy": ({_POOL % "db_pool_in_use": "3x60 5x119 3x700"}, 1),
    "ExternalSecretNotReady": ({_SECRET % "False": "0x60 1x119 0x700"}, 1),
}  # fmt: skip
_DURING, _AFTER = "170m", "260m"


def _names(expected: str, at: str, count: int) -> dict[str, Any]:
    query = f'count(ALERTS{{alertname="{expected}",alertstate="firing"}}) or vector(0)'
    return {"expr": query, "eval_time": at, "exp_samples": [{"labels": "{}", "value": count}]}


def _test(series: dict[str, str], expectations: list[dict[str, Any]], interval: str = "1m") -> dict[str, Any]:
    inputs = [{"series": one, "values": _long(values)} for one, values in series.items()]
    return {"interval": interval, "input_series": inputs, "promql_expr_test": expectations}


def _long(values: str) -> str:
    return f"{values}x900" if "x" not in values else values


def _run(folder: Path, *tests: dict[str, Any], every: str = "1m", only: str = "") -> subprocess.CompletedProcess[str]:
    promtool = shutil.which("promtool")
    assert promtool, "make prometheus"
    (group,) = platform_rules("platform-engineering")
    rules = [rule for rule in group["rules"] if only in rule["alert"]]
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": [{**group, "rules": rules}]}))
    document = {"rule_files": ["rules.yaml"], "evaluation_interval": every, "tests": list(tests)}
    (folder / "tests.yaml").write_text(yaml.safe_dump(document))
    return subprocess.run(
        [promtool, "test", "rules", str(folder / "tests.yaml")], capture_output=True, text=True, check=False
    )


def test_each_fires_while_its_fault_lasts_and_ends_with_it(tmp_path: Path) -> None:
    apart = [["ClusterDown"], ["NodeDown"], ["TelemetryDown"], ["ExporterDown"], ["GrafanaDown"]]  # others follow
    tests = []
    for names in (*apart, [name for name in BROKEN if [name] not in apart]):
        wrong = {series: values for name in names for series, values in BROKEN[name][0].items()}
        times = [("55m", False), (_DURING, True), (_AFTER, False)]
        expected = [_names(name, at, BROKEN[name][1] if fires else 0) for name in names for at, fires in times]
        tests.append(_test({**HEALTHY, **wrong}, expected))
    done = _run(tmp_path, *tests)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_watchdog_fires_while_all_is_well_and_it_always_does(tmp_path: Path) -> None:
    every = 'count by (alertname) (ALERTS{alertstate="firing"})'
    says = {"labels": '{alertname="Watchdog"}', "value": 1}
    tests = [_test(HEALTHY, [{"expr": every, "eval_time": at, "exp_samples": [says]} for at in ("1m", "240m")])]
    nobody = {
        "Watchdog": ("1m", 1),
        "ClusterDown": ("10m", 1),
        "TelemetryDown": ("10m", 5),
        "ExporterDown": ("10m", 1),
        "GrafanaDown": ("15m", 1),
    }
    nothing = _test({}, [_names(name, at, count) for name, (at, count) in nobody.items()])
    done = _run(tmp_path, *tests, nothing)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_reset_of_a_counter_and_one_node_of_three_call_nobody(tmp_path: Path) -> None:
    reset = {**HEALTHY, _FAILS: "500x60 0x800", _CUT: "7x60 0x800"}
    zone = {**HEALTHY, **{KUBELET % n: "1x60 0x800" for n in range(2)}}
    done = _run(
        tmp_path,
        _test(reset, [_names("RulesFail", "75m", 0), _names("SeriesCut", "65m", 0)]),
        _test(zone, [_names("ClusterDown", "170m", 0), _names("NodeDown", "170m", 2)]),
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_series_that_grow_within_a_week_are_told_of(tmp_path: Path) -> None:
    grown, few = f"200000x{7 * 24} 310000x60", f"200x{7 * 24} 31000x60"
    expectations = [_names("SeriesGrow", f"{7 * 24 - 1}h", 0), _names("SeriesGrow", f"{7 * 24 + 5}h", 1)]
    # An hour between samples is longer than Prometheus looks back: a twelfth of one instead, and as many more.
    test = _test({_SERIES: grown.replace("x168", "x2016").replace("x60", "x720")}, expectations, "5m")
    small = _test(
        {_SERIES: few.replace("x168", "x2016").replace("x60", "x720")}, [_names("SeriesGrow", "173h", 0)], "5m"
    )
    done = _run(tmp_path, test, small, every="30m", only="SeriesGrow")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_is_tried_and_says_what_alerts_must_say() -> None:
    names = [one.name for one in PLATFORM_RULES]
    assert {*names} == {*BROKEN, "Watchdog", "SeriesGrow"}
    assert max(Counter(names).values()) == 1
    for (group,) in [platform_rules("platform-engineering")]:
        for rule in group["rules"]:
            assert {"severity", "owner", "class"} <= {*rule["labels"]}
            assert {*rule["annotations"]} == {"summary", "description", "runbook"}


def test_every_runbook_exists() -> None:
    for one in PLATFORM_RULES:
        assert (ROOT / "docs" / "runbooks" / f"{one.runbook}.md").is_file(), one.name
