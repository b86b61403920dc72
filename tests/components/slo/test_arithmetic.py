"""The rules' figures, by promtool, against what is counted by hand: ten requests a second for 70 minutes, of which one
in ten fails from minute 30 to minute 40; and nine failures in a service of three requests a minute that is half an hour
old.
"""

import subprocess
from pathlib import Path
from typing import Any

import yaml

from components.slo.definition import ServiceLevel
from components.slo.groups import groups
from tests.components.slo.levels import invariant, level

_LEVELS = (
    level(),
    level(id="lenient", objective_percent=95, windows=("6h", "1d", "3d")),
    *(
        level(
            id=f"quiet-{least}",
            bad='sum(rate(quiet_total{code="500"}[{window}]))',
            total="sum(rate(quiet_total[{window}]))",
            low_traffic_bad=least,
        )
        for least in (8, 10)
    ),
    invariant(id="no-number", bad="count(http_requests_total) * 0 / 0", total="count(http_requests_total)"),
)
_SERIES = {  # every 15 s; quiet traffic begins at minute 40
    'http_requests_total{service="api",code="200"}': "0+150x120 18000+135x40 23400+150x120",
    'http_requests_total{service="api",code="500"}': "0x120 0+15x40 600x120",
    'quiet_total{code="200"}': "_x160 0+1x120",
    'quiet_total{code="500"}': "_x160 0x20 0+0.5x18 9x82",
}
# Two minutes after what they are about, as no group waits for another, and a period is counted in whole five minutes.
_FIGURES = {  # expression, its value, and by how much the smoothing of a minute may be off
    ("42m", 'slo:bad_events:rate1h{slo="api-availability"} * 3600'): (600, 15),
    ("42m", 'slo:total_events:rate1h{slo="api-availability"} * 3600'): (25_000, 400),
    ("42m", 'slo:error_ratio:rate1h{slo="api-availability"}'): (0.0238, 0.0008),
    ("42m", 'slo:burn_rate:rate1h{slo="api-availability"}'): (47.6, 1.6),
    ("47m", 'slo:bad_events:period{slo="api-availability"}'): (600, 15),
    ("47m", 'slo:total_events:period{slo="api-availability"}'): (26_700, 400),
    ("47m", 'slo:error_budget_remaining:ratio{slo="api-availability"}'): (-43.4, 1.5),
    ("47m", 'slo:error_budget_exhausted_in:seconds{slo="api-availability"}'): (0, 0),
    ("47m", 'slo:error_budget_remaining:ratio{slo="lenient"}'): (0.556, 0.02),
    ("47m", 'slo:error_budget_exhausted_in:seconds{slo="lenient"}'): (0.556 / 0.444 * 30 * 86_400, 200_000),
    ("70m", 'slo:bad_events:rate1h{slo="quiet-10"} * 3600'): (9, 0.4),
    ("20m", 'slo:invariant_broken:bool{slo="no-number"}'): (1, 0),
}
_FIRES = {  # alert, of which level and window: whether it does
    ("39m", "ErrorBudgetBurn", "api-availability", "1h"): True,
    ("49m", "ErrorBudgetBurn", "api-availability", "1h"): False,  # the hour still burns, the last five minutes do not
    ("47m30s", "ErrorBudgetBurn", "quiet-8", "1h"): False,
    ("50m", "ErrorBudgetBurn", "quiet-8", "1h"): True,
    ("50m", "ErrorBudgetBurn", "quiet-10", "1h"): False,
    ("47m", "ErrorBudgetExhausted", "api-availability", ""): True,
    ("47m", "ErrorBudgetExhausted", "lenient", ""): False,
    ("20m", "InvariantBroken", "no-number", ""): True,
}


def _asked(at: str, expression: str, value: int) -> dict[str, Any]:
    return {"expr": expression, "eval_time": at, "exp_samples": [{"labels": "{}", "value": value}]}


def _tests() -> dict[str, Any]:
    figures = [
        _asked(at, f"sum(abs({text} - ({value})) <= bool {off})", 1) for (at, text), (value, off) in _FIGURES.items()
    ]
    fires = [
        _asked(at, f'count(ALERTS{{alertname="{name}",slo="{of}",window="{window}"}}) or vector(0)', int(does))
        for (at, name, of, window), does in _FIRES.items()
    ]
    series = [{"series": name, "values": values} for name, values in _SERIES.items()]
    one = {"interval": "15s", "input_series": series, "promql_expr_test": [*figures, *fires]}
    return {"rule_files": ["rules.yaml"], "evaluation_interval": "30s", "tests": [one]}


def _run(levels: tuple[ServiceLevel, ...], folder: Path) -> str:
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": groups(levels)}))
    (folder / "tests.yaml").write_text(yaml.safe_dump(_tests()))
    done = subprocess.run(
        ["promtool", "test", "rules", "tests.yaml"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else ""


def test_figures_and_alerts_are_those_that_are_counted_by_hand(tmp_path: Path) -> None:
    assert _run(_LEVELS, tmp_path) == ""
