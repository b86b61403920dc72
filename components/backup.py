"""Backups of one class of data: locked vaults in two regions, a plan that meets its objective, and tested restores."""

import re
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import backup

from components.alarms import raise_alarms
from components.backup_alarms import vault_alarms
from components.backup_rules import Objective, Retention, plan_rules
from components.policy_document import EVERYONE, Statement, policy_json
from components.tags import DataClass, classified, tagged

BACKUP_TAG = "backup"  # whatever carries it, with a data class as its value, is backed up
GRACE_DAYS = 3  # the shortest after which a vault's lock can never be lifted; AWS Backup developer guide, "Vault Lock"
_FAILURES = ("BACKUP_JOB_FAILED", "BACKUP_JOB_EXPIRED", "COPY_JOB_FAILED", "RESTORE_JOB_FAILED")
_TEST_SCHEDULE = "cron(0 5 ? * 2#1 *)"  # the first Monday of a month, in working hours
_TEST_WINDOW_H, _TEST_RANGE_DAYS = 8, 7
_TESTED_TYPES = ("Aurora", "RDS")
_DELETING = (
    "backup:DeleteBackupVault",
    "backup:DeleteRecoveryPoint",
    "backup:DisassociateRecoveryPoint",
    "backup:PutBackupVaultLockConfiguration",
    "backup:UpdateRecoveryPointLifecycle",
)


@dataclass(frozen=True, kw_only=True)
class BackupArgs:
    """`immutable`: nobody can ever lift the vaults' locks (compliance mode), three days after they were made; else
    who may change vault locks can (governance mode). `role_arn` makes and restores backups.
    """

    environment: str
    data_class: DataClass
    region: str
    recovery_region: str
    key_arn: Input[str]
    recovery_key_arn: Input[str]
    role_arn: Input[str]
    objective: Objective
    retention: Retention
    immutable: bool
    ticket_topic_arn: Input[str]
    page_topic_arn: Input[str]
    protect: bool = True

    def __post_init__(self) -> None:
        if self.region == self.recovery_region:
            raise ValueError(f"recovery_region must be another than region, got {self.region} for both")
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,20}", self.environment):
            raise ValueError(f"environment must be 1 to 21 of a-z 0-9 -, got {self.environment!r}")


class Backup(ComponentResource):
    """The vaults `<environment>-<class>` and, in the recovery region, `<environment>-<class>-copy`."""

    vault_name: Output[str]

    def __init__(self, name: str, args: BackupArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:recovery:Backup", name, {}, opts)
        child = ResourceOptions(parent=self)
        vault_name = f"{args.environment}-{args.data_class}"
        vault = _vault(name, vault_name, args.region, args.key_arn, args, self)
        copies = _vault(f"{name}-copy", f"{vault_name}-copy", args.recovery_region, args.recovery_key_arn, args, self)
        backup.VaultNotifications(
            name,
            backup_vault_name=vault.name,
            backup_vault_events=list(_FAILURES),
            sns_topic_arn=args.ticket_topic_arn,
            opts=child,
        )
        plan = backup.Plan(
            name,
            name=vault_name,
            rules=plan_rules(vault.name, copies.arn, args.objective, args.retention),
            tags=tagged(name, args.objective.tags(), classified(args.data_class, None)),
            opts=child,
        )
        backup.Selection(
            name,
            name=vault_name,
            plan_id=plan.id,
            iam_role_arn=args.role_arn,
            selection_tags=[{"type": "STRINGEQUALS", "key": BACKUP_TAG, "value": args.data_class}],
            opts=child,
        )
        _restore_tests(name, vault, args, child)
        raise_alarms(name, vault_alarms(vault_name), args.page_topic_arn, child)
        self.vault_name = vault.name
        self.register_outputs({"vault_name": self.vault_name})


def _vault(
    own: str, vault_name: str, region: str, key_arn: Input[str], args: BackupArgs, parent: ComponentResource
) -> backup.Vault:
    child = ResourceOptions(parent=parent)
    vault = backup.Vault(
        own,
        name=vault_name,
        kms_key_arn=key_arn,
        force_destroy=not args.protect,
        region=region,
        tags=tagged(own, classified(args.data_class, None)),
        opts=ResourceOptions(parent=parent, protect=args.protect),
    )
    kept = Statement(sid="NobodyDeletes", effect="Deny", principals=EVERYONE, actions=_DELETING, resources=("*",))
    backup.VaultPolicy(own, backup_vault_name=vault.name, policy=policy_json(kept), region=region, opts=child)
    backup.VaultLockConfiguration(
        own,
        backup_vault_name=vault.name,
        changeable_for_days=GRACE_DAYS if args.immutable else None,
        min_retention_days=args.retention.shortest_days,
        max_retention_days=args.retention.longest_days,
        region=region,
        opts=child,
    )
    return vault


def _restore_tests(name: str, vault: backup.Vault, args: BackupArgs, child: ResourceOptions) -> None:
    """Once a month the newest backup of every database is restored, looked at and deleted again."""
    own = f"{args.environment}_{args.data_class}".replace("-", "_")
    tests = backup.RestoreTestingPlan(
        name,
        name=own,
        schedule_expression=_TEST_SCHEDULE,
        start_window_hours=_TEST_WINDOW_H,
        recovery_point_selection={
            "algorithm": "LATEST_WITHIN_WINDOW",
            "include_vaults": [vault.arn],
            "recovery_point_types": ["CONTINUOUS", "SNAPSHOT"],
            "selection_window_days": _TEST_RANGE_DAYS,
        },
        tags=tagged(name),
        opts=child,
    )
    for type_ in _TESTED_TYPES:
        backup.RestoreTestingSelection(
            f"{name}-{type_.lower()}",
            name=f"{own}_{type_.lower()}",
            restore_testing_plan_name=tests.name,
            protected_resource_type=type_,
            protected_resource_arns=["*"],
            iam_role_arn=args.role_arn,
            validation_window_hours=_TEST_WINDOW_H,
            opts=child,
        )
