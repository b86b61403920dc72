"""How credentials are kept."""

_STORED = """\
from components.service_secret import ServiceSecret, ServiceSecretArgs

ServiceSecret(
    "processor",
    ServiceSecretArgs(
        secret_name="prod/api/processor",
        description="Key of the card processor's API",
        account_id=account_id,
        data_class="financial",
        key_arn=key.arn,
        readers=(service_role_arn,),
        rotation_days=90,{note}
    ),
)
"""

SNIPPETS = {
    "SEC-01": _STORED.format(note=""),
    "SEC-02": """\
from components.service_secret import RotationByFunction, ServiceSecret, ServiceSecretArgs

ServiceSecret(
    "ledger",
    ServiceSecretArgs(
        secret_name="prod/ledger/reports",
        description="Login of the reports",
        account_id=account_id,
        data_class="financial",
        key_arn=key.arn,
        readers=(service_role_arn,),
        rotation_days=30,
        rotation=RotationByFunction(function_arn=function_arn, role_arn=function_role_arn),
    ),
)
""",
    "SEC-03": """\
from pulumi import Config
from pulumi_aws import rds

# Best nobody knows it: RDS makes, keeps and rotates it. What must be given comes encrypted from the settings.
rds.Instance("reports", instance_class="db.m7g.large", username="owner", manage_master_user_password=True)
token = Config().require_secret("processor-token")
""",
}
