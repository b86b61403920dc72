"""Parameters, through the Systems Manager API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, fields, keyed
from sandbox.resource import Resource
from sandbox.tagging import service_tags


def _put(it: Resource) -> Any:
    """Tags go with the first version alone: the API takes them together with no Overwrite."""
    value = it.inputs.get("value") or it.inputs.get("insecureValue")
    call = Call("put_parameter", args={"Value": value, "Overwrite": bool(it.id)}, send=_WRITTEN)
    return it.run(call) if it.id else it.run_tagged(call)


def _read(it: Resource) -> Any:
    found = it.call("get_parameter", Name=it.id, WithDecryption=True)["Parameter"]
    value = found.pop("Value")
    named = [{"Key": "Name", "Option": "Equals", "Values": [it.id]}]
    (more,) = it.call("describe_parameters", ParameterFilters=named)["Parameters"]
    own_key = {} if more.get("KeyId") == "alias/aws/ssm" else {"keyId": more.get("KeyId")}
    shown = "insecureValue" if it.inputs.get("insecureValue") else "value"
    return {**{key: one for key, one in more.items() if key != "KeyId"}, **found, **own_key, shown: value}


_WRITTEN = ("name", "type", "description", "allowedPattern", "dataType", "keyId", "tier")
PARAMETER = ResourceType("aws:ssm/parameter:Parameter", "ssm",
    inputs=fields("""name* type! value# insecureValue description allowedPattern keyId dataType~ tier~
                  overwrite:bool%"""),
    autoname="name", id="{name}",
    create=(_put,),
    read=(_read,),
    update=(_put,),
    delete=(keyed("delete_parameter", "Name"),),
    outputs=("arn", "version"),
    tags=service_tags(put="add_tags_to_resource", remove="remove_tags_from_resource",
                      extra={"ResourceType": "Parameter"}),
)  # fmt: skip

TYPES = (PARAMETER,)
