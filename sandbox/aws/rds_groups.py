"""Subnet groups, parameter groups and event subscriptions of databases, through the RDS API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.aws.rds_common import ARN, rds_tags
from sandbox.model import Call, ResourceType, blocks, flag, keyed, text, texts
from sandbox.resource import Resource

_PARAMETERS_AT_ONCE = 20  # RDS API reference, ModifyDBParameterGroup


SUBNET_GROUP = ResourceType(
    "aws:rds/subnetGroup:SubnetGroup",
    "rds",
    inputs={
        "name": text(boto="DBSubnetGroupName", replace=True),
        "namePrefix": text(local=True, replace=True),  # replaces: provider documentation
        "description": text(boto="DBSubnetGroupDescription", default="Managed by Pulumi"),
        "subnetIds": texts(required=True),
    },
    autoname="name",
    create=(Call("create_db_subnet_group", result="DBSubnetGroup.DBSubnetGroupName"),),
    read=(
        keyed(
            "describe_db_subnet_groups",
            "DBSubnetGroupName",
            "DBSubnetGroups[0].merge(@, {subnetIds: Subnets[].SubnetIdentifier})",
        ),
    ),
    update=(Call("modify_db_subnet_group", send=("name", "description", "subnetIds")),),
    delete=(keyed("delete_db_subnet_group", "DBSubnetGroupName"),),
    outputs=("vpcId", "supportedNetworkTypes"),
    formats={"arn": ARN + "subgrp:{id}"},
    tags=rds_tags(ARN + "subgrp:{id}"),
    unique=True,
)

_APPLY_METHOD = "immediate"  # default of the provider


def _batches(parameters: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    sent = [
        {
            "ParameterName": one["name"],
            "ParameterValue": one["value"],
            "ApplyMethod": one.get("applyMethod", _APPLY_METHOD),
        }
        for one in parameters
    ]
    return [sent[start : start + _PARAMETERS_AT_ONCE] for start in range(0, len(sent), _PARAMETERS_AT_ONCE)]


def _write_parameters(key: str, kind: str) -> Callable[[Resource], None]:
    """Sets what is new or changed, and resets what is no longer given."""

    def write(it: Resource) -> None:
        old, new = ({one["name"]: one for one in them.get("parameters") or []} for them in (it.old, it.inputs))
        for batch in _batches([one for name, one in new.items() if old.get(name) != one]):
            it.call(f"modify_{kind}", **{key: it.id}, Parameters=batch)
        for batch in _batches([one for name, one in old.items() if name not in new]):
            named = [{"ParameterName": one["ParameterName"], "ApplyMethod": one["ApplyMethod"]} for one in batch]
            it.call(f"reset_{kind}", **{key: it.id}, Parameters=named)

    return write


def _parameter_group(token: str, *, infix: str, resource: str) -> ResourceType:
    """The groups of instances and of clusters differ in nothing but names."""
    key, kind = f"DB{infix}ParameterGroupName", f"db{'_cluster' if infix else ''}_parameter_group"
    found = f"DB{infix}ParameterGroups[?DB{infix}ParameterGroupName == '{{id}}'] | [0]"
    shown = "Parameters[].{name: ParameterName, value: ParameterValue, applyMethod: ApplyMethod}"

    def read(it: Resource) -> Any:
        group = it.run(keyed(f"describe_{kind}s", key, found))
        return group and {
            **group,
            "parameters": it.run(
                Call(
                    f"describe_db{'_cluster' if infix else ''}_parameters",
                    args={key: "{id}", "Source": "user"},
                    send=(),
                    result=shown,
                )
            ),
        }

    return ResourceType(
        token,
        "rds",
        inputs={
            "name": text(boto=key, replace=True),
            "namePrefix": text(local=True, replace=True),  # replaces: provider documentation
            "family": text(boto="DBParameterGroupFamily", required=True, replace=True),
            "description": text(default="Managed by Pulumi", replace=True),
            "parameters": blocks(
                {"name": text(required=True), "value": text(required=True), "applyMethod": text(default=_APPLY_METHOD)}
            ),
            "skipDestroy": flag(local=True),
        },
        autoname="name",
        create=(
            Call(f"create_{kind}", send=("name", "family", "description"), result=f"DB{infix}ParameterGroup.{key}"),
            _write_parameters(key, kind),
        ),
        read=(read,),
        update=(_write_parameters(key, kind),),
        delete=(lambda it: it.inputs.get("skipDestroy") is True or it.run(keyed(f"delete_{kind}", key)),),
        formats={"arn": f"{ARN}{resource}:{{id}}"},
        tags=rds_tags(f"{ARN}{resource}:{{id}}"),
        unique=True,
    )


PARAMETER_GROUP = _parameter_group("aws:rds/parameterGroup:ParameterGroup", infix="", resource="pg")
CLUSTER_PARAMETER_GROUP = _parameter_group(
    "aws:rds/clusterParameterGroup:ClusterParameterGroup", infix="Cluster", resource="cluster-pg"
)


def _change_sources(it: Resource) -> None:
    old, new = (set(inputs.get("sourceIds") or []) for inputs in (it.old, it.inputs))
    for source in sorted(new - old):
        it.call("add_source_identifier_to_subscription", SubscriptionName=it.id, SourceIdentifier=source)
    for source in sorted(old - new):
        it.call("remove_source_identifier_from_subscription", SubscriptionName=it.id, SourceIdentifier=source)


EVENT_SUBSCRIPTION = ResourceType(
    "aws:rds/eventSubscription:EventSubscription",
    "rds",
    inputs={
        "name": text(boto="SubscriptionName", replace=True),  # replaces: provider documentation
        "namePrefix": text(local=True, replace=True),  # replaces: provider documentation
        "snsTopic": text(boto="SnsTopicArn", required=True),
        "sourceType": text(),
        "eventCategories": texts(),
        "sourceIds": texts(),
        "enabled": flag(default=True),
    },
    autoname="name",
    create=(Call("create_event_subscription", result="EventSubscription.CustSubscriptionId"),),
    read=(
        keyed(
            "describe_event_subscriptions",
            "SubscriptionName",
            "EventSubscriptionsList[0].merge(@, {name: CustSubscriptionId, snsTopic: SnsTopicArn,"
            " eventCategories: EventCategoriesList, sourceIds: SourceIdsList})",
        ),
    ),
    update=(
        Call("modify_event_subscription", send=("name", "snsTopic", "sourceType", "eventCategories", "enabled")),
        _change_sources,
    ),
    delete=(keyed("delete_event_subscription", "SubscriptionName"),),
    formats={"arn": ARN + "es:{id}", "customerAwsId": "{account}"},
    tags=rds_tags(ARN + "es:{id}"),
    unique=True,
)

TYPES = (SUBNET_GROUP, PARAMETER_GROUP, CLUSTER_PARAMETER_GROUP, EVENT_SUBSCRIPTION)
