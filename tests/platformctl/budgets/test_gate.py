"""A change is held against the budgets when it is planned and when it is applied, by a real Prometheus."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from platformctl.break_glass import uses
from platformctl.break_glass.uses import Uses
from platformctl.budgets import gate
from platformctl.budgets.gate import Wish, again, judged, wish, worse
from platformctl.errors import CommandError, Exit
from platformctl.locks.backend import store_of
from platformctl.plans import approvals, check
from platformctl.plans.bundle import approved
from tests.platformctl.budgets.settings import level, rule, target
from tests.platformctl.plans.bundles import NOW, bundle
from tests.platformctl.plans.bundles import target as target_of_plan
from tests.platformctl.records.chains import key
from tests.prometheus import prometheus

NOBODY = "http://127.0.0.1:9"
LEVELS = ("full", "low", "spent", "odd", "gone")
REASON = "ends the timeouts of INC-7"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Records of five levels: one is not a number, one has ended an hour ago. Of `low` there are two."""
    now = time.time()
    labels = '{slo="%s",service="api",owner="payments"}'
    ratios = {"full": 0.8, "low": 0.12, "spent": -0.4, "odd": float("nan")}
    rules = [
        {"record": "slo:error_budget_remaining:ratio", "expr": f"vector({value})", "labels": _labels(slo)}
        for slo, value in ratios.items()
    ]
    rules.append({**rules[1], "expr": "vector(0.2)", "labels": {**_labels("low"), "replica": "b"}})
    series = {f"slo:error_budget_remaining:ratio{labels % 'gone'}": [(now - 7200 + 60 * n, 0.9) for n in range(60)]}
    folder = tmp_path_factory.mktemp("prometheus")
    with prometheus(folder, series, [{"name": "test", "rules": rules}]) as address:
        _recorded(address, 5)
        yield address


def _labels(slo: str) -> dict[str, str]:
    return {"slo": slo, "service": "api", "owner": "payments"}


