"""A real Prometheus holds back what the real engine would change in a real account: planned, applied, recorded."""

from collections.abc import Iterator
from typing import Any

import pytest

from platformctl.plans.bundle import read
from tests.engine.conftest import ROOT
from tests.engine.watched import ENV, Watched, watched_checkout

WHY = "ends the timeouts of INC-7"
FIX = ("--lane", "fix", "--reason", WHY)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    root, homes, plans = (tmp_path_factory.mktemp(name) for name in ("budgets", "homes", "plans"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"XDG_STATE_HOME": homes / "planner", "FAULTS_PACKS": "", "PYTHONPATH": ROOT}.items():
            patch.setenv(name, str(value))
        with watched_checkout(root, homes, plans) as made:
            yield made


@pytest.mark.parametrize(
    ("seen", "more", "code", "need", "left"),
    [
        ("fine", (), 0, "allowed", 0.5),
        ("low", (), 0, "approval", 0.15),
        ("exhausted", (), 1, "refused", -0.4),
        ("exhausted", FIX, 0, "allowed", -0.4),
        ("absent", (), 3, "allowed", None),
    ],
)
def test_plan_is_held_to_what_prometheus_has_seen(
    watched: Watched, seen: str, more: tuple[str, ...], code: int, need: str, left: float | None
) -> None:
    plan = read(watched.planned(seen, *more, code=code)).plan
    told = _left(plan["budgets"])
    assert told == (pytest.approx(left) if left is not None else None)
    assert (plan["budgets"]["need"], plan["verdict"]["exit"]) == (need, code)
    assert [one["urn"] for one in plan["needs_approval"]] == (["error-budget"] if need == "approval" else [])
    assert plan["budgets"]["undecided"] is (code == 3)


@pytest.mark.parametrize(
    ("seen", "found", "remedy"),
    [
        ("exhausted", "api-availability of api has -40.0 % of its error budget left", "--override-budget"),
        ("unreachable", "cannot be reached", "mend the metrics"),
    ],
)
def test_budget_that_has_gone_since_stops_the_plan(watched: Watched, seen: str, found: str, remedy: str) -> None:
    file = watched.planned("fine")
    watched.seen(seen)
    told = watched.refused(file)
    assert told.keys() == {"budgets"}
    assert found in told["budgets"]["found"]
    assert remedy in told["budgets"]["remedy"]


def test_low_budget_is_spent_with_the_yes_of_one_who_is_called_at_night(watched: Watched) -> None:
    file = watched.planned("low")
    watched.seen("low")
    watched.approve(file, "head-of-finance")
    assert watched.refused(file)["approval"]["expected"] == "of sre-lead, head-of-platform"
    watched.approve(file, "sre-lead")
    watched.apply(file)
    record = watched.archived()[-1]
    assert record["plan"]["budgets"] == read(file).plan["budgets"]
    assert [one["signed_by"] for one in record["plan"]["approvals"]] == ["head-of-finance", "sre-lead"]
    assert (record["outcome"], record["budgets"]["need"], record["overrides"]) == ("succeeded", "approval", [])


def test_spent_budget_is_passed_by_break_glass_alone_and_the_locked_archive_says_so(watched: Watched) -> None:
    passing = ("--override-budget", WHY)
    with pytest.raises(AssertionError, match="needs a use of break-glass"):
        watched.planned("exhausted", *passing)
    use = ("--reason", "pipeline is down", "--ticket", "INC-7", "--name", "ada")
    watched.live.ctl("break-glass", "open", ENV, *use)
    watched.change("third")
    file = watched.planned("exhausted", *passing)
    watched.apply(file)
    record, bound = watched.archived()[-1], read(file)
    override = {"kind": "error-budget", "reason": WHY, "use": 1, "ticket": "INC-7"}
    assert [{key: one[key] for key in override} for one in record["overrides"]] == [override]
    assert (record["plan"]["digest"], record["plan"]["budgets"]) == (bound.digest, bound.plan["budgets"])
    for then in (record["plan"]["budgets"], record["budgets"]):
        assert _left(then) == pytest.approx(-0.4)
        assert (then["need"], then["override"]["use"]) == ("refused", 1)
    assert record["budgets"]["read_at"] > record["plan"]["budgets"]["read_at"]
    assert "whole and unchanged" in watched.live.ctl("changes", "verify", ENV, "--from", "s3").stdout


def _left(read_then: dict[str, Any]) -> float | None:
    """Of the api's budget; the other's is fine."""
    told = {one["slo"]: one["left"] for one in read_then["levels"]}
    assert told["webhooks-availability"] in (None, pytest.approx(0.9))
    found: float | None = told["api-availability"]
    return found
