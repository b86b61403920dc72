"""Finders of what AWS keeps unique by name: the name in the program's inputs is enough to find it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Inputs = Mapping[str, Any]
Clients = Callable[[str], Any]  # service name -> boto3 client
Find = Callable[[Clients, Inputs], str | list[str] | None]  # several where AWS lets more than one have the name

_ABSENT = ("NotFound", "NoSuch", "NonExistent", "DoesNotExist")  # in the codes by which services say so


def _asked(service: str, operation: str, argument: str, *answer: str) -> Find:
    """Asks for the one of this name; `answer` is the path to its id, if that is not the name."""

    def found(clients: Clients, inputs: Inputs) -> str | None:
        from botocore.exceptions import ClientError  # late: only an update that was killed needs it

        if not inputs.get("name"):
            return None
        try:
            told: Any = getattr(clients(service), operation)(**{argument: inputs["name"]})
        except ClientError as error:
            if any(word in error.response["Error"]["Code"] for word in _ABSENT):
                return None
            raise
        for key in answer:
            told = told[key]
        return str(told if answer else inputs["name"])

    return found


def _listed(
    service: str, operation: str, key: str, is_it: Callable[[Any, Inputs], bool], id_: str, **args: str
) -> Find:
    """Looks through all that are there."""

    def found(clients: Clients, inputs: Inputs) -> str | None:
        there = _pages(clients(service), operation, key, args)
        return next((str(one[id_]) for one in there if is_it(one, inputs)), None)

    return found


def _pages(client: Any, operation: str, key: str, args: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**args)[key]
        return
    for page in client.get_paginator(operation).paginate(**args):
        yield from page[key]


def _is_topic(one: Mapping[str, Any], inputs: Inputs) -> bool:
    return bool(str(one["TopicArn"]).rpartition(":")[2] == inputs.get("name"))


def _is_provider(one: Mapping[str, Any], inputs: Inputs) -> bool:
    url = str(inputs.get("url", "")).removeprefix("https://").rstrip("/")
    return bool(url) and str(one["Arn"]).endswith(f":oidc-provider/{url}")


def _replica_key(clients: Clients, inputs: Inputs) -> str | None:
    """A replica has the id of its primary, and there is one in each region."""
    key = str(inputs["primaryKeyArn"]).rpartition("/")[2]
    there = _pages(clients("kms"), "list_keys", "Keys", {})
    return key if any(one["KeyId"] == key for one in there) else None


BY_NAME: Mapping[str, Find] = {
    "aws:cloudwatch/logGroup:LogGroup": _listed(
        "logs",
        "describe_log_groups",
        "logGroups",
        lambda one, it: one["logGroupName"] == it.get("name"),
        "logGroupName",
    ),
    "aws:iam/instanceProfile:InstanceProfile": _asked("iam", "get_instance_profile", "InstanceProfileName"),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": _listed(
        "iam", "list_open_id_connect_providers", "OpenIDConnectProviderList", _is_provider, "Arn"
    ),
    "aws:iam/policy:Policy": _listed(
        "iam", "list_policies", "Policies", lambda one, it: one["PolicyName"] == it.get("name"), "Arn", Scope="Local"
    ),
    "aws:iam/role:Role": _asked("iam", "get_role", "RoleName"),
    "aws:kms/replicaKey:ReplicaKey": _replica_key,
    "aws:secretsmanager/secret:Secret": _asked("secretsmanager", "describe_secret", "SecretId", "ARN"),
    "aws:sns/topic:Topic": _listed("sns", "list_topics", "Topics", _is_topic, "TopicArn"),
    "aws:sqs/queue:Queue": _asked("sqs", "get_queue_url", "QueueName", "QueueUrl"),
    "aws:ssm/parameter:Parameter": _asked("ssm", "get_parameter", "Name"),
}
