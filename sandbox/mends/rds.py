"""RDS as moto serves it, mended: it keeps what AWS reports back, and does what AWS does around a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import moto.logs.models
import moto.rds.models
import moto.rds.responses
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random

_models: Any = moto.rds.models
_responses: Any = moto.rds.responses
_logs: Any = moto.logs.models

# Parameters of a creation that moto takes and forgets, by the names under which its answers look for them.
_KEPT = (
    "ca_certificate_identifier",
    "cluster_scalability_type",
    "database_insights_mode",
    "dedicated_log_volume",
    "enable_iam_database_authentication",
    "enable_performance_insights",
    "engine_lifecycle_support",
    "monitoring_interval",
    "monitoring_role_arn",
    "network_type",
    "performance_insights_kms_key_id",
    "performance_insights_retention_period",
)


def mend() -> None:
    for model in (_models.DBCluster, _models.DBInstance):
        model.__init__ = _remembering(model.__init__)
        model.performance_insights_enabled = property(lambda it: getattr(it, "enable_performance_insights", False))
    cluster, backend, responses = _models.DBCluster, _models.RDSBackend, _responses.RDSResponse
    cluster.iam_database_authentication_enabled = property(lambda it: it.enable_iam_database_authentication)
    cluster.certificate_details = property(lambda it: {"CAIdentifier": getattr(it, "ca_certificate_identifier", None)})
    cluster.default_allocated_storage = staticmethod(_smallest_storage)
    for name in ("create_db_cluster", "create_db_instance", "create_db_instance_read_replica"):
        setattr(backend, name, _with_log_groups(getattr(backend, name)))
    backend.create_db_instance_read_replica = _apart_from_its_source(backend.create_db_instance_read_replica)
    backend.modify_db_cluster = _with_log_groups(_modify_cluster(backend.modify_db_cluster))
    backend.modify_db_instance = _with_log_groups(_modify_instance(backend.modify_db_instance))
    backend.delete_db_cluster = _with_automated_snapshots(backend.delete_db_cluster)
    responses.reset_db_parameter_group = _reset("db_parameter_groups", "DBParameterGroupName")
    responses.reset_db_cluster_parameter_group = _reset("db_cluster_parameter_groups", "DBClusterParameterGroupName")
    responses.modify_event_subscription = _modify_subscription
    responses.add_source_identifier_to_subscription = _change_sources(list.append)
    responses.remove_source_identifier_from_subscription = _change_sources(list.remove)


def _remembering(make: Callable[..., None]) -> Callable[..., None]:
    """IAM authentication is kept from moto's constructor, which still refuses it for Multi-AZ DB clusters."""

    def init(it: Any, *backend: Any, **asked: Any) -> None:
        it.enable_iam_database_authentication = False
        make(it, *backend, **{key: value for key, value in asked.items() if "iam_database" not in key})
        for name in _KEPT:
            if asked.get(name) is not None:
                setattr(it, name, asked[name])
        it.dbi_resource_id = _resource_id()  # moto's is the same for all

    return init


def _resource_id() -> str:
    return f"db-{mock_random.get_random_string(length=26).upper()}"


def _smallest_storage(engine: str, **_: str) -> int:
    """In GiB; moto's own table fails on the storage types gp3 and aurora-iopt1."""
    return 1 if engine.startswith("aurora") else 20


def _with_log_groups(change: Callable[..., Any]) -> Callable[..., Any]:
    """RDS writes exported logs to groups of fixed names, and makes those that are missing (RDS user guide)."""

    def changed(backend: Any, *args: Any) -> Any:
        database = change(backend, *args)
        kind = "cluster" if isinstance(database, _models.DBCluster) else "instance"
        logs = _logs.logs_backends[backend.account_id][backend.region_name]
        for log in database.enabled_cloudwatch_logs_exports:
            group = f"/aws/rds/{kind}/{database.resource_id}/{log}"
            if group not in logs.groups:
                logs.create_log_group(group, {})
        return database

    return changed


def _apart_from_its_source(create: Callable[..., Any]) -> Callable[..., Any]:
    """moto copies the source with its lists, its secret and its identity."""

    def created(backend: Any, asked: Any) -> Any:
        replica = create(backend, asked)
        replica.enabled_cloudwatch_logs_exports = list(asked.get("enable_cloudwatch_logs_exports") or [])
        replica.manage_master_user_password = False
        replica.dbi_resource_id = _resource_id()
        replica.tags = asked.get("tags") or []
        vars(replica).pop("master_user_secret", None)
        return replica

    return created


def _modify_cluster(modify: Callable[..., Any]) -> Callable[..., Any]:
    def modified(backend: Any, asked: Any) -> Any:
        cluster = backend.clusters.get(asked["db_cluster_identifier"])
        if cluster is None:
            raise _models.DBClusterNotFoundError(asked["db_cluster_identifier"])
        _refuse_unasked_upgrade(cluster, asked)
        if "cloudwatch_logs_export_configuration" in asked:  # moto looks for it under the name of the creation
            asked["enable_cloudwatch_logs_exports"] = asked["cloudwatch_logs_export_configuration"]
        modify(backend, asked)
        return cluster

    return modified


def _modify_instance(modify: Callable[..., Any]) -> Callable[..., Any]:
    def modified(backend: Any, identifier: str, asked: Any) -> Any:
        _refuse_unasked_upgrade(backend.describe_db_instances(identifier)[0], asked)
        return modify(backend, identifier, asked)

    return modified


def _refuse_unasked_upgrade(database: Any, asked: Any) -> None:
    now = str(database.engine_version)
    moved = str(asked.get("engine_version") or now).split(".")[0] != now.split(".")[0]
    if moved and not asked.get("allow_major_version_upgrade"):
        message = "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
        raise _models.InvalidParameterCombination(message)


def _with_automated_snapshots(delete: Callable[..., Any]) -> Callable[..., Any]:
    """A cluster's automated snapshots go with it; moto keeps them, and then refuses another of the same name."""

    def deleted(backend: Any, cluster_identifier: str, snapshot_name: str | None = None) -> Any:
        cluster = delete(backend, cluster_identifier, snapshot_name)
        for name, snapshot in list(backend.cluster_snapshots.items()):
            if snapshot.snapshot_type == "automated" and snapshot.db_cluster_identifier == cluster_identifier:
                del backend.cluster_snapshots[name]
        return cluster

    return deleted


def _reset(groups: str, key: str) -> Callable[[Any], ActionResult]:
    """Resetting parameters, which moto has no call for."""

    def reset(response: Any) -> ActionResult:
        name = response.params[key]
        for parameter in response.params.get("Parameters", []):
            getattr(response.backend, groups)[name].parameters.pop(parameter["ParameterName"], None)
        return ActionResult({key: name})

    return reset


def _modify_subscription(response: Any) -> ActionResult:
    """Changing subscriptions, which moto has no call for either; so the next."""
    (found,) = response.backend.describe_event_subscriptions(response.params["SubscriptionName"])
    for name in ("sns_topic_arn", "source_type", "event_categories", "enabled"):
        if name in response.params:
            setattr(found, name, response.params[name])
    return ActionResult({"EventSubscription": found})


def _change_sources(change: Callable[[list[str], str], None]) -> Callable[[Any], ActionResult]:
    def changed(response: Any) -> ActionResult:
        (found,) = response.backend.describe_event_subscriptions(response.params["SubscriptionName"])
        change(found.source_ids, response.params["SourceIdentifier"])
        return ActionResult({"EventSubscription": found})

    return changed
