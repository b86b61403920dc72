"""The error-budget policy of the settings: what cannot be meant is refused by its key."""

from typing import Any

import pytest

from stacks.sections.budgets import CHECKS, Budgets
from tests.platformctl.budgets.settings import section


def _problems(environment: str, budgets: Budgets) -> dict[str, str]:
    values: dict[str, Any] = {
        "environment": environment,
        **{f"budgets.{key}": getattr(budgets, key) for key in Budgets.model_fields},
    }
    return {key: allowed for needs, rule in CHECKS for key, _, allowed, _ in rule(*(values[name] for name in needs))}


URL = "https://prometheus.example/prod"


def test_policy_of_the_repository_is_sound() -> None:
    assert not _problems("prod", section(URL))
    assert not _problems("sandbox", section(None))


@pytest.mark.parametrize("url", [None, "prometheus:9090", "https://me:secret@host", "https://host/?q=1", "ftp://host"])
def test_environment_that_serves_somebody_names_a_prometheus(url: str | None) -> None:
    assert list(_problems("prod", section(url))) == ["budgets.prometheus_url"]


@pytest.mark.parametrize(
    ("level", "lanes", "key"),
    [
        ("exhausted", {"standard": "allowed", "fix": "allowed", "security": "allowed"}, "exhausted.standard"),
        ("enough", {"standard": "allowed", "fix": "approval", "security": "allowed"}, "low.fix"),
        ("exhausted", {"standard": "refused", "fix": "refused", "security": "allowed"}, "exhausted.fix"),
    ],
)
def test_less_budget_asks_for_no_less_and_fixes_get_in(level: str, lanes: dict[str, str], key: str) -> None:
    assert list(_problems("prod", section(URL, **{level: lanes}))) == [f"budgets.policy.{key}"]


def test_approval_needs_somebody_who_gives_it() -> None:
    nobody = section(URL).model_copy(update={"approvers": ()})
    assert list(_problems("prod", nobody)) == ["budgets.approvers"]
