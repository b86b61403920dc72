"""Vaults that keep what they hold, and plans that select what matters."""

SNIPPETS = {
    "BKP-01": """\
from dataclasses import replace

from components.backup import Backup

# The vault is locked for good after three days of grace; without `immutable` an administrator may lift the lock.
Backup("backup", replace(backup_args, key_arn=key.arn, immutable=True))
""",
    "BKP-02": """\
from pulumi_aws import backup

backup.Selection("ledger", plan_id=plan.id, iam_role_arn=backup_role_arn, resources=[database.arn])
""",
    "BKP-03": """\
from pulumi import ResourceOptions
from pulumi_aws import backup

rule = {
    "rule_name": "daily",
    "target_vault_name": "prod",
    "schedule": "cron(0 1 * * ? *)",
    "copy_actions": [{"destination_vault_arn": f"arn:aws:backup:eu-west-1:{account_id}:backup-vault:prod"}],
}
plan = backup.Plan("ledger", rules=[rule], opts=ResourceOptions(provider=provider))
backup.Selection("ledger", plan_id=plan.id, iam_role_arn=backup_role_arn, resources=[database.arn])
""",
    "BKP-04": """\
from pulumi_aws import backup

rule = {
    "rule_name": "hourly",
    "target_vault_name": "prod",
    "schedule": "cron(0 * * * ? *)",
    "enable_continuous_backup": True,  # to any point in time, no more than 5 minutes ago
}
backup.Plan("ledger", rules=[rule], tags={"rpo-minutes": "60"})
""",
}
