"""What cannot go back, and what stays."""

from typing import Any

import pytest

from platformctl.changes import Change
from platformctl.rollbacks.limits import cannot, stays

CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"


def change(kind: str, operation: str = "update", name: str = "a") -> Change:
    return Change(f"urn:{name}", operation, kind, name, "data", "", False, ())


def limits(kind: str, before: dict[str, Any], after: dict[str, Any], operation: str = "update") -> list[str]:
    one = change(kind, operation)
    return [limit.why for limit in cannot([one], {one.urn: ({"inputs": before}, {"inputs": after})})]


@pytest.mark.parametrize(
    ("kind", "before", "after", "why"),
    [
        (CLUSTER, {"engineVersion": "17.4"}, {"engineVersion": "16.8"}, "never lowered"),
        (INSTANCE, {"engineVersion": "16.10"}, {"engineVersion": "16.9"}, "never lowered"),
        (INSTANCE, {"allocatedStorage": 200}, {"allocatedStorage": 100}, "cannot be taken away"),
        (LOCK, {}, {}, "locked for compliance"),
    ],
)
def test_what_aws_never_undoes(kind: str, before: dict[str, Any], after: dict[str, Any], why: str) -> None:
    (found,) = limits(kind, before, after)
    assert why in found


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (CLUSTER, {"engineVersion": "16.8"}, {"engineVersion": "17.4"}),
        (CLUSTER, {"engineVersion": "16.8"}, {"engineVersion": "16"}),  # which minor is left to AWS
        (CLUSTER, {"engineVersion": "16.8"}, {}),
        (CLUSTER, {"engineVersion": "16.8"}, {"engineVersion": "[unknown]"}),
        (INSTANCE, {"allocatedStorage": 100}, {"allocatedStorage": 200}),
        ("aws:eks/addon:Addon", {"engineVersion": "2"}, {"engineVersion": "1"}),
    ],
)
def test_what_goes_back(kind: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert limits(kind, before, after) == []


def test_a_replacement_is_the_guards_to_refuse() -> None:
    assert limits(CLUSTER, {"engineVersion": "17.4"}, {"engineVersion": "16.8"}, "replace") == []


def test_migrations_are_not_run_backwards() -> None:
    job = "kubernetes:batch/v1:Job"
    changed = [
        change(job, "replace", "service-api-migrate-subscriptions"),
        change(job, "delete", "service-api-migrate-subscriptions"),
        change(job, "create", "report"),
        change(job, "update", "service-ledger-migrate-ledger"),
        change("kubernetes:apps/v1:Deployment", "update", "x-migrate-y"),
    ]
    (line,) = stays(changed)
    assert line.startswith("service-api-migrate-subscriptions: the schema stays")
