"""Backups: objectives that can be met, vaults that keep what they hold, and restores that are tried."""

import json
from typing import Any

import pytest

from components.backup import Backup, BackupArgs
from components.backup_rules import Objective, Retention, plan_rules
from tests.components.conftest import build

_KIND = "platform:recovery:Backup"


def _objective(**changes: int) -> Objective:
    values = {"rpo_minutes": 5, "rto_minutes": 60, "region_rpo_minutes": 120, "region_rto_minutes": 240}
    return Objective(**{**values, **changes})


def _args(**changes: Any) -> BackupArgs:
    values: dict[str, Any] = {"environment": "prod", "data_class": "financial", "region": "eu-central-1"}
    values |= {"recovery_region": "eu-west-1", "key_arn": "arn:key", "recovery_key_arn": "arn:other-key"}
    values |= {"role_arn": "arn:role", "objective": _objective(), "immutable": True}
    values |= {"retention": Retention(daily_days=35, monthly_days=3650)}
    topics = {"ticket_topic_arn": "arn:ticket", "page_topic_arn": "arn:page"}
    return BackupArgs(**{**values, **topics, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rpo_minutes": 4}, "rpo_minutes must be at least 5: a point in time is never newer, got 4"),
        ({"region_rpo_minutes": 119}, "region_rpo_minutes must be at least 120: AWS Backup copies .* got 119"),
    ],
)
def test_rejects_an_objective_that_nothing_can_meet(changes: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _objective(**changes)


@pytest.mark.parametrize(("daily", "monthly"), [(36, 35), (0, 35)])
def test_rejects_daily_backups_that_outlast_monthly_ones_or_none(daily: int, monthly: int) -> None:
    with pytest.raises(ValueError, match=rf"daily_days must be 1 to monthly_days \({monthly}\), got {daily}"):
        Retention(daily_days=daily, monthly_days=monthly)


def test_rejects_a_copy_in_the_same_region() -> None:
    with pytest.raises(ValueError, match="recovery_region must be another than region, got eu-central-1 for both"):
        _args(recovery_region="eu-central-1")


def _rules(objective: Objective, monthly_days: int = 3650) -> dict[str, dict[str, Any]]:
    rules = plan_rules("vault", "arn:copies", objective, Retention(daily_days=40, monthly_days=monthly_days))
    return {rule["rule_name"]: dict(rule) for rule in rules}  # type: ignore[misc]  # plain names


def test_a_strict_objective_is_met_continuously_and_copied_every_hour() -> None:
    rules = _rules(_objective())
    assert set(rules) == {"continuous", "hourly", "monthly"}
    assert rules["continuous"]["enable_continuous_backup"] is True
    assert rules["continuous"]["lifecycle"] == {"delete_after": 35}  # the most that AWS keeps a point in time
    assert rules["hourly"]["schedule"] == "cron(0 * * * ? *)"
    assert rules["hourly"]["copy_actions"] == [
        {"destination_vault_arn": "arn:copies", "lifecycle": {"delete_after": 40}}
    ]


def test_a_loose_objective_is_met_once_a_day() -> None:
    rules = _rules(_objective(rpo_minutes=1560, region_rpo_minutes=1560))
    assert set(rules) == {"daily", "monthly"}
    assert "copy_actions" in rules["daily"]


@pytest.mark.parametrize(("days", "cold"), [(119, False), (120, True)])
def test_only_what_stays_ninety_days_moves_to_cold_storage(days: int, cold: bool) -> None:
    assert ("cold_storage_after" in _rules(_objective(), days)["monthly"]["lifecycle"]) is cold


def test_makes_locked_vaults_in_two_regions_a_plan_and_tests_of_it() -> None:
    built = build(lambda: Backup("backup", _args()))
    parts: dict[str, tuple[str, ...]] = {"Vault": ("backup", "backup-copy"), "VaultPolicy": ("backup", "backup-copy")}
    parts |= {"VaultLockConfiguration": ("backup", "backup-copy"), "VaultNotifications": ("backup",)}
    parts |= {"Plan": ("backup",), "Selection": ("backup",), "RestoreTestingPlan": ("backup",)}
    parts |= {"RestoreTestingSelection": ("backup-aurora", "backup-rds")}
    alarms = ("stopped", "backup-failed", "copy-failed", "restore-failed")
    assert built.identities() == {
        f"{_KIND}::backup",
        *(f"{_KIND}$aws:backup/{k[0].lower()}{k[1:]}:{k}::{name}" for k, names in parts.items() for name in names),
        *(f"{_KIND}$aws:cloudwatch/metricAlarm:MetricAlarm::backup-{alarm}" for alarm in alarms),
    }
    regions = {
        made.name: (made.inputs["region"], made.inputs["kmsKeyArn"], made.protect) for made in built.all("Vault")
    }
    assert regions == {
        "backup": ("eu-central-1", "arn:key", True),
        "backup-copy": ("eu-west-1", "arn:other-key", True),
    }
    for lock in built.all("VaultLockConfiguration"):
        assert (lock.inputs["changeableForDays"], lock.inputs["minRetentionDays"]) == (3, 35)
        assert lock.inputs["maxRetentionDays"] == 3650
    for policy in built.all("VaultPolicy"):
        (kept,) = json.loads(policy.inputs["policy"])["Statement"]
        assert (kept["Effect"], kept["Principal"]) == ("Deny", "*")
        assert "backup:DeleteRecoveryPoint" in kept["Action"]
    tags = built.one("Plan", "backup").inputs["tags"]
    assert (tags["rpo-minutes"], tags["rto-minutes"], tags["data-class"]) == ("5", "60", "financial")
    (selected,) = built.one("Selection", "backup").inputs["selectionTags"]
    assert selected == {"type": "STRINGEQUALS", "key": "backup", "value": "financial"}


def test_outside_production_the_lock_can_be_lifted() -> None:
    built = build(lambda: Backup("backup", _args(immutable=False, protect=False)))
    assert not any("changeableForDays" in lock.inputs for lock in built.all("VaultLockConfiguration"))
    assert all(vault.inputs["forceDestroy"] for vault in built.all("Vault"))


def test_silence_of_a_vault_is_alarming() -> None:
    stopped = build(lambda: Backup("backup", _args())).one("MetricAlarm", "backup-stopped").inputs
    assert stopped["treatMissingData"] == "breaching"
    assert stopped["period"] * stopped["evaluationPeriods"] == 26 * 3600
    assert stopped["alarmActions"] == ["arn:page"]
