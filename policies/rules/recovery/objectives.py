"""What is promised about lost data is what is configured.

A backup plan, database cluster or database instance says in the tag `rpo-minutes` how much work may be lost at
most. A plan keeps that by a rule that runs at least so often, or by continuous backup; a database by its automated
backups, from which any time up to five minutes ago comes back (AWS Backup developer guide, "Continuous backups and
point-in-time recovery"; RDS user guide, "Restoring a DB instance to a specified time"), or by a plan that selects it.
"""

import re
from collections.abc import Iterator
from typing import Any

from policies import tokens
from policies.controls import unverified
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.databases.keeping import backup_days
from policies.rules.databases.roles import DATABASES
from policies.rules.keys.documents import PROVIDER
from policies.rules.recovery.schedules import DAY_MINUTES, ScheduleError, longest_gap_minutes
from policies.rules.recovery.selections import has_plan
from policies.values import Block

_TAG = "rpo-minutes"
_POINT_IN_TIME_MINUTES = 5


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    tag = graph.tag(resource, _TAG) or ""
    if not re.fullmatch(r"[1-9]\d{0,6}", tag):
        yield Problem(f"tags.{_TAG}", f"{_TAG} is {tag!r}, not a whole number of minutes")
        return
    promised = int(tag)
    if resource.type == tokens.BACKUP_PLAN:
        if not _keeps(resource, promised):
            yield Problem("rules", f"no rule runs every {promised} minutes or backs up continuously")
    elif not (_restores_any_time(resource, promised) or has_plan(resource, graph, lambda plan: _keeps(plan, promised))):
        yield Problem("backupRetentionPeriod", f"no backup is at most {promised} minutes old")


def _restores_any_time(database: Resource, promised: int) -> bool:
    return promised >= _POINT_IN_TIME_MINUTES and backup_days(database) > 0


def _keeps(plan: Resource, promised: int) -> bool:
    return some(plan.props.blocks("rules"), lambda rule: _age_minutes(rule, promised) <= promised)


def _age_minutes(rule: Block, promised: int) -> float:
    """How old a rule's newest backup can be. Continuous backup counts where less than a day may be lost."""
    if promised < DAY_MINUTES and rule.get("enableContinuousBackup", False) is True:
        return _POINT_IN_TIME_MINUTES
    try:
        return longest_gap_minutes(rule["schedule"]) if "schedule" in rule else float("inf")
    except ScheduleError:
        return float("inf")


def _promises(resource: Resource, graph: Graph) -> bool:
    return graph.tag(resource, _TAG) is not None


def _plan(minutes: object, *schedules: object, **rule: object) -> Example:
    rules = [{"ruleName": "r", "schedule": schedule} | rule for schedule in schedules]
    return (Node(tokens.BACKUP_PLAN, "plan", {"rules": rules, "tags": {_TAG: minutes}}),)


def _database(minutes: object, **properties: object) -> Node:
    return Node(tokens.DATABASE_INSTANCE, "ledger", {"tags": {_TAG: minutes}} | properties)


_ALL = Node(tokens.BACKUP_SELECTION, "all", {"planId": Ref("plan"), "resources": ["*"]})
_NIGHTLY, _HOURLY = "cron(0 3 * * ? *)", "cron(0 * * * ? *)"
_ARN = f"arn:aws:rds:eu-central-1:{ACCOUNT}:cluster"
_SELECTIONS: tuple[dict[str, Any], ...] = (
    {"resources": [f"{_ARN}:ledger"]},
    {"resources": ["*"], "notResources": [f"{_ARN}:other"]},
    {"resources": ["*"], "conditions": [{"stringEquals": [{"key": f"aws:ResourceTag/{_TAG}", "value": "1440"}]}]},
    {"selectionTags": [{"type": "STRINGEQUALS", "key": _TAG, "value": "1440"}]},
)


