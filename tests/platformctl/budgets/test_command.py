"""`platformctl slo budget`, asked of a real Prometheus."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from platformctl.errors import CommandError, Exit
from platformctl.main import app
from platformctl.prometheus import query
from tests.platformctl.budgets.settings import level
from tests.prometheus import prometheus

ROOT = Path(__file__).resolve().parents[3]
LEFT = {"full": 0.8, "low": 0.12, "spent": -0.4, "foreign": 0.5}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    recorded: dict[str, dict[str, float]] = {
        "slo:error_budget_remaining:ratio": LEFT,
        "slo:burn_rate:rate1h": {"low": 2.5, "full": 0.125},
        "slo:burn_rate:rate3d": {"low": 1.25},
        "slo:error_budget_exhausted_in:seconds": {"low": 3 * 86_400},
    }
    rules = [
        {"record": name, "expr": f"vector({value})", "labels": {"slo": slo, "service": "api", "owner": "payments"}}
        for name, values in recorded.items()
        for slo, value in values.items()
    ]
    with prometheus(tmp_path_factory.mktemp("prometheus"), None, [{"name": "test", "rules": rules}]) as address:
        end = time.monotonic() + 60
        while len(query(address, '{__name__=~"slo:.+"}')) < len(rules):
            assert time.monotonic() < end, "the rules were not evaluated"
            time.sleep(0.1)
        yield address


@pytest.fixture
def declares(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Says which levels the program of the checkout declares."""
    monkeypatch.chdir(ROOT)

    def are(*slos: str) -> None:
        levels = [SimpleNamespace(as_dict=lambda slo=slo: level(slo)) for slo in slos]
        monkeypatch.setattr("platformctl.promises.program", lambda _: {"SERVICE_LEVELS": levels})

    return are


def _budget(url: str, *more: str) -> Result:
    return CliRunner().invoke(app, ["slo", "budget", "prod", "--prometheus", url, *more])


def test_document_has_what_is_left_the_burn_rates_the_forecast_and_what_each_lane_needs(
    url: str, declares: Any
) -> None:
    declares("full", "low")
    done = _budget(url, "--json")
    told = json.loads(done.stdout)
    levels = {one["slo"]: one for one in told["levels"]}
    assert (levels["low"]["left"], levels["low"]["state"]) == (0.12, "low")
    assert levels["low"]["burn_rates"] == {"1h": 2.5, "3d": 1.25}
    assert levels["low"]["exhausted_in_s"] == 259_200
    assert levels["low"]["lanes"] == {"standard": "approval", "fix": "allowed", "security": "allowed"}
    assert (levels["full"]["exhausted_in_s"], levels["full"]["lanes"]["standard"]) == (None, "allowed")
    assert [(one["lane"], one["need"]) for one in told["lanes"]] == [
        ("standard", "approval"),
        ("fix", "allowed"),
        ("security", "allowed"),
    ]
    assert done.exit_code == Exit.FINDINGS


@pytest.mark.parametrize(
    ("slos", "lane", "code"),
    [
        (("full",), "standard", Exit.FINE),
        (("full", "low"), "standard", Exit.FINDINGS),
        (("full", "low"), "fix", Exit.FINE),
        (("spent", "gone"), "standard", Exit.FINDINGS),
        (("spent", "gone"), "security", Exit.FINE),
        (("full", "gone"), "standard", Exit.UNDECIDED),
        (("low", "gone"), "standard", Exit.UNDECIDED),
    ],
)
def test_exit_code_is_that_of_the_lane(url: str, declares: Any, slos: tuple[str, ...], lane: str, code: Exit) -> None:
    declares(*slos)
    assert _budget(url, "--lane", lane).exit_code == code


def test_what_others_record_is_shown_and_decides_nothing(url: str, declares: Any) -> None:
    declares("full")
    done = _budget(url)
    assert done.exit_code == Exit.FINE
    assert "so they decide nothing: foreign, low, spent" in done.stdout
    assert "80.0 %" in done.stdout


def test_people_see_why_a_lane_is_held_back(url: str, declares: Any) -> None:
    declares("spent", "low", "gone")
    said = _budget(url).stdout
    assert "lane standard: refused" in said
    assert "spent of api has -40.0 % of its error budget left" in said
    assert "unknown" in said  # of the one that nothing records
    assert "3 d" in said


def test_nobody_there_is_undecided(declares: Any) -> None:
    declares("full")
    done = _budget("http://127.0.0.1:9")
    assert isinstance(done.exception, CommandError)
    assert done.exception.code is Exit.UNDECIDED
    assert "cannot be reached" in str(done.exception)


def test_environment_without_budgets_and_bad_input_are_told(declares: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    declares("full")
    for arguments, says in (
        (("foundation/prod",), "foundation/prod has no error budgets"),
        (("sandbox",), "give --prometheus URL"),
        (("prod", "--lane", "quick"), "--lane must be one of standard, fix, security"),
        (("prod", "--prometheus", "localhost"), "is not the address of a Prometheus"),
    ):
        done = CliRunner().invoke(app, ["slo", "budget", *arguments])
        assert isinstance(done.exception, CommandError), arguments
        assert says in str(done.exception)
        assert done.exception.code is Exit.USAGE