def _recorded(url: str, number: int) -> None:
    from platformctl.prometheus import query

    end = time.monotonic() + 60
    while len(query(url, "slo:error_budget_remaining:ratio")) < number:
        assert time.monotonic() < end, "the rules were not evaluated"
        time.sleep(0.1)


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Says which levels are deployed."""

    def are(*slos: str) -> None:
        state = {"resources": [rule(*(level(slo) for slo in slos))] if slos else []}
        monkeypatch.setattr(gate, "deployment", lambda _: state)

    return are


@pytest.mark.parametrize(
    ("slos", "lane", "need", "code", "waits"),
    [
        (["full"], "standard", "allowed", Exit.FINE, False),
        (["full", "low"], "standard", "approval", Exit.FINE, True),
        (["full", "low", "spent"], "standard", "refused", Exit.FINDINGS, False),
        (["spent"], "fix", "allowed", Exit.FINE, False),
        (["spent"], "security", "allowed", Exit.FINE, False),
        (["full", "odd"], "standard", "allowed", Exit.UNDECIDED, False),
        (["full", "gone"], "standard", "allowed", Exit.UNDECIDED, False),
        (["never-recorded"], "standard", "allowed", Exit.UNDECIDED, False),
        (["never-recorded"], "fix", "allowed", Exit.FINE, False),
        (["spent", "gone"], "standard", "refused", Exit.FINDINGS, False),
    ],
)
def test_lane_needs_what_the_recorded_budgets_ask(
    url: str, deployed: Any, tmp_path: Path, slos: list[str], lane: Any, need: str, code: Exit, waits: bool
) -> None:
    deployed(*slos)
    found = judged(target(tmp_path, url), Wish(lane))
    told = found.as_dict()
    assert (told["need"], found.exit, found.approval is not None) == (need, code, waits)
    assert [one["slo"] for one in told["levels"]] == sorted(slos)
    assert told["source"] == url
    assert datetime.fromisoformat(told["read_at"]).tzinfo is not None
    json.dumps(told, allow_nan=False)  # as the signature takes it


def test_least_of_what_two_record_counts(url: str, deployed: Any, tmp_path: Path) -> None:
    deployed("low")
    assert judged(target(tmp_path, url), Wish()).levels[0].left == 0.12


def test_what_is_not_known_is_said_level_by_level(url: str, deployed: Any, tmp_path: Path) -> None:
    deployed("gone", "odd")
    because = judged(target(tmp_path, url), Wish()).as_dict()["because"]
    assert 'gone of api: there is no series slo:error_budget_remaining:ratio{slo="gone"}' in because[0]
    assert "odd of api" in because[1]
    assert "is not a number" in because[1]


def test_prometheus_that_does_not_answer_is_undecided_and_blocks_where_that_blocks(
    deployed: Any, tmp_path: Path
) -> None:
    deployed("full")
    found = judged(target(tmp_path, NOBODY), Wish())
    assert found.exit is Exit.UNDECIDED
    assert "cannot be reached" in found.as_dict()["because"][0]
    assert judged(target(tmp_path, NOBODY, undecided="report"), Wish()).exit is Exit.FINE
    assert judged(target(tmp_path, NOBODY), Wish("fix")).exit is Exit.FINE


def test_sandbox_is_asked_only_where_it_is_said_whom(url: str, deployed: Any, tmp_path: Path) -> None:
    deployed("spent")
    here = target(tmp_path, NOBODY, sandbox=True)
    assert judged(here, Wish()).as_dict()["source"] is None
    assert judged(here, Wish()).exit is Exit.FINE
    assert judged(here, Wish(prometheus=url)).exit is Exit.FINDINGS


def test_first_deployment_has_no_budget_to_spend(deployed: Any, tmp_path: Path) -> None:
    deployed()
    found = judged(target(tmp_path, NOBODY), Wish())
    assert (found.exit, found.decision) == (Exit.FINE, None)


@pytest.mark.parametrize("reason", ["", "  short  "])
def test_lane_that_passes_a_budget_says_why(reason: str) -> None:
    with pytest.raises(CommandError, match="--lane fix passes a spent error budget: --reason must say"):
        wish("fix", reason)
    with pytest.raises(CommandError, match="--lane must be one of standard, fix, security, got 'Fix'"):
        wish("Fix", REASON)
    with pytest.raises(CommandError, match="is not the address of a Prometheus"):
        wish("standard", "", "", "localhost:9090")
    assert wish("fix", REASON) == Wish("fix")
    assert wish("standard", "") == Wish()


# Passed by break-glass


def _use(here: Any, at: datetime) -> None:
    book = uses.book(store_of(here.variables), "billing-platform", "prod")
    book.change(lambda before, _: uses.opened(before, "ada", "pipeline is down", "INC-7", ("x",), at, "prod"))


def test_override_needs_a_use_of_break_glass_that_is_under_way(url: str, deployed: Any, tmp_path: Path) -> None:
    deployed("spent")
    here = target(tmp_path, url)
    asked = Wish(override=REASON)
    with pytest.raises(
        CommandError, match="needs a use of break-glass of prod that is under way, and there is none"
    ) as no:
        judged(here, asked)
    assert no.value.code is Exit.FINDINGS
    _use(here, datetime.now(UTC) - timedelta(minutes=1))
    found = judged(here, asked)
    assert found.exit is Exit.FINE
    assert found.as_dict()["override"] == {
        "kind": "error-budget",
        "reason": REASON,
        "use": 1,
        "owner": "ada",
        "ticket": "INC-7",
    }
    with pytest.raises(CommandError, match="at least 10 characters"):
        judged(here, Wish(override="because"))


def test_use_that_is_over_lets_nothing_pass(url: str, deployed: Any, tmp_path: Path) -> None:
    deployed("spent")
    here = target(tmp_path, url)
    _use(here, datetime.now(UTC) - timedelta(hours=1, seconds=1))
    with pytest.raises(CommandError, match="use 1 by ada is over and waits for its review"):
        judged(here, Wish(override=REASON))


def test_override_that_nothing_asks_for_is_none(url: str, deployed: Any, tmp_path: Path) -> None:
    deployed("full")
    assert judged(target(tmp_path, url), Wish(override=REASON)).override is None


# Bound in a plan, and asked again at its apply


def _bound(url: str, folder: Path, deployed: Any, slos: tuple[str, ...], asked: Wish) -> Mapping[str, Any]:
    deployed(*slos)
    told: dict[str, Any] = json.loads(json.dumps(judged(target(folder, url), asked).as_dict()))
    return told


@pytest.mark.parametrize(
    ("then", "lane", "now", "found"),
    [
        (("full",), "standard", ("full",), None),
        (("low",), "standard", ("low",), None),  # it waits for an approval, which is asked for elsewhere
        (("low",), "standard", ("full",), None),
        (("spent",), "fix", ("spent",), None),
        (("full",), "standard", ("full", "low"), "low of api has 12.0 % of its error budget left"),
        (("full",), "standard", ("spent",), "spent of api has -40.0 % of its error budget left"),
        (("low",), "standard", ("spent",), "spent of api"),
        (("full",), "standard", ("gone",), "there is no series"),
    ],
)
def test_plan_is_refused_when_less_is_left_than_it_was_bound_to(
    url: str, deployed: Any, tmp_path: Path, then: Any, lane: Any, now: Any, found: str | None
) -> None:
    document = _bound(url, tmp_path, deployed, then, Wish(lane))
    deployed(*now)
    problems = list(worse(document, again(target(tmp_path, url), document, "")))
    assert [one.item for one in problems] == ([] if found is None else ["budgets"])
    for one in problems:
        assert found is not None
        assert found in one.found
        assert "for the lane standard at 2" in one.expected  # with the time at which it was read
        assert one.remedy


def test_override_of_a_plan_is_looked_for_again_at_its_apply(
    url: str, deployed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = target(tmp_path, url)
    _use(here, datetime.now(UTC))
    document = _bound(url, tmp_path, deployed, ("spent",), Wish(override=REASON))
    assert not list(worse(document, again(here, document, "")))
    monkeypatch.setattr(uses.Uses, "loads", classmethod(lambda cls, content, place: Uses()))
    with pytest.raises(CommandError, match="there is none"):
        again(here, document, "")


# The approval


def test_low_budget_waits_for_one_of_its_own_approvers(url: str, deployed: Any, tmp_path: Path) -> None:
    deployed("low")
    found = judged(target(tmp_path, url), Wish())
    waits = approvals.needed([], {}, found.approval)
    assert waits == [{"urn": "error-budget", "operation": "spend", "why": "is low (low 12.0 %)"}]
    made = bundle(needs_approval=waits, budgets=found.as_dict(), planned_by={"name": "Ada"}, place="the real account")
    here = target_of_plan(live=True)
    (missing,) = check.validity(made, here, [], NOW)
    assert missing.what == "approval to spend error-budget, which is low (low 12.0 %)"
    yes = approvals.approve(made, ["error-budget"], "we watch it together", {"name": "Grace"}, NOW, key())
    for name, items in (("Grace", ["approval"]), ("sre-lead", [])):
        told = approvals.given(approved(made, yes), dict.fromkeys(key().trust, name))
        told = [{**one, "by": {"name": name}} for one in told]
        problems = list(check.validity(made, here, told, NOW))
        assert [one.item for one in problems] == items, name
        assert all("of sre-lead" in one.expected for one in problems)
