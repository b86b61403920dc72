"""Subnet groups, parameter groups and event subscriptions of databases, through the RDS API."""

from __future__ import annotations

from typing import Any

from sandbox.aws.rds_common import ARN, rds_tags
from sandbox.forms import ties
from sandbox.model import Call, ResourceType, Step, blocks, fields, keyed, text
from sandbox.resource import Resource

_PARAMETERS_AT_ONCE = 20  # RDS API reference, ModifyDBParameterGroup
_BY_US = "Managed by Pulumi"  # default of the provider

_FOUND_SUBNETS = "DBSubnetGroups[0].merge(@, {subnetIds: Subnets[].SubnetIdentifier})"
SUBNET_GROUP = ResourceType("aws:rds/subnetGroup:SubnetGroup", "rds",
    # namePrefix replaces, here and below: provider documentation
    inputs=fields("name*@DBSubnetGroupName namePrefix*% subnetIds:list!",
                  description=text(boto="DBSubnetGroupDescription", default=_BY_US)),
    autoname="name",
    create=(Call("create_db_subnet_group", result="DBSubnetGroup.DBSubnetGroupName"),),
    read=(keyed("describe_db_subnet_groups", "DBSubnetGroupName", _FOUND_SUBNETS),),
    update=(Call("modify_db_subnet_group", send=("name", "description", "subnetIds")),),
    delete=(keyed("delete_db_subnet_group", "DBSubnetGroupName"),),
    outputs=("vpcId", "supportedNetworkTypes"),
    formats={"arn": ARN + "subgrp:{id}"}, tags=rds_tags(),
)  # fmt: skip

_APPLY_METHOD = "immediate"  # default of the provider


def _batches(parameters: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    names = {"ParameterName": "name", "ParameterValue": "value", "ApplyMethod": "applyMethod"}
    sent = [{key: {"applyMethod": _APPLY_METHOD, **one}[name] for key, name in names.items()} for one in parameters]
    return [sent[start : start + _PARAMETERS_AT_ONCE] for start in range(0, len(sent), _PARAMETERS_AT_ONCE)]


def _write_parameters(key: str, kind: str) -> Step:
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
        own = {key: "{id}", "Source": "user"}
        return group and {
            **group,
            "parameters": it.run(Call(f"describe_{kind[:-6]}s", args=own, send=(), result=shown)),
        }

    write = _write_parameters(key, kind)
    return ResourceType(token, "rds",
        inputs=fields(f"name*@{key} namePrefix*% family!*@DBParameterGroupFamily skipDestroy:bool%",
                      description=text(default=_BY_US, replace=True),
                      parameters=blocks(f"name! value! applyMethod={_APPLY_METHOD}")),
        autoname="name",
        create=(Call(f"create_{kind}", send=("name", "family", "description"),
                     result=f"DB{infix}ParameterGroup.{key}"), write),
        read=(read,),
        update=(write,),
        delete=(keyed(f"delete_{kind}", key),),
        formats={"arn": f"{ARN}{resource}:{{id}}"}, tags=rds_tags(),
    )  # fmt: skip


PARAMETER_GROUP = _parameter_group("aws:rds/parameterGroup:ParameterGroup", infix="", resource="pg")
CLUSTER_PARAMETER_GROUP = _parameter_group("aws:rds/clusterParameterGroup:ClusterParameterGroup", infix="Cluster",
                                           resource="cluster-pg")  # fmt: skip

_SOURCES, _ = ties("sourceIds", "add_source_identifier_to_subscription", "remove_source_identifier_from_subscription",
                   "SubscriptionName", "SourceIdentifier")  # fmt: skip
_FOUND_SUBSCRIPTION = """EventSubscriptionsList[0].merge(@, {name: CustSubscriptionId, snsTopic: SnsTopicArn,
    eventCategories: EventCategoriesList, sourceIds: SourceIdsList})"""
_SENT = ("name", "snsTopic", "sourceType", "eventCategories", "enabled")
EVENT_SUBSCRIPTION = ResourceType("aws:rds/eventSubscription:EventSubscription", "rds",
    inputs=fields("""name*@SubscriptionName namePrefix*% snsTopic!@SnsTopicArn sourceType eventCategories:list
           sourceIds:list enabled:bool=true"""),  # the name replaces, too
    autoname="name",
    create=(Call("create_event_subscription", result="EventSubscription.CustSubscriptionId"),),
    read=(keyed("describe_event_subscriptions", "SubscriptionName", _FOUND_SUBSCRIPTION),),
    update=(Call("modify_event_subscription", send=_SENT), _SOURCES),
    delete=(keyed("delete_event_subscription", "SubscriptionName"),),
    formats={"arn": ARN + "es:{id}", "customerAwsId": "{account}"}, tags=rds_tags(),
)  # fmt: skip

TYPES = (SUBNET_GROUP, PARAMETER_GROUP, CLUSTER_PARAMETER_GROUP, EVENT_SUBSCRIPTION)
