"""How databases are made: Postgres sets what no database may go without, and its arguments say the rest."""

_REPLACE = """\
from dataclasses import replace

"""
_POSTGRES = """\
from components.postgres import Postgres

"""

SNIPPETS = {
    "RDS-01": f"""\
{_POSTGRES}# It has no public address, and no argument for one. A database of your own: publicly_accessible=False.
Postgres("ledger", database_args)
""",
    "RDS-02": f"""\
{_REPLACE}{_POSTGRES}isolated = network.subnet_ids["data"]
Postgres("ledger", replace(database_args, vpc_id=network.vpc_id, subnet_ids=isolated))
""",
    "RDS-03": f"""\
{_REPLACE}{_POSTGRES}# What exists unencrypted moves: snapshot, copy of it with the key, restore.
Postgres("ledger", replace(database_args, key_arn=key.arn))
""",
    "RDS-04": """\
from pulumi_aws import rds

# Postgres does this itself; a database of your own:
settings = [{"name": "rds.force_ssl", "value": "1"}]
group = rds.ParameterGroup("reports", family="postgres17", parameters=settings)
rds.Instance("reports", instance_class="db.m7g.large", engine="postgres", parameter_group_name=group.name)
""",
    "RDS-05": """\
from pulumi_aws import rds

# Postgres does this itself; a database of your own:
settings = [{"name": "ssl_min_protocol_version", "value": "TLSv1.2"}]
group = rds.ParameterGroup("reports", family="postgres17", parameters=settings)
rds.Instance("reports", instance_class="db.m7g.large", engine="postgres", parameter_group_name=group.name)
""",
    "RDS-06": f"""\
{_POSTGRES}# A database of your own: enabled_cloudwatch_logs_exports=["postgresql"], and the log group before it.
Postgres("ledger", database_args)
""",
    "RDS-07": """\
from pulumi_aws import rds

# Postgres does this itself; a database of your own (the first needs a restart):
settings = [
    {"name": "shared_preload_libraries", "value": "pgaudit", "apply_method": "pending-reboot"},
    {"name": "pgaudit.log", "value": "ddl,role,write"},
    {"name": "log_connections", "value": "1"},
]
group = rds.ParameterGroup("reports", family="postgres17", parameters=settings)
rds.Instance("reports", instance_class="db.m7g.large", engine="postgres", parameter_group_name=group.name)
""",
    "RDS-08": f"""\
{_POSTGRES}# People and services sign in with IAM. A database of your own: iam_database_authentication_enabled=True.
Postgres("ledger", database_args)
""",
    "RDS-09": f"""\
{_POSTGRES}# RDS makes, keeps and rotates the password, encrypted with the key: nobody writes it down.
ledger = Postgres("ledger", database_args)
secret_arn = ledger.master_secret_arn
""",
    "RDS-10": f"""\
{_REPLACE}{_POSTGRES}Postgres("ledger", replace(database_args, backups=replace(database_args.backups, days=35)))
""",
    "RDS-11": f"""\
{_REPLACE}{_POSTGRES}# AWS will not delete it, nor without a snapshot. To delete: protect=False first.
Postgres("ledger", replace(database_args, protect=True))
""",
    "RDS-12": f"""\
{_REPLACE}{_POSTGRES}from components.databases.topology import AuroraProvisioned

topology = AuroraProvisioned(instance_class="db.r6g.xlarge", readers=1)
Postgres("ledger", replace(database_args, topology=topology))
""",
    "RDS-13": f"""\
{_REPLACE}{_POSTGRES}Postgres("ledger", replace(database_args, version="17"))
""",
    "RDS-14": """\
from pulumi_aws import rds

# Without shared_accounts nobody else reads it; what must leave the account, a backup plan copies.
rds.Snapshot("before-migration", db_instance_identifier="prod-reports", db_snapshot_identifier="before-migration")
""",
}
