"""How often a class of data is backed up, and how long each backup is kept, so that its objective can be met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # settings read the limits here, and load no SDK
    from pulumi import Input
    from pulumi_aws import backup

CONTINUOUS_RPO_MIN = 5  # RDS user guide, "Restoring a DB instance to a specified time": logs are stored every 5 minutes
CONTINUOUS_DAYS = 35  # the most; AWS Backup developer guide, "Continuous backups and point-in-time recovery"
HOURLY_RPO_MIN = 120  # an hour until the next backup begins, and one for it to end
DAILY_RPO_MIN = 26 * 60
COLD_AFTER_DAYS, COLD_LEAST_DAYS = 30, 90  # what moves to cold storage stays there 90 days; same guide, "Lifecycle"
_START_MIN, _COMPLETE_MIN = 60, 480  # a window must be 60 at least
_SCHEDULES = {"hourly": "cron(0 * * * ? *)", "daily": "cron(0 2 * * ? *)", "monthly": "cron(0 3 1 * ? *)"}  # UTC


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What may be lost (rpo, recovery point objective) and how long it may take (rto, recovery time objective), after
    a mistake or the loss of a zone, and after that of the whole region.
    """

    rpo_minutes: int
    rto_minutes: int
    region_rpo_minutes: int
    region_rto_minutes: int

    def __post_init__(self) -> None:
        if self.rpo_minutes < CONTINUOUS_RPO_MIN:
            allowed = f"at least {CONTINUOUS_RPO_MIN}: a point in time is never newer"
            raise ValueError(f"rpo_minutes must be {allowed}, got {self.rpo_minutes}")
        if self.region_rpo_minutes < HOURLY_RPO_MIN:
            allowed = f"at least {HOURLY_RPO_MIN}: AWS Backup copies what it made once an hour"
            raise ValueError(f"region_rpo_minutes must be {allowed}, got {self.region_rpo_minutes}")

    def tags(self) -> dict[str, str]:
        """On what is configured by the objective, so that a rule can compare them."""
        return {"rpo-minutes": str(self.rpo_minutes), "rto-minutes": str(self.rto_minutes)}


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long backups are kept, in days."""

    daily_days: int
    monthly_days: int

    def __post_init__(self) -> None:
        if not 1 <= self.daily_days <= self.monthly_days:
            allowed = f"1 to monthly_days ({self.monthly_days})"
            raise ValueError(f"daily_days must be {allowed}, got {self.daily_days}")

    @property
    def shortest_days(self) -> int:
        return min(self.daily_days, CONTINUOUS_DAYS)

    @property
    def longest_days(self) -> int:
        return max(self.monthly_days, CONTINUOUS_DAYS)


def plan_rules(
    vault: Input[str], copies_arn: Input[str], objective: Objective, retention: Retention
) -> list[backup.PlanRuleArgsDict]:
    """A rule for each cadence. What is copied into the other region is kept there as long as here."""
    cadence = "hourly" if objective.region_rpo_minutes < DAILY_RPO_MIN else "daily"
    rules = [
        _rule(vault, cadence, retention.daily_days, copies_arn),
        _rule(vault, "monthly", retention.monthly_days, copies_arn),
    ]
    if objective.rpo_minutes < DAILY_RPO_MIN:
        days = min(retention.daily_days, CONTINUOUS_DAYS)
        kept: backup.PlanRuleLifecycleArgsDict = {"delete_after": days}
        continuous: backup.PlanRuleArgsDict = {
            **_rule(vault, "daily", days, None),
            "rule_name": "continuous",
            "enable_continuous_backup": True,
            "lifecycle": kept,
        }
        rules.insert(0, continuous)
    return rules


def _rule(vault: Input[str], cadence: str, days: int, copies_arn: Input[str] | None) -> backup.PlanRuleArgsDict:
    lifecycle: backup.PlanRuleLifecycleArgsDict = {"delete_after": days}
    if cadence == "monthly" and days >= COLD_AFTER_DAYS + COLD_LEAST_DAYS:
        lifecycle["cold_storage_after"] = COLD_AFTER_DAYS
    rule: backup.PlanRuleArgsDict = {
        "rule_name": cadence,
        "target_vault_name": vault,
        "schedule": _SCHEDULES[cadence],
        "start_window": _START_MIN,
        "completion_window": _COMPLETE_MIN,
        "lifecycle": lifecycle,
    }
    if copies_arn is not None:
        rule["copy_actions"] = [{"destination_vault_arn": copies_arn, "lifecycle": lifecycle}]
    return rule
