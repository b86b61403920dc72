"""Readers of what moto does not have, on answers in the form of AWS's own API models."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from platformctl.live.account import Account
from platformctl.live.discovery import Found
from platformctl.live.reading import Read, read
from policies import tokens

ACCOUNT, REGION = "730218645519", "eu-central-1"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
_ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
_VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
_WHO = {"clusterName": "prod", "principalArn": _ROLE}
_TODAY = "2026-11-26T00:00:00Z"
_SHARED = {"DBClusterSnapshotIdentifier": "before", "DBClusterSnapshotAttributes": [
    {"AttributeName": "restore", "AttributeValues": ["all"]}]}  # fmt: skip

CASES: list[tuple[str, str, str, list[tuple[str, dict[str, Any], dict[str, Any]]], dict[str, Any]]] = [
    (
        tokens.EKS_ADDON, "prod:vpc-cni", "eks",
        [("describe_addon", {"clusterName": "prod", "addonName": "vpc-cni"},
          {"addon": {"addonName": "vpc-cni", "clusterName": "prod", "addonVersion": "v1.20.0-eksbuild.1",
                     "configurationValues": '{"enableNetworkPolicy": "true"}'}})],
        {"addonVersion": "v1.20.0-eksbuild.1", "configurationValues": '{"enableNetworkPolicy": "true"}'},
    ),
    (
        tokens.EKS_ACCESS_ENTRY, f"prod:{_ROLE}", "eks",
        [("describe_access_entry", _WHO,
          {"accessEntry": {**_WHO, "kubernetesGroups": ["platform:engineer"], "type": "STANDARD"}})],
        {"kubernetesGroups": ["platform:engineer"], "principalArn": _ROLE},
    ),
    (
        tokens.EKS_ACCESS_POLICY, f"prod#{_ROLE}#{_ADMIN}", "eks",
        [("list_associated_access_policies", _WHO,
          {**_WHO, "associatedAccessPolicies": [
              {"policyArn": _VIEW, "accessScope": {"type": "cluster"}},
              {"policyArn": _ADMIN, "accessScope": {"type": "namespace", "namespaces": ["billing-api"]}}]})],
        {"policyArn": _ADMIN, "accessScope": {"type": "namespace", "namespaces": ["billing-api"]}},
    ),
    (
        tokens.POD_IDENTITY, "prod,a-1", "eks",
        [("describe_pod_identity_association", {"clusterName": "prod", "associationId": "a-1"},
          {"association": {"clusterName": "prod", "namespace": "billing-api", "serviceAccount": "api",
                           "roleArn": _ROLE, "associationId": "a-1"}})],
        {"namespace": "billing-api", "serviceAccount": "api", "roleArn": _ROLE},
    ),
    (
        tokens.BACKUP_SELECTION, "p-1|s-1", "backup",
        [("get_backup_selection", {"BackupPlanId": "p-1", "SelectionId": "s-1"},
          {"BackupPlanId": "p-1", "SelectionId": "s-1", "BackupSelection": {
              "SelectionName": "money", "IamRoleArn": _ROLE, "Resources": ["arn:aws:s3:::bills"],
              "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "tier", "ConditionValue": "1"}],
              "Conditions": {"StringLike": [{"ConditionKey": "aws:ResourceTag/a", "ConditionValue": "b*"}]}}})],
        {"planId": "p-1", "resources": ["arn:aws:s3:::bills"],
         "selectionTags": [{"type": "STRINGEQUALS", "key": "tier", "value": "1"}],
         "conditions": {"stringLikes": [{"key": "aws:ResourceTag/a", "value": "b*"}]}},
    ),
    (
        tokens.BACKUP_VAULT_POLICY, "money", "backup",
        [("get_backup_vault_access_policy", {"BackupVaultName": "money"},
          {"BackupVaultName": "money", "BackupVaultArn": "arn:aws:backup:::x", "Policy": "{}"})],
        {"backupVaultName": "money", "policy": "{}"},
    ),
    (
        tokens.BACKUP_VAULT_LOCK, "money", "backup",
        [("describe_backup_vault", {"BackupVaultName": "money"},
          {"BackupVaultName": "money", "Locked": True, "LockDate": _TODAY, "MinRetentionDays": 35})],
        {"backupVaultName": "money", "minRetentionDays": 35, "changeableForDays": 3},
    ),
    (
        tokens.ACCESS_ANALYZER, "account", "accessanalyzer",
        [("list_analyzers", {}, {"analyzers": [
            {"arn": "arn:aws:access-analyzer:x", "name": "account", "type": "ACCOUNT", "createdAt": _TODAY,
             "status": "ACTIVE"}]})],
        {"analyzerName": "account", "type": "ACCOUNT", "arn": "arn:aws:access-analyzer:x"},
    ),
    (
        tokens.SECURITY_HUB_STANDARD, "arn:aws:securityhub:x:subscription/pci", "securityhub",
        [("get_enabled_standards", {}, {"StandardsSubscriptions": [
            {"StandardsSubscriptionArn": "arn:aws:securityhub:x:subscription/pci", "StandardsArn": "arn:aws:pci",
             "StandardsInput": {}, "StandardsStatus": "READY"}]})],
        {"standardsArn": "arn:aws:pci"},
    ),
    (
        tokens.DATABASE_CLUSTER_SNAPSHOT, "before", "rds",
        [("describe_db_cluster_snapshots", {"DBClusterSnapshotIdentifier": "before"},
          {"DBClusterSnapshots": [{"DBClusterSnapshotIdentifier": "before", "StorageEncrypted": True}]}),
         ("describe_db_cluster_snapshot_attributes", {"DBClusterSnapshotIdentifier": "before"},
          {"DBClusterSnapshotAttributesResult": _SHARED})],
        {"sharedAccounts": ["all"], "storageEncrypted": True},
    ),
    (
        tokens.SECRET, "arn:aws:secretsmanager:x:secret:processor", "secretsmanager",
        [("describe_secret", {"SecretId": "arn:aws:secretsmanager:x:secret:processor"},
          {"ARN": "arn:aws:secretsmanager:x:secret:processor", "Name": "processor", "KmsKeyId": "alias/ours",
           "ReplicationStatus": [{"Region": "eu-west-1", "KmsKeyId": "alias/other", "Status": "InSync"}]}),
         ("get_resource_policy", {"SecretId": "arn:aws:secretsmanager:x:secret:processor"}, {"Name": "processor"})],
        {"kmsKeyId": "alias/ours", "replicas": [{"region": "eu-west-1", "kmsKeyId": "alias/other"}]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("token", "id_", "service", "answers", "expected"), CASES, ids=[case[0] for case in CASES])
def test_reads_the_properties_that_rules_judge(
    token: str,
    id_: str,
    service: str,
    answers: list[tuple[str, dict[str, Any], dict[str, Any]]],
    expected: dict[str, Any],
) -> None:
    account = Account(boto3.session.Session("key", "secret", region_name=REGION), ACCOUNT, REGION)
    with Stubber(account.client(service)) as stub:
        for operation, asked, answer in answers:
            stub.add_response(operation, answer, asked)
        found = read(account, Found(token, REGION, id_), {})
        stub.assert_no_pending_responses()
    assert isinstance(found, Read), found
    assert expected.items() <= found.properties.items()


def test_a_key_that_does_not_rotate_by_its_kind_is_read() -> None:
    account = Account(boto3.session.Session("key", "secret", region_name=REGION), ACCOUNT, REGION)
    with Stubber(account.client("kms")) as stub:
        stub.add_client_error("get_key_rotation_status", "UnsupportedOperationException")
        answer = account.call("kms", "get_key_rotation_status", {"KeyId": "k"})
    assert answer == {"KeyRotationEnabled": False}
