"""Finders of what AWS keeps unique by name: the name in the program's inputs is enough to find it."""

from collections.abc import Mapping
from typing import Any

from platformctl.recovery.finders.looking import Clients, Find, Inputs, asked, listed, named, pages


def _is_topic(one: Mapping[str, Any], inputs: Inputs) -> bool:
    return bool(str(one["TopicArn"]).rpartition(":")[2] == inputs.get("name"))


def _is_provider(one: Mapping[str, Any], inputs: Inputs) -> bool:
    url = str(inputs.get("url", "")).removeprefix("https://").rstrip("/")
    return bool(url) and str(one["Arn"]).endswith(f":oidc-provider/{url}")


def _replica_key(clients: Clients, inputs: Inputs) -> str | None:
    """A replica has the id of its primary, and there is one in each region."""
    key = str(inputs["primaryKeyArn"]).rpartition("/")[2]
    return key if any(one["KeyId"] == key for one in pages(clients("kms"), "list_keys", "Keys")) else None


def _key(clients: Clients, inputs: Inputs) -> list[str]:
    kms, found = clients("kms"), []
    for key in pages(kms, "list_keys", "Keys"):
        tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]}
        alive = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] != "PendingDeletion"
        if alive and tags.get("Name") and tags["Name"] == (inputs.get("tags") or {}).get("Name"):
            found.append(str(key["KeyId"]))
    return found


def _log_stream(clients: Clients, inputs: Inputs) -> str | None:
    group, name = inputs["logGroupName"], inputs["name"]
    there = pages(clients("logs"), "describe_log_streams", "logStreams", logGroupName=group, logStreamNamePrefix=name)
    return f"{group}:{name}" if any(one["logStreamName"] == name for one in there) else None


def _web_acl(clients: Clients, inputs: Inputs) -> str | None:
    there = clients("wafv2").list_web_acls(Scope=inputs["scope"], Limit=100)["WebACLs"]  # a region has 100 at most
    found = next((one["Id"] for one in there if one["Name"] == inputs.get("name")), None)
    return found and f"{found}/{inputs['name']}/{inputs['scope']}"


BY_NAME: Mapping[str, Find] = {
    "aws:accessanalyzer/analyzer:Analyzer": asked(
        "accessanalyzer", "get_analyzer", {"analyzerName": "analyzerName"}, "{analyzerName}"
    ),
    "aws:cloudwatch/logGroup:LogGroup": listed(
        "logs", "describe_log_groups", "logGroups", named("logGroupName"), "logGroupName"
    ),
    "aws:cloudwatch/logStream:LogStream": _log_stream,
    "aws:cloudwatch/queryDefinition:QueryDefinition": listed(
        "logs", "describe_query_definitions", "queryDefinitions", named("name"), "queryDefinitionId"
    ),
    "aws:iam/instanceProfile:InstanceProfile": asked(
        "iam", "get_instance_profile", {"InstanceProfileName": "name"}, "{name}"
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": listed(
        "iam", "list_open_id_connect_providers", "OpenIDConnectProviderList", _is_provider, "Arn"
    ),
    "aws:iam/policy:Policy": listed("iam", "list_policies", "Policies", named("PolicyName"), "Arn", Scope="Local"),
    "aws:iam/role:Role": asked("iam", "get_role", {"RoleName": "name"}, "{name}"),
    "aws:kms/alias:Alias": listed("kms", "list_aliases", "Aliases", named("AliasName"), "AliasName"),
    "aws:kms/key:Key": _key,
    "aws:kms/replicaKey:ReplicaKey": _replica_key,
    "aws:s3/bucket:Bucket": listed("s3", "list_buckets", "Buckets", named("Name", by="bucket"), "Name"),
    "aws:secretsmanager/secret:Secret": asked("secretsmanager", "describe_secret", {"SecretId": "name"}, "{told[ARN]}"),
    "aws:sns/topic:Topic": listed("sns", "list_topics", "Topics", _is_topic, "TopicArn"),
    "aws:sqs/queue:Queue": asked("sqs", "get_queue_url", {"QueueName": "name"}, "{told[QueueUrl]}"),
    "aws:ssm/parameter:Parameter": asked("ssm", "get_parameter", {"Name": "name"}, "{name}"),
    "aws:wafv2/webAcl:WebAcl": _web_acl,
}
