"""Databases, secrets and backups of the deployed staging, as the cloud tells them."""

import json
from typing import Any

import pytest

from tests.engine.conftest import Checkout

# What must not reach a log, and what every connection is held to. Source: pgaudit's README, "pgaudit.log_parameter";
# PostgreSQL 17, "Error Reporting and Logging"; RDS user guide, "Requiring SSL connections", for rds.force_ssl.
PARAMETERS = {
    "rds.force_ssl": "1",
    "ssl_min_protocol_version": "TLSv1.2",
    "password_encryption": "scram-sha-256",
    "shared_preload_libraries": "pg_stat_statements,pgaudit",
    "pgaudit.log": "role,ddl,write",
    "pgaudit.log_parameter": "0",
    "pgaudit.role": "rds_pgaudit",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_connections": "1",
    "log_disconnections": "1",
    "idle_in_transaction_session_timeout": "60000",
    "rds.logical_replication": "1",
    "timezone": "UTC",
}
AFTER_A_REBOOT = {"shared_preload_libraries", "rds.logical_replication", "max_connections"}


def _cluster(staging: Checkout) -> dict[str, Any]:
    (cluster,) = staging.aws("rds", "staging").describe_db_clusters()["DBClusters"]
    found: dict[str, Any] = cluster
    return found


def _instances(staging: Checkout) -> dict[str, dict[str, Any]]:
    instances = staging.aws("rds", "staging").describe_db_instances()["DBInstances"]
    return {instance["DBInstanceIdentifier"]: instance for instance in instances}


def _databases(staging: Checkout) -> list[tuple[dict[str, Any], str]]:
    """What holds data, a cluster and an instance, each with its data class."""
    return [(_cluster(staging), "financial"), (_instances(staging)["staging-subscriptions"], "personal")]


def test_databases_are_encrypted_protected_and_backed_up_as_their_class_asks(staging: Checkout) -> None:
    keys = staging.outputs("staging")["key_arns"]
    for database, data_class in _databases(staging):
        assert (database["StorageEncrypted"], database["KmsKeyId"]) == (True, keys[data_class])
        assert database["DeletionProtection"] is True
        assert database["IAMDatabaseAuthenticationEnabled"] is True
        assert database["BackupRetentionPeriod"] == staging.settings("staging").data.backup_days
        assert database["CopyTagsToSnapshot"] is True
        assert {"postgresql", "iam-db-auth-error"} <= {*database["EnabledCloudwatchLogsExports"]}
        assert database["MasterUserSecret"]["KmsKeyId"] == keys[data_class]
        tags = {tag["Key"]: tag["Value"] for tag in database["TagList"]}
        assert tags["data-class"] == tags["backup"] == data_class


def test_no_server_is_public_and_every_server_is_watched(staging: Checkout) -> None:
    keys, servers = staging.outputs("staging")["key_arns"], _instances(staging)
    assert {*servers} == {"staging-ledger-1", "staging-ledger-2", "staging-subscriptions"}
    for name, server in servers.items():
        assert server["PubliclyAccessible"] is False
        assert server["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"
        assert server["MonitoringInterval"] == 60
        assert server["MonitoringRoleArn"].endswith(":role/platform/staging-database-monitoring")
        assert server["PerformanceInsightsEnabled"] is True
        assert server["PerformanceInsightsKMSKeyId"] == keys["financial" if "ledger" in name else "personal"]
        assert server["AutoMinorVersionUpgrade"] is True
        assert server["StorageEncrypted"] is True


def test_databases_stand_in_the_isolated_subnets_and_admit_their_clients_alone(staging: Checkout) -> None:
    outputs, ec2 = staging.outputs("staging"), staging.aws("ec2", "staging")
    groups = staging.aws("rds", "staging").describe_db_subnet_groups()["DBSubnetGroups"]
    isolated = {*outputs["subnet_ids"]["data"].values()}
    assert len(groups) == 2
    assert all({subnet["SubnetIdentifier"] for subnet in group["Subnets"]} == isolated for group in groups)
    for database, _ in _databases(staging):
        (group,) = (one["VpcSecurityGroupId"] for one in database["VpcSecurityGroups"])
        found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
        admitted = [rule for rule in found["SecurityGroupRules"] if not rule["IsEgress"]]
        assert [(rule["FromPort"], rule["ToPort"], rule.get("CidrIpv4")) for rule in admitted] == [(5432, 5432, None)]
        assert admitted[0]["ReferencedGroupInfo"]["GroupId"] == outputs["database_clients_group_id"]


@pytest.mark.parametrize("kind", ["cluster", "instance"])
def test_parameters_force_tls_audit_statements_and_keep_data_out_of_logs(staging: Checkout, kind: str) -> None:
    rds = staging.aws("rds", "staging")
    if kind == "cluster":
        pages = rds.get_paginator("describe_db_cluster_parameters").paginate(
            DBClusterParameterGroupName=_cluster(staging)["DBClusterParameterGroup"]
        )
    else:
        (group,) = _instances(staging)["staging-subscriptions"]["DBParameterGroups"]
        pages = rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=group["DBParameterGroupName"])
    told = {one["ParameterName"]: one for page in pages for one in page["Parameters"] if "ParameterValue" in one}
    assert {name: told[name]["ParameterValue"] for name in PARAMETERS} == PARAMETERS
    pending = {name for name, one in told.items() if one.get("ApplyMethod") == "pending-reboot"}
    assert pending == AFTER_A_REBOOT


