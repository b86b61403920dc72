"""Workgroups and named queries, through the Athena API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.model import Call, ResourceType, block, fields, keyed
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_CONFIGURATION = block(
    """bytesScannedCutoffPerQuery:int enableMinimumEncryptionConfiguration:bool
    enforceWorkgroupConfiguration:bool=true executionRole publishCloudwatchMetricsEnabled:bool=true
    requesterPaysEnabled:bool=false""",
    customerContentEncryptionConfiguration=block("kmsKey"),
    engineVersion=block("selectedEngineVersion=AUTO effectiveEngineVersion"),
    resultConfiguration=block(
        "outputLocation expectedBucketOwner",
        encryptionConfiguration=block("encryptionOption kmsKeyArn@KmsKey"),
        aclConfiguration=block("s3AclOption!"),
        boto="ResultConfigurationUpdates",
    ),
    boto="ConfigurationUpdates",
)
_REMOVED = ("bytesScannedCutoffPerQuery", "customerContentEncryptionConfiguration")
_RESULTS_REMOVED = ("outputLocation", "encryptionConfiguration", "expectedBucketOwner", "aclConfiguration")


def _removed(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, bool]:
    """How UpdateWorkGroup takes away what is no longer given."""
    return {f"Remove{name[0].upper()}{name[1:]}": True for name in names if not given.get(name)}


def _update(it: Resource) -> None:
    given = it.inputs.get("configuration") or {}
    results = given.get("resultConfiguration") or {}
    call = Call("update_work_group", args={"WorkGroup": "{id}"}, send=("configuration", "state"))
    updates = it.request(call).get("ConfigurationUpdates", {})
    updates.setdefault("EngineVersion", {"SelectedEngineVersion": "AUTO"})
    updates |= _removed(given, _REMOVED)
    gone = _removed(results, _RESULTS_REMOVED)
    updates["ResultConfigurationUpdates"] = {**updates.get("ResultConfigurationUpdates", {}), **gone}
    it.run(call, {"ConfigurationUpdates": updates, "Description": it.inputs.get("description", "")})


def _read(it: Resource) -> Any:
    found = it.run(keyed("get_work_group", "WorkGroup", "WorkGroup"))
    version = (found or {}).get("Configuration", {}).get("EngineVersion", {})
    asked = ((it.inputs.get("configuration") or {}).get("engineVersion") or {}).get("effectiveEngineVersion")
    if not asked:
        version.pop("EffectiveEngineVersion", None)  # AWS's choice
    return found


WORKGROUP = ResourceType("aws:athena/workgroup:Workgroup", "athena",
    inputs=fields("name* description state=ENABLED forceDestroy:bool%=false", configuration=_CONFIGURATION),
    autoname="name", id="{name}",
    create=(Call("create_work_group"),
            Call("update_work_group", args={"WorkGroup": "{name}"}, send=("state",), only="state")),
    read=(_read,),
    update=(_update,),
    delete=(Call("delete_work_group", args={"WorkGroup": "{id}", "RecursiveDeleteOption": "{forceDestroy}"}, send=()),),
    formats={"arn": "arn:aws:athena:{region}:{account}:workgroup/{id}"}, tags=service_tags(),
)  # fmt: skip

NAMED_QUERY = ResourceType("aws:athena/namedQuery:NamedQuery", "athena",
    # every change replaces: provider documentation
    inputs=fields("name* database!* description* query!*@QueryString workgroup*=primary"),
    autoname="name",
    create=(Call("create_named_query", result="NamedQueryId"),),
    read=(keyed("get_named_query", "NamedQueryId", "NamedQuery"),),
    delete=(keyed("delete_named_query", "NamedQueryId"),),
    gone="does not exist",
)  # fmt: skip

TYPES = (WORKGROUP, NAMED_QUERY)
