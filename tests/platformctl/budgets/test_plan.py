"""What the budgets say reaches the plan, its refusal, and the change record."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from platformctl.budgets.gate import Judged, Wish
from platformctl.budgets.override import Override
from platformctl.budgets.policy import Left, decide
from platformctl.commands import planned
from platformctl.commands.spending import demand_budget, spending
from platformctl.errors import CommandError, Exit
from platformctl.plans import make
from platformctl.plans.bundle import Bundle, signed
from platformctl.plans.checkout import Checkout
from platformctl.plans.make import Asked
from platformctl.records.recording import About
from tests.platformctl.budgets.settings import section
from tests.platformctl.plans.bundles import BOUND, NOW, budgets, plan
from tests.platformctl.records.chains import key

FILES = Checkout("c" * 40, "A change", "d" * 40, ())


def judged(*lefts: float | None, lane: Any = "standard", override: Override | None = None) -> Judged:
    """The budgets with so much left, held against the policy of the repository."""
    levels = [Left(f"slo-{n}", "api", left, "" if left is not None else "gone") for n, left in enumerate(lefts)]
    decision = decide(section(), levels, lane)
    return Judged(Wish(lane), decision, "", "http://p", NOW, levels, ("sre-lead",), override)


def _run(code: Exit = Exit.FINE) -> Any:
    """What a preview without any change comes to."""
    outcome = SimpleNamespace(events=(), errors=[])
    return SimpleNamespace(
        exit=code, outcome=outcome, changes=[], report={"findings": []}, as_dict=lambda: {"changes": [], "counts": {}}
    )


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Bundle, Judged]]:
    """Makes a plan of a target whose budgets are as they are said to be."""

    def of(found: Judged, code: Exit = Exit.FINE) -> tuple[Bundle, Judged]:
        state = {**BOUND["state"], "pending": 0}
        for name, value in {
            "collect": lambda *_: {**BOUND, "state": state},
            "state_of": lambda _: state,
            "previewed": lambda _: (_run(code), {"resourcePlans": {}}),
            "judged": lambda *_: found,
            "store_time": lambda _: NOW,
            "signer": lambda _: key(),
            "_planner": lambda _: {"name": "Ada", "user": "ada@desk"},
        }.items():
            monkeypatch.setattr(make, name, value)
        monkeypatch.setattr(make.versions, "providers", lambda _: BOUND["providers"])
        project = SimpleNamespace(name="billing-platform")
        target: Any = SimpleNamespace(name="prod", environment="prod", place="the real account", project=project)
        bundle, _, told = make.make(target, FILES, Asked(1, "because", found.wish))
        return bundle, told

    return of


@pytest.mark.parametrize(
    ("left", "lane", "code", "waits"),
    [
        (0.9, "standard", 0, []),
        (0.1, "standard", 0, ["error-budget"]),
        (-0.1, "standard", 1, []),
        (-0.1, "fix", 0, []),
        (None, "standard", 3, []),
        (None, "security", 0, []),
    ],
)
def test_plan_binds_the_budgets_and_cannot_be_applied_where_they_refuse(
    made: Any, left: float | None, lane: str, code: int, waits: list[str]
) -> None:
    bundle, _ = made(judged(left, lane=lane))
    assert bundle.plan["verdict"]["exit"] == code
    assert [one["urn"] for one in bundle.plan["needs_approval"]] == waits
    told = bundle.plan["budgets"]
    assert (told["lane"], told["levels"][0]["left"], told["read_at"]) == (lane, left, NOW.isoformat())


def test_what_blocks_otherwise_keeps_its_own_exit_code(made: Any) -> None:
    bundle, _ = made(judged(None), Exit.FINDINGS)
    assert bundle.plan["verdict"]["exit"] == Exit.FINDINGS


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Exit, list[About]]]:
    """Applies a plan that nothing but the budgets may refuse; tells what was updated."""

    def of(document: dict[str, Any], now: Judged) -> tuple[Exit, list[About]]:
        bundle = signed(plan(environment="prod", place="sandbox", budgets=document, run={"counts": {}}), key())
        updates: list[About] = []
        for name, value in {
            "read": lambda _: bundle,
            "machine_trust": lambda _: key().trust,
            "people_trust": lambda _: key().trust,
            "store_time": lambda _: NOW,
            "collect": lambda *_: dict(BOUND),
            "state_of": lambda _: BOUND["state"],
            "previewed": lambda _: (_run(), {"resourcePlans": {}}),
            "again": lambda *_: now,
            "update": lambda _target, about, **_: updates.append(about) or Exit.FINE,
        }.items():
            monkeypatch.setattr(planned, name, value)
        monkeypatch.setattr(planned.checkout, "read", lambda *_: FILES)
        monkeypatch.setattr(planned.versions, "providers", lambda _: BOUND["providers"])
        project = SimpleNamespace(root=Path("/"))
        target: Any = SimpleNamespace(name="prod", place="sandbox", project=project, sandbox=SimpleNamespace())
        code = planned.update_by_plan(target, Path("x"), About("up"), yes=True, as_json=False, started=0.0)
        return code, updates

    return of


def test_plan_is_applied_while_enough_is_left_and_the_record_has_both_readings(applied: Any) -> None:
    bound = judged(0.9).as_dict()
    code, (about,) = applied(bound, judged(0.8))
    assert code is Exit.FINE
    assert about.plan["budgets"] == bound
    assert about.budgets["levels"][0]["left"] == 0.8


def test_plan_is_refused_when_the_budget_is_gone_since(applied: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, updates = applied(judged(0.9).as_dict(), judged(-0.2))
    assert (code, updates) == (Exit.FINDINGS, [])
    said = capsys.readouterr().out
    assert "refused error budget" in said
    assert "-20.0 %" in said
    assert "at least 90.0 % left" in said


def test_plan_of_before_there_were_any_is_still_applied(applied: Any) -> None:
    code, updates = applied(budgets(), Judged(Wish()))
    assert (code, len(updates)) == (Exit.FINE, 1)


def test_override_is_among_those_of_the_change_record() -> None:
    told = Override("ends the timeouts", 3, "ada", "INC-7")
    about = spending(About("up", overrides=[{"kind": "freeze"}]), judged(-0.1, override=told))
    assert [one["kind"] for one in about.overrides] == ["freeze", "error-budget"]
    assert about.overrides[1]["use"] == 3


@pytest.mark.parametrize(
    ("left", "lane", "says", "code"),
    [
        (-0.1, "standard", "is spent", Exit.FINDINGS),
        (0.1, "standard", "make a plan, which sre-lead can approve", Exit.FINDINGS),
        (None, "standard", "cannot be told", Exit.UNDECIDED),
    ],
)
def test_update_without_a_plan_has_no_way_to_an_approval(left: float | None, lane: str, says: str, code: Exit) -> None:
    target: Any = SimpleNamespace(name="prod")
    with pytest.raises(CommandError, match=says) as no:
        demand_budget(target, judged(left, lane=lane))
    assert no.value.code is code
    demand_budget(target, judged(left, lane="fix"))
    demand_budget(target, judged(0.9))