def _chosen(arn: str | None = None, **selection: object) -> Example:
    """A cluster without backups of its own that a plan selects by what the selection says."""
    properties = {"clusterIdentifier": "ledger", "backupRetentionPeriod": 0, "tags": {_TAG: "1440"}}
    known = properties if arn is None else properties | {"arn": arn}
    cluster = Node(tokens.DATABASE_CLUSTER, "ledger", known, provider="aws")
    selects = Node(tokens.BACKUP_SELECTION, "some", {"planId": Ref("plan")} | selection)
    return (_PLACE, cluster, *_plan("1440", _NIGHTLY), selects)


_PLACE = Node(tokens.AWS_PROVIDER, "aws", {**PROVIDER.props, "region": "eu-central-1"})

RULES = (
    Rule(
        id="BKP-04",
        name="recovery-objectives-are-kept",
        summary="What the tag rpo-minutes of a backup plan or database promises is what its backups can keep.",
        severity=Severity.HIGH,
        pack=Pack.OPERATIONS,
        types=(tokens.BACKUP_PLAN, *DATABASES),
        reads=(
            "tags",
            "rules",
            "schedule",
            "enableContinuousBackup",
            "backupRetentionPeriod",
            "planId",
            "resources",
            "arn",
            "conditions",
            "notResources",
            "region",
            "identifier",
            "clusterIdentifier",
            "selectionTags",
            "allowedAccountIds",
        ),
        controls=unverified("soc2", "A1.2"),
        remedy="Run a rule of the plan more often, set enable_continuous_backup=True or keep the database's automated"
        " backups (backup_retention_period); or promise less.",
        problems=_problems,
        applies=_promises,
        needs_graph=True,
        passes=(
            _plan("1440", _NIGHTLY),
            _plan("60", _HOURLY),
            _plan("720", "cron(30 0,12 ? * * *)"),
            _plan("360", "rate(6 hours)"),
            _plan("1440", "cron(0 3 ? * SUN *)", _NIGHTLY),
            _plan("10080", "cron(0 3 ? * SUN *)"),
            _plan("15", _NIGHTLY, enableContinuousBackup=True),
            (_database("5", backupRetentionPeriod=7),),
            (Node(tokens.DATABASE_CLUSTER, "ledger", {"tags": {_TAG: "5"}}),),
            (_database("1440"), *_plan("1440", _NIGHTLY), _ALL),
            *(_chosen(**selection) for selection in _SELECTIONS),
            _chosen(f"{_ARN}:named", resources=[f"{_ARN}:named"]),
        ),
        fails=(
            _plan("1439", _NIGHTLY),
            _plan("720", "cron(0 0,11 ? * * *)"),
            _plan("1440", "cron(0 3 ? * MON-FRI *)"),
            _plan("1440", "cron(0 3 ? * MON-FRI *)", "cron(0 3 ? * SUN *)"),
            _plan("40320", "cron(0 3 1 * ? *)"),
            _plan("1440"),
            _plan("1440", None),
            _plan("1440", "daily"),
            _plan("1440", "cron(0 3 * * ? 2027)"),
            _plan("360", "rate(1 day)"),
            _plan("4", _NIGHTLY, enableContinuousBackup=True),
            _plan("1440", "cron(0 3 ? * SUN *)", enableContinuousBackup=True),
            _plan("15", _NIGHTLY, enableContinuousBackup=False),
            _plan("an hour", _HOURLY),
            _plan("0", _HOURLY),
            (_database("60"),),
            (_database("60", backupRetentionPeriod=0),),
            (_database("4", backupRetentionPeriod=7),),
            (_database("60"), *_plan("1440", _NIGHTLY), _ALL),
            (_database("1440"), *_plan("1440", _NIGHTLY)),
            _chosen(resources=[f"{_ARN}:other"]),
            (
                Node(tokens.DATABASE_INSTANCE, "ledger", {"identifier": "ledger", "tags": {_TAG: "1440"}}),
                *_plan("1440", _NIGHTLY),
                Node(tokens.BACKUP_SELECTION, "some", {"planId": Ref("plan"), "resources": ["arn:aws:rds:*:db:other"]}),
            ),
        ),
        undecided=(_plan("60", Ref("nowhere")), _plan(Ref("nowhere"), _HOURLY)),
        ignores=((Node(tokens.BACKUP_PLAN, "plan"),), (Node(tokens.DATABASE_INSTANCE, "ledger"),)),
    ),
)
