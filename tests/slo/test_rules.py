"""Every alert of every service level, asked of Prometheus's own rule engine: fires, does not fire just below, resets,
no data, restarts, low traffic; and that all of that would be noticed.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from components.slo.definition import ServiceLevel
from components.slo.groups import groups
from stacks.slo import SERVICE_LEVELS
from tests.slo import expected, invariants, promtool, stories, suite
from tests.slo.case import Case
from tests.slo.random_levels import random_levels

BY_ID = {level.id: level for level in SERVICE_LEVELS}
API, LEDGER = BY_ID["api-write-availability"], BY_ID["ledger-balanced"]
SEED, MADE = 36, 4  # of each form one; 93.1 to 99.95 %, 28 to 90 days, one with a window that it cannot reach


def test_every_alert_of_every_declared_level_is_right(tmp_path: Path) -> None:
    assert promtool.run(suite.written(tmp_path, SERVICE_LEVELS)) == ""


def test_levels_that_nobody_declared_are_right_too(tmp_path: Path) -> None:
    assert promtool.run(suite.written(tmp_path, random_levels(SEED, MADE))) == ""


def test_long_windows_remember_and_forget(tmp_path: Path) -> None:
    told = [story for story in stories.long_stories(API) if story.name in ("remembered-1h", "remembered-6h")]
    assert promtool.run(_files(tmp_path, API, told)) == ""


Change = Callable[[str], str]
BURN = 'slo:burn_rate:rate%s{slo="api-write-availability"} > 14.4'
RATIO = 'slo:error_ratio:rate5m{slo="api-write-availability"}'


def _with(instead: str, of: str) -> Change:
    return lambda expression: expression.replace(of, instead)


# What a careless change of the rules does: (which story must notice, what is made of each expression).
BROKEN_RULES: dict[str, tuple[str, Change]] = {
    "no guard of low traffic": ("night", _with(">= 0", of=">= 10")),
    "a limit a tenth too low": ("burn-1h", _with("> 12.9", of="> 14.4")),
    "a limit far too high": ("burn-1h", _with("> 20", of="> 14.4")),
    "the long window alone": ("remembered-1h", _with(BURN % "1h", of=BURN % "5m")),
    "the short window alone": ("remembered-1h", _with(BURN % "5m", of=BURN % "1h")),
    "absence reads as fine": ("no-data", _with("absent(vector(1) or ", of="absent(")),
    "sums before rates": (
        "restarts",
        lambda text: re.sub(r"sum\(rate\((.*?)\[1m\]\)\)", r"sum(rate(sum(\1)[1m:15s]))", text),
    ),
    "means of ratios": (
        "weighted",
        lambda text: f"avg_over_time({RATIO}[1h])" if text.startswith("clamp_max(slo:bad_events:rate1h") else text,
    ),
}


@pytest.mark.parametrize("name", BROKEN_RULES)
def test_broken_rules_are_noticed(name: str, tmp_path: Path) -> None:
    noticed_by, change = BROKEN_RULES[name]
    told = [story for story in (*stories.stories(API), *stories.long_stories(API)) if story.name == noticed_by]
    assert "got:" in promtool.run(_files(tmp_path, API, told, change)), f"{noticed_by} does not notice: {name}"


@pytest.mark.parametrize(
    ("noticed_by", "change"),
    [
        ("born-broken", _with("and", of="unless")),
        ("while-unscraped", _with("==", of="!=")),
        ("first-breach", lambda text: text.replace("increase(", "0 * increase(").replace("!=", "==")),
        ("lost", _with("absent(vector(1) or ", of="absent(")),
    ],
)
def test_broken_invariants_are_noticed(noticed_by: str, change: Change, tmp_path: Path) -> None:
    told = [case for case in invariants.cases(LEDGER) if case.name == noticed_by]
    assert "got:" in promtool.run(_files_of(tmp_path, LEDGER, told, change)), f"{noticed_by} does not notice it"


def _files(folder: Path, level: ServiceLevel, told: Iterable[stories.Story], change: Change = str) -> list[Path]:
    return _files_of(folder, level, [expected.case(level, story) for story in told], change)


def _files_of(folder: Path, level: ServiceLevel, cases: list[Case], change: Change) -> list[Path]:
    assert cases
    made = groups([level])
    changed = [
        {**group, "rules": [{**rule, "expr": change(rule["expr"])} for rule in group["rules"]]} for group in made
    ]
    assert change is str or changed != made
    return promtool.write(folder, level.id, changed, cases)
