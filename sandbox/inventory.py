"""What is in the cloud right now, straight from moto's memory, without what AWS makes by itself."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.kubernetes.recorded import RECORDS as KUBERNETES
from sandbox.recorded import RECORDS

_EC2 = {
    "vpc": "vpcs",
    "subnet": "subnets",
    "internet-gateway": "internet_gateways",
    "egress-only-internet-gateway": "egress_only_internet_gateways",
    "elastic-ip": "addresses",
    "nat-gateway": "nat_gateways",
    "route-table": "route_tables",
    "network-acl": "network_acls",
    "security-group": "groups",
    "flow-log": "flow_logs",
    "vpc-endpoint": "vpc_end_points",
}
_OTHERS: dict[str, dict[str, Any]] = {
    "s3": {"bucket": "buckets"},
    "kms": {"key": "keys"},
    "route53resolver": {
        "query-log-config": "resolver_query_log_configs",
        "query-log-config-association": "resolver_query_log_config_associations",
    },
    "iam": {
        "role": "roles",
        "policy": "managed_policies",
        "instance-profile": "instance_profiles",
        "oidc-provider": "open_id_providers",
        "user": "users",
    },
    "cloudwatch": {"alarm": "alarms"},
    "events": {"rule": lambda backend: [rule for bus in backend.event_buses.values() for rule in bus.rules.values()]},
    "logs": {"log-group": "groups", "resource-policy": "resource_policies"},
    "sns": {"topic": "topics", "subscription": "subscriptions"},
    "sqs": {"queue": "queues"},
    "secretsmanager": {"secret": "secrets"},
    "ssm": {"parameter": "_parameters"},
    "rds": {
        "cluster": "clusters",
        "instance": "databases",
        "subnet-group": "subnet_groups",
        "parameter-group": lambda backend: _not_default(backend.db_parameter_groups),
        "cluster-parameter-group": lambda backend: _not_default(backend.db_cluster_parameter_groups),
        "event-subscription": "event_subscriptions",
        "cluster-snapshot": lambda backend: _manual(backend.cluster_snapshots),
        "snapshot": lambda backend: _manual(backend.database_snapshots),
    },
    "cloudtrail": {"trail": "trails"},
    "firehose": {"delivery-stream": "delivery_streams"},
    "glue": {
        "database": "databases",
        "table": lambda backend: [table for one in backend.databases.values() for table in one.tables.values()],
    },
    "athena": {
        "workgroup": lambda backend: [one for one in backend.work_groups.values() if one.name != "primary"],
        "named-query": "named_queries",
    },
    "backup": {"vault": "vaults", "plan": "plans"},
    "guardduty": {"detector": "detectors"},
    "securityhub": {"hub": lambda backend: [backend] if backend.enabled else []},
    "config": {"recorder": "recorders", "delivery-channel": "delivery_channels", "rule": "config_rules"},
}
_ABSENT = ("deleted", "deleting", "PendingDeletion")


def counts() -> dict[str, dict[str, int]]:
    """{account: {"ec2:vpc": 1, ...}} of every account and region that was ever used."""
    from moto.backends import get_backend

    found: dict[str, Counter[str]] = {}
    for service, kinds in {"ec2": _EC2, **_OTHERS}.items():
        if f"moto.{service}.models" not in sys.modules:
            continue  # never called, and counting is no reason to load it
        for account, regions in list(get_backend(service).items()):  # type: ignore[call-overload]
            for backend in list(regions.values()):
                for kind, attribute in kinds.items():
                    number = sum(1 for item in _items(backend, attribute) if _counts(item, backend))
                    found.setdefault(account, Counter())[f"{service}:{kind}"] += number
    for account, kept in (*RECORDS.counts(), *KUBERNETES.counts()):
        found.setdefault(account, Counter()).update(kept)
    present = {account: {key: n for key, n in sorted(kinds.items()) if n} for account, kinds in found.items()}
    return {account: kinds for account, kinds in present.items() if kinds}


def _not_default(groups: Mapping[str, Any]) -> list[Any]:
    return [group for name, group in groups.items() if not name.startswith("default.")]


def _manual(snapshots: Mapping[str, Any]) -> list[Any]:
    """Automated snapshots go with their database."""
    return [one for one in snapshots.values() if one.snapshot_type == "manual"]


def _items(backend: Any, held: str | Callable[[Any], Iterable[Any]]) -> Iterable[Any]:
    """What the backend holds, under the name of an attribute or by a function."""
    found = held(backend) if callable(held) else getattr(backend, held, {})
    for item in list(found.values() if isinstance(found, Mapping) else found):
        if isinstance(item, Mapping):  # moto keeps subnets by zone and groups by VPC
            yield from item.values()
        else:
            yield item


def _counts(item: Any, backend: Any) -> bool:
    defaults = {vpc.id for vpc in getattr(backend, "vpcs", {}).values() if vpc.is_default}
    state = str(getattr(item, "state", "") or getattr(item, "key_state", ""))
    made_by_aws = (
        getattr(item, "id", None) in defaults
        or getattr(item, "vpc_id", None) in defaults
        or (getattr(item, "name", None) == "default" and hasattr(item, "ingress_rules"))  # security groups
        or getattr(item, "default", False) in (True, "true")  # network ACLs
        or getattr(item, "main_association_id", None) is not None  # main route tables
        or getattr(item, "key_manager", "") == "AWS"
        or str(getattr(item, "name", "")).startswith("rds!")  # passwords that RDS manages
        or ":iam::aws:policy/" in str(getattr(item, "arn", ""))
    )
    return state not in _ABSENT and not getattr(item, "deleted_date", None) and not made_by_aws
