"""Roles, keys, topics, logs and what detects in the deployed staging, as the cloud tells them."""

import json
from typing import Any

from tests.engine.conftest import Checkout

# Who takes each role, and by which condition no other customer's service can (IAM user guide, "The confused deputy
# problem"; Firehose developer guide, "Controlling access", for the external id).
TRUSTED = {
    "billing-staging-control-plane": ("eks.amazonaws.com", "aws:SourceAccount"),
    "staging-archive-replication": ("s3.amazonaws.com", "aws:SourceAccount"),
    "staging-backup": ("backup.amazonaws.com", "aws:SourceAccount"),
    "staging-config-recorder": ("config.amazonaws.com", "aws:SourceAccount"),
    "staging-database-monitoring": ("monitoring.rds.amazonaws.com", "aws:SourceAccount"),
    "staging-deliver-kubernetes": ("firehose.amazonaws.com", "sts:ExternalId"),
    "staging-deliver-postgres-ledger": ("firehose.amazonaws.com", "sts:ExternalId"),
    "staging-deliver-postgres-subscriptions": ("firehose.amazonaws.com", "sts:ExternalId"),
    "staging-subscribe-kubernetes": ("logs.amazonaws.com", "aws:SourceArn"),
    "staging-subscribe-postgres-ledger": ("logs.amazonaws.com", "aws:SourceArn"),
    "staging-subscribe-postgres-subscriptions": ("logs.amazonaws.com", "aws:SourceArn"),
    "staging-trail-logs": ("cloudtrail.amazonaws.com", "aws:SourceAccount"),
}
NODES = "billing-staging-node"  # EC2 names no account when an instance takes its role
# By which service account's pods each role is taken: namespace and name (EKS user guide, "EKS Pod Identity role").
PODS = {
    "billing-staging-aws-ebs-csi-driver": ("kube-system", "ebs-csi-controller-sa"),
    "billing-staging-vpc-cni": ("kube-system", "aws-node"),
    "staging-alertmanager": ("platform-telemetry", "alertmanager"),
    "staging-api": ("billing-api", "api"),
    "staging-api-migration": ("billing-api", "api-migration"),
    "staging-canary-controller": ("platform-rollouts", "argo-rollouts"),
    "staging-external-secrets": ("platform-secrets", "external-secrets"),
    "staging-grafana": ("platform-dashboards", "grafana"),
    "staging-ledger": ("billing-ledger", "ledger"),
    "staging-ledger-migration": ("billing-ledger", "ledger-migration"),
    "staging-load-balancer-controller": ("platform-ingress", "aws-load-balancer-controller"),
    "staging-payouts": ("billing-payouts", "payouts"),
    "staging-platform-exporter": ("platform-telemetry", "platform-exporter"),
    "staging-telemetry-sampler": ("platform-telemetry", "telemetry-sampler"),
    "staging-webhooks": ("billing-webhooks", "webhooks"),
}
WITH_SECRETS = {"staging-api", "staging-payouts", "staging-webhooks"}  # which External Secrets takes, too, to read them
PLANS = {
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
}


def _roles(staging: Checkout) -> dict[str, dict[str, Any]]:
    iam = staging.aws("iam", "staging")
    pages = iam.get_paginator("list_roles").paginate()
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    return {name: iam.get_role(RoleName=name)["Role"] for name in names}


def test_every_role_of_the_account_is_inside_the_boundary(staging: Checkout) -> None:
    account, roles = staging.settings("staging").account.id, _roles(staging)
    assert {*roles} == {*TRUSTED, *PODS, NODES}
    boundary = f"arn:aws:iam::{account}:policy/foundation/permission-boundary"
    for role in roles.values():
        assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary


def test_each_role_is_taken_by_one_service_on_behalf_of_our_account_alone(staging: Checkout) -> None:
    account, roles = staging.settings("staging").account.id, _roles(staging)
    for name, (service, told_by) in TRUSTED.items():
        role = roles[name]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Action"]) == ("Allow", ["sts:AssumeRole"])
        assert statement["Principal"] == {"Service": service}
        conditions = {key: value for kind in statement["Condition"].values() for key, value in kind.items()}
        said = conditions[told_by]
        assert said.split(":")[4] == account if told_by == "aws:SourceArn" else said == account


