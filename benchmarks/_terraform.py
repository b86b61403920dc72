"""The program's resources of AWS as Terraform JSON, for tools that read no Pulumi.

Only types whose properties are the provider's arguments one for one, which is nearly all of them: Pulumi's provider is
made from Terraform's. Names are Terraform's (`aws_s3_bucket`, `vpc_id`); an id that nobody knows yet is a reference to
the resource that produces it, where the program says which, as it would be in a configuration written by hand.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from policies.examples import UNKNOWN

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
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def configuration(registrations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A Terraform configuration in JSON of what can be said as one; the rest is left out."""
    kept = {item["urn"]: item for item in registrations if item["type"].startswith("aws:") and item["custom"]}
    labels = {urn: f"r{number}" for number, urn in enumerate(kept)}
    made: dict[str, dict[str, Any]] = {}
    for urn, item in kept.items():
        uses = item["propertyDependencies"]
        arguments = {
            _argument(key): _value(key, value, [kept[u] for u in uses.get(key, ()) if u in kept], labels)
            for key, value in item["inputs"].items()
            if not key.startswith("__")
        }
        made.setdefault(type_name(item["type"]), {})[labels[urn]] = arguments
    return {"resource": made}


def type_name(token: str) -> str:
    """Terraform's name of a Pulumi type: `aws:s3/bucket:Bucket` is `aws_s3_bucket`."""
    if token in _NAMES:
        return f"aws_{_NAMES[token]}"
    module = token.split(":")[1].split("/")[0]
    return f"aws_{_PREFIXES.get(module, f'{module}_')}{_snake(token.rpartition(':')[2])}"


def _argument(key: str) -> str:
    return _snake(_SINGULAR.get(key, key))


def _value(key: str, value: Any, producers: list[Mapping[str, Any]], labels: Mapping[str, str]) -> Any:
    if value == UNKNOWN:
        maker = producers[0] if producers else None
        ending = "arn" if key.lower().endswith("arn") or key == "kmsKeyId" else "id"
        return f"${{{type_name(maker['type'])}.{labels[maker['urn']]}.{ending}}}" if maker else "unknown"
    if isinstance(value, list):
        return [_value(key, item, producers, labels) for item in value]
    if isinstance(value, dict) and "4dabf18193072939515e22adb298388d" in value:
        return "secret"
    if isinstance(value, dict):
        names = (lambda name: name) if key in _MAPS else _argument
        return {names(inner): _value(inner, item, producers, labels) for inner, item in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _snake(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()