def test_credentials_are_read_by_one_service_and_kept_in_both_regions_without_a_value(staging: Checkout) -> None:
    settings, keys = staging.settings("staging"), staging.outputs("staging")["key_arns"]
    manager = staging.aws("secretsmanager", "staging")
    for name, credential in settings.secrets.credentials.items():
        secret = manager.describe_secret(SecretId=f"staging/{credential.service}/{name}")
        assert secret["KmsKeyId"] == keys[credential.data_class]
        assert secret.get("VersionIdsToStages", {}) == {}  # a person puts the value in
        tags = {tag["Key"]: tag["Value"] for tag in secret["Tags"]}
        assert (tags["rotation"], tags["rotation-days"]) == ("manual", str(credential.rotation_days))
        copies = [(one["Region"], one["Status"]) for one in secret["ReplicationStatus"]]
        assert copies == [(settings.account.recovery_region, "InSync")]
        policy = json.loads(manager.get_resource_policy(SecretId=secret["ARN"])["ResourcePolicy"])
        readers, strangers = policy["Statement"]
        reader = f"arn:aws:iam::{settings.account.id}:role/platform/staging-{credential.service}"
        assert readers["Condition"]["ArnNotEquals"] == {"aws:PrincipalArn": [reader]}
        assert strangers["Condition"]["StringNotEquals"] == {"aws:PrincipalAccount": settings.account.id}
        for statement, action in ((readers, "secretsmanager:GetSecretValue"), (strangers, "secretsmanager:*")):
            assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", [action])


def test_passwords_of_databases_are_made_and_owned_by_rds(staging: Checkout) -> None:
    manager = staging.aws("secretsmanager", "staging")
    for database, _ in _databases(staging):
        secret = manager.describe_secret(SecretId=database["MasterUserSecret"]["SecretArn"])
        assert secret["OwningService"] == "rds"
        assert secret["KmsKeyId"] == database["MasterUserSecret"]["KmsKeyId"]


def test_vaults_are_locked_under_their_keys_in_both_regions(staging: Checkout) -> None:
    settings = staging.settings("staging")
    for region, suffix in ((settings.account.region, ""), (settings.account.recovery_region, "-copy")):
        kms = staging.aws("kms", "staging", region)
        aliases = {one["AliasName"]: one.get("TargetKeyId") for one in kms.list_aliases()["Aliases"]}
        vaults = staging.aws("backup", "staging", region).list_backup_vaults()["BackupVaultList"]
        found = {vault["BackupVaultName"]: vault for vault in vaults}
        assert {*found} == {f"staging-{data_class}{suffix}" for data_class in settings.recovery.classes}
        for data_class, one in settings.recovery.classes.items():
            vault = found[f"staging-{data_class}{suffix}"]
            assert vault["Locked"] is True
            assert (vault["MinRetentionDays"], vault["MaxRetentionDays"]) == (one.daily_days, one.monthly_days)
            alias = f"alias/staging-{data_class}{'-recovery' if suffix else ''}"
            assert vault["EncryptionKeyArn"].endswith(f":key/{aliases[alias]}")