def test_each_role_of_pods_is_taken_by_one_service_account_of_our_cluster_alone(staging: Checkout) -> None:
    account, roles = staging.settings("staging").account.id, _roles(staging)
    cluster = staging.outputs("staging")["cluster"]["arn"]
    for name, (namespace, called) in PODS.items():
        statements = roles[name]["AssumeRolePolicyDocument"]["Statement"]
        assert len(statements) == (2 if name in WITH_SECRETS else 1), name
        assert statements[0]["Principal"] == {"Service": "pods.eks.amazonaws.com"}
        assert statements[0]["Condition"]["StringEquals"] == {
            "aws:SourceAccount": account,
            "aws:RequestTag/eks-cluster-arn": cluster,
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": called,
        }
        for statement in statements[1:]:
            assert statement["Principal"]["AWS"].endswith("role/platform/staging-external-secrets")
    (nodes,) = roles[NODES]["AssumeRolePolicyDocument"]["Statement"]
    assert nodes["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_every_log_group_has_a_key_of_ours_and_an_end(staging: Checkout) -> None:
    settings, keys = staging.settings("staging"), staging.outputs("staging")["key_arns"]
    services = {f"/staging/services/{one}": one for one in settings.delivery.collector.log_days}
    pages = staging.aws("logs", "staging").get_paginator("describe_log_groups").paginate()
    groups = {group["logGroupName"]: group for page in pages for group in page["logGroups"]}
    assert {name for name in groups if name.startswith("/aws/rds/")} >= {
        "/aws/rds/cluster/staging-ledger/postgresql",
        "/aws/rds/instance/staging-subscriptions/postgresql",
    }
    assert services.keys() <= groups.keys()
    for name, group in groups.items():
        data_class = services.get(name, "internal" if name == "RDSOSMetrics" else "audit")
        assert group["kmsKeyId"] == keys[data_class], name
        if name in services:
            assert group["retentionInDays"] == settings.delivery.collector.log_days[data_class]
            continue
        evidence = name.startswith(("/audit/", "aws-waf-logs-"))  # AWS WAF logs into groups of this prefix alone
        days = settings.audit.log_group_days if evidence else settings.data.log_days
        assert group["retentionInDays"] == days


def test_audit_logs_of_databases_are_handed_to_the_archive(staging: Checkout) -> None:
    logs, firehose = staging.aws("logs", "staging"), staging.aws("firehose", "staging")
    archive = staging.outputs("staging")["archive_bucket"]["arn"]
    for name, kind in (("ledger", "cluster"), ("subscriptions", "instance")):
        group = f"/aws/rds/{kind}/staging-{name}/postgresql"
        (filter_,) = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
        assert filter_["filterPattern"] == ""  # everything
        stream = firehose.describe_delivery_stream(DeliveryStreamName=filter_["destinationArn"].rpartition("/")[2])
        (destination,) = stream["DeliveryStreamDescription"]["Destinations"]
        assert destination["ExtendedS3DestinationDescription"]["BucketARN"] == archive


def test_topics_are_encrypted_and_written_to_by_services_of_our_account_over_tls(staging: Checkout) -> None:
    settings, outputs = staging.settings("staging"), staging.outputs("staging")
    sns = staging.aws("sns", "staging")
    assert {*outputs["topic_arns"]} == {"page", "ticket"}
    for urgency, topic in outputs["topic_arns"].items():
        attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
        assert attributes["KmsMasterKeyId"] == outputs["key_arns"]["internal"]
        plain, publishers = json.loads(attributes["Policy"])["Statement"]
        assert (plain["Effect"], plain["Principal"]) == ("Deny", "*")
        assert plain["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert {*publishers["Principal"]} == {"Service"}
        assert publishers["Action"] == ["sns:Publish"]
        assert publishers["Condition"] == {"StringEquals": {"aws:SourceAccount": settings.account.id}}
        told = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        wanted = getattr(settings.notifications, urgency).values()
        assert {(one["Protocol"], one["Endpoint"]) for one in told} == {(one.protocol, one.endpoint) for one in wanted}


def test_both_regions_are_watched_for_threats_with_every_plan(staging: Checkout) -> None:
    account = staging.settings("staging").account
    for region in (account.region, account.recovery_region):
        guardduty = staging.aws("guardduty", "staging", region)
        (detector,) = guardduty.list_detectors()["DetectorIds"]
        told = guardduty.get_detector(DetectorId=detector)
        assert (told["Status"], told["FindingPublishingFrequency"]) == ("ENABLED", "FIFTEEN_MINUTES")
        assert {one["Name"] for one in told["Features"] if one["Status"] == "ENABLED"} == PLANS
        hub = staging.aws("securityhub", "staging", region).describe_hub()
        assert hub["ControlFindingGenerator"] == "SECURITY_CONTROL"


def test_both_regions_record_every_resource_and_deliver_where_the_archive_copies_from(staging: Checkout) -> None:
    account, outputs = staging.settings("staging").account, staging.outputs("staging")
    for region in (account.region, account.recovery_region):
        config = staging.aws("config", "staging", region)
        (recorder,) = config.describe_configuration_recorders()["ConfigurationRecorders"]
        assert recorder["recordingGroup"]["allSupported"] is True
        assert recorder["recordingGroup"]["includeGlobalResourceTypes"] is (region == account.region)
        (running,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
        assert running["recording"] is True
        (channel,) = config.describe_delivery_channels()["DeliveryChannels"]
        assert (channel["s3BucketName"], channel["s3KeyPrefix"]) == (outputs["landing_bucket"]["name"], "config")
    rules = staging.aws("config", "staging").describe_config_rules()["ConfigRules"]
    assert [rule["Source"]["SourceIdentifier"] for rule in rules] == ["SECRETSMANAGER_SECRET_PERIODIC_ROTATION"]
