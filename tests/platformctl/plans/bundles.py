"""Makes plans for tests, in memory."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from platformctl.plans.bundle import Bundle, signed
from tests.platformctl.records.chains import key

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
URN = "urn:pulumi:sandbox::billing-foundation::aws:kms/key:Key::data"
BOUND: dict[str, Any] = {
    "commit": "c" * 40,
    "tree": "d" * 40,
    "lock_file": "e" * 64,
    "configuration": "f" * 64,
    "engine": "v3.200.0",
    "sdks": {"pulumi": "3.272.0", "pulumi-aws": "7.51.1"},
    "providers": {"aws": "7.51.1"},
    "account": "111122223333",
    "state": {"saved_at": "2026-11-26T04:00:00Z", "resources": 3, "digest": "a" * 64},
}


def plan(**others: Any) -> dict[str, Any]:
    """A plan that may be applied, unless `others` say otherwise."""
    return {
        "environment": "foundation/sandbox",
        "project": "billing-foundation",
        "stack": "sandbox",
        "place": "sandbox",
        "planned_at": NOW.isoformat(),
        "expires_at": (NOW + timedelta(hours=1)).isoformat(),
        "planned_by": {"name": "Ada", "user": "ada@desk"},
        "reason": "because",
        "bound": BOUND,
        "clean": True,
        "changed_files": [],
        "update_plan": {"resourcePlans": {}},
        "run": {"changes": []},
        "verdict": {"exit": 0, "undecided": []},
        "needs_approval": [],
        "budgets": budgets(),
        **others,
    }


def budgets(**others: Any) -> dict[str, Any]:
    """What a plan binds of error budgets: by default that nobody was asked."""
    none: dict[str, Any] = {"levels": [], "because": [], "approvers": [], "override": None}
    return {
        "lane": "standard",
        "source": None,
        "read_at": None,
        "need": "allowed",
        "undecided": False,
        **none,
        **others,
    }


def bundle(**others: Any) -> Bundle:
    """The same, signed."""
    return signed(plan(**others), key())


def target(*, live: bool = False) -> Any:
    """As much of a target as the checks read."""
    return SimpleNamespace(
        name="foundation/sandbox",
        place="the real account" if live else "sandbox",
        sandbox=None if live else SimpleNamespace(),
    )
