"""The program's resources of AWS as a Terraform plan in JSON, for tools that read no Pulumi.

Only types whose properties are the provider's arguments one for one, which is nearly all of them: Pulumi's provider is
made from Terraform's. Names are Terraform's (`aws_s3_bucket`, `vpc_id`). What nobody knows yet is left out of the
values, as in a plan, and is in the configuration a reference to the resources that produce it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from policies.examples import UNKNOWN, secret

# Modules whose name is no part of the type's name, or another one there.
_PREFIXES = {
    "cfg": "config_",
    "ec2": "",
    "rds": "",
    "vpc": "vpc_",
    "lb": "",
    "kinesis": "kinesis_",
}
_NAMES = {
    "aws:cfg/recorder:Recorder": "config_configuration_recorder",
    "aws:cfg/recorderStatus:RecorderStatus": "config_configuration_recorder_status",
    "aws:cfg/rule:Rule": "config_config_rule",
    "aws:cloudtrail/trail:Trail": "cloudtrail",
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": "cloudwatch_log_subscription_filter",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "cloudwatch_metric_alarm",
    "aws:ec2/flowLog:FlowLog": "flow_log",
    "aws:rds/cluster:Cluster": "rds_cluster",
    "aws:rds/clusterInstance:ClusterInstance": "rds_cluster_instance",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": "rds_cluster_parameter_group",
    "aws:rds/eventSubscription:EventSubscription": "db_event_subscription",
    "aws:rds/instance:Instance": "db_instance",
    "aws:rds/subnetGroup:SubnetGroup": "db_subnet_group",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "s3_bucket_replication_configuration",
}
_MAPS = ("tags", "tagsAll", "defaultTags", "parameters")  # whose keys are values of ours, not names of arguments
_SINGULAR = {"rules": "rule", "ingress": "ingress", "egress": "egress", "parameters": "parameter", "routes": "route"}
_MARK = next(iter(secret("")))  # of a secret value
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def plan(registrations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A plan that creates what can be said in Terraform; the rest is left out."""
    kept = [item for item in registrations if item["type"].startswith("aws:") and item["custom"]]
    addresses = {item["urn"]: f"{type_name(item['type'])}.r{number}" for number, item in enumerate(kept)}
    planned = [_resource(item, addresses) | {"values": _arguments(item["inputs"])} for item in kept]
    changes = [one | {"change": {"actions": ["create"], "before": None, "after": one["values"]}} for one in planned]
    written = [_resource(item, addresses) | {"expressions": _references(item, addresses)} for item in kept]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": written}},
    }


def _resource(item: Mapping[str, Any], addresses: Mapping[str, str]) -> dict[str, Any]:
    address = addresses[item["urn"]]
    type_, _, name = address.partition(".")
    return {"address": address, "mode": "managed", "type": type_, "name": name, "provider_name": "aws"}


def _references(item: Mapping[str, Any], addresses: Mapping[str, str]) -> dict[str, Any]:
    uses = {
        key: [addresses[urn] for urn in urns if urn in addresses] for key, urns in item["propertyDependencies"].items()
    }
    return {_argument(key): {"references": [f"{one}.id" for one in made] + made} for key, made in uses.items() if made}


def type_name(token: str) -> str:
    """Terraform's name of a Pulumi type: `aws:s3/bucket:Bucket` is `aws_s3_bucket`."""
    if token in _NAMES:
        return f"aws_{_NAMES[token]}"
    module = token.split(":")[1].split("/")[0]
    return f"aws_{_PREFIXES.get(module, f'{module}_')}{_snake(token.rpartition(':')[2])}"


def _argument(key: str) -> str:
    return _snake(_SINGULAR.get(key, key))


def _arguments(properties: Mapping[str, Any], *, renamed: bool = True) -> dict[str, Any]:
    return {
        _argument(key) if renamed else key: _value(key, value)
        for key, value in properties.items()
        if value != UNKNOWN and not key.startswith("__")
    }


def _value(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(key, item) for item in value if item != UNKNOWN]
    if isinstance(value, dict):
        return "secret" if _MARK in value else _arguments(value, renamed=key not in _MAPS)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _snake(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()