def test_plans_keep_and_copy_backups_as_the_objectives_say(staging: Checkout) -> None:
    settings, backup = staging.settings("staging"), staging.aws("backup", "staging")
    plans = {one["BackupPlanName"]: one["BackupPlanId"] for one in backup.list_backup_plans()["BackupPlansList"]}
    for data_class, one in settings.recovery.classes.items():
        plan = backup.get_backup_plan(BackupPlanId=plans[f"staging-{data_class}"])["BackupPlan"]
        rules = {rule["RuleName"]: rule for rule in plan["Rules"]}
        assert rules["continuous"]["EnableContinuousBackup"] is True
        for name, days in (("daily", one.daily_days), ("monthly", one.monthly_days)):
            (copy,) = rules[name]["CopyActions"]
            assert rules[name]["Lifecycle"]["DeleteAfterDays"] == copy["Lifecycle"]["DeleteAfterDays"] == days
            region = settings.account.recovery_region
            assert copy["DestinationBackupVaultArn"].endswith(f":backup-vault:staging-{data_class}-copy")
            assert copy["DestinationBackupVaultArn"].startswith(f"arn:aws:backup:{region}:")


def test_the_cluster_is_private_encrypted_on_record_and_let_into_by_entries(staging: Checkout) -> None:
    settings, outputs = staging.settings("staging"), staging.outputs("staging")
    cluster = staging.aws("eks", "staging").describe_cluster(name=settings.cluster.name)["cluster"]
    assert cluster["version"] == settings.cluster.version
    network = cluster["resourcesVpcConfig"]
    assert (network["endpointPrivateAccess"], network["endpointPublicAccess"]) == (True, False)
    assert {*network["subnetIds"]} == {*outputs["subnet_ids"][settings.cluster.tier].values()}
    assert network["clusterSecurityGroupId"] == outputs["cluster"]["security_group_id"]
    assert cluster["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    (encryption,) = cluster["encryptionConfig"]
    assert encryption == {"provider": {"keyArn": outputs["key_arns"]["financial"]}, "resources": ["secrets"]}
    on = {one for log in cluster["logging"]["clusterLogging"] if log["enabled"] for one in log["types"]}
    assert on == {"api", "audit", "authenticator", "controllerManager", "scheduler"}
    assert (cluster["upgradePolicy"], cluster["deletionProtection"]) == ({"supportType": "STANDARD"}, True)


def test_what_the_control_plane_logs_is_encrypted_and_goes_into_the_archive(staging: Checkout) -> None:
    settings, outputs = staging.settings("staging"), staging.outputs("staging")
    logs, name = staging.aws("logs", "staging"), f"/aws/eks/{settings.cluster.name}/cluster"
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert (group["retentionInDays"], group["kmsKeyId"]) == (settings.cluster.log_days, outputs["key_arns"]["audit"])
    (subscription,) = logs.describe_subscription_filters(logGroupName=name)["subscriptionFilters"]
    assert subscription["filterPattern"] == ""
    assert subscription["destinationArn"].endswith("deliverystream/staging-kubernetes")


def test_nodes_are_private_and_their_disks_are_encrypted_with_the_key_of_what_they_run(staging: Checkout) -> None:
    settings, outputs = staging.settings("staging"), staging.outputs("staging")
    eks, ec2 = staging.aws("eks", "staging"), staging.aws("ec2", "staging")
    for name, wanted in settings.cluster.node_groups.items():
        group = eks.describe_nodegroup(
            clusterName=settings.cluster.name, nodegroupName=outputs["cluster"]["node_group_names"][name]
        )["nodegroup"]
        assert {*group["subnets"]} == {*outputs["subnet_ids"][wanted.tier].values()}
        assert (group["instanceTypes"], group["version"]) == ([*wanted.instance_types], settings.cluster.version)
        assert group.get("remoteAccess") is None
        (newest,) = ec2.describe_launch_template_versions(
            LaunchTemplateId=group["launchTemplate"]["id"], Versions=[group["launchTemplate"]["version"]]
        )["LaunchTemplateVersions"]
        data = newest["LaunchTemplateData"]
        assert (data["MetadataOptions"]["HttpTokens"], data["MetadataOptions"]["HttpPutResponseHopLimit"]) == (
            "required",
            1,
        )
        data_class = settings.network.tiers[wanted.tier].data_class or settings.tags.data_class
        for disk in data["BlockDeviceMappings"]:
            assert disk["Ebs"]["Encrypted"] is True
            assert disk["Ebs"]["KmsKeyId"] == outputs["key_arns"][data_class]
