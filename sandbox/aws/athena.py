"""Workgroups and named queries, through the Athena API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, block, fields, keyed
from sandbox.resource import Resource
from sandbox.retry import AwsError
from sandbox.tagging import service_tags

_RESULTS = fields(
    "outputLocation expectedBucketOwner",
    encryptionConfiguration=block("encryptionOption kmsKeyArn@KmsKey"),
    aclConfiguration=block("s3AclOption!"),
)
_CONFIGURATION = fields(
    """bytesScannedCutoffPerQuery:int enableMinimumEncryptionConfiguration:bool
    enforceWorkgroupConfiguration:bool=true executionRole publishCloudwatchMetricsEnabled:bool=true
    requesterPaysEnabled:bool=false""",
    customerContentEncryptionConfiguration=block("kmsKey"),
    engineVersion=block("selectedEngineVersion=AUTO effectiveEngineVersion"),
    resultConfiguration=block(_RESULTS, boto="ResultConfigurationUpdates"),
)
_REMOVED = {  # how UpdateWorkGroup takes away what is no longer given
    "bytesScannedCutoffPerQuery": "RemoveBytesScannedCutoffPerQuery",
    "customerContentEncryptionConfiguration": "RemoveCustomerContentEncryptionConfiguration",
}
_RESULT_REMOVED = {
    "outputLocation": "RemoveOutputLocation",
    "encryptionConfiguration": "RemoveEncryptionConfiguration",
    "expectedBucketOwner": "RemoveExpectedBucketOwner",
    "aclConfiguration": "RemoveAclConfiguration",
}


def _update(it: Resource) -> None:
    given = it.inputs.get("configuration") or {}
    results = given.get("resultConfiguration") or {}
    call = Call("update_work_group", args={"WorkGroup": "{id}"}, send=("configuration", "state"))
    updates = it.request(call).get("ConfigurationUpdates", {})
    updates.setdefault("EngineVersion", {"SelectedEngineVersion": "AUTO"})
    updates |= {flag_: True for name, flag_ in _REMOVED.items() if not given.get(name)}
    gone = {flag_: True for name, flag_ in _RESULT_REMOVED.items() if not results.get(name)}
    updates["ResultConfigurationUpdates"] = {**updates.get("ResultConfigurationUpdates", {}), **gone}
    it.run(call, {"ConfigurationUpdates": updates, "Description": it.inputs.get("description", "")})


def _read(it: Resource) -> Any:
    found = it.run(keyed("get_work_group", "WorkGroup", "WorkGroup"))
    version = (found or {}).get("Configuration", {}).get("EngineVersion", {})
    asked = ((it.inputs.get("configuration") or {}).get("engineVersion") or {}).get("effectiveEngineVersion")
    if not asked:
        version.pop("EffectiveEngineVersion", None)  # AWS's choice
    return found


WORKGROUP = ResourceType(
    "aws:athena/workgroup:Workgroup",
    "athena",
    inputs={
        **fields("name* description state=ENABLED forceDestroy:bool%=false"),
        "configuration": block(_CONFIGURATION, boto="ConfigurationUpdates"),
    },
    autoname="name",
    create=(
        Call("create_work_group"),
        Call("update_work_group", args={"WorkGroup": "{name}"}, send=("state",), only="state"),
    ),
    id="{name}",
    read=(_read,),
    update=(_update,),
    delete=(Call("delete_work_group", args={"WorkGroup": "{id}", "RecursiveDeleteOption": "{forceDestroy}"}, send=()),),
    formats={"arn": "arn:aws:athena:{region}:{account}:workgroup/{id}"},
    tags=service_tags("arn:aws:athena:{region}:{account}:workgroup/{id}"),
    unique=True,
)


def _find_query(it: Resource) -> Any:
    try:
        return it.run(keyed("get_named_query", "NamedQueryId", "NamedQuery"))
    except AwsError as error:
        if "does not exist" in str(error):
            return None
        raise


NAMED_QUERY = ResourceType(
    "aws:athena/namedQuery:NamedQuery",
    "athena",
    # every change replaces: provider documentation
    inputs=fields("name* database!* description* query!*@QueryString workgroup*=primary"),
    autoname="name",
    create=(Call("create_named_query", result="NamedQueryId"),),
    read=(_find_query,),
    delete=(keyed("delete_named_query", "NamedQueryId"),),
)

TYPES = (WORKGROUP, NAMED_QUERY)
