"""Databases and tables of the data catalogue, through the Glue API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, block, blocks, fields
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_ARN = "arn:aws:glue:{region}:{account}:"
_CATALOG = {"CatalogId": "{catalogId}"}  # left out when it is not given


def _id(it: Resource, *names: str) -> str:
    return ":".join([it.inputs.get("catalogId") or it.session.account, *(it.inputs[name] for name in names)])


def _create_database(it: Resource) -> str:
    it.run_tagged(Call("create_database", args=_CATALOG, into="DatabaseInput"))
    return _id(it, "name")


_TARGET = fields("catalogId! databaseName! region")
DATABASE = ResourceType(
    "aws:glue/catalogDatabase:CatalogDatabase",
    "glue",
    inputs={
        # of those that replace, catalogId and targetDatabase are from the provider documentation
        **fields("name* catalogId*~ description locationUri~ parameters:map"),
        "createTableDefaultPermissions": blocks(
            fields("permissions:list", principal=block("dataLakePrincipalIdentifier")), computed=True
        ),
        "targetDatabase": block(_TARGET, replace=True),
    },
    autoname="name",
    create=(_create_database,),
    import_id=r"(?P<catalogId>\d+):(?P<name>.+)",
    read=(Call("get_database", args={**_CATALOG, "Name": "{name}"}, send=(), result="Database"),),
    update=(Call("update_database", args={**_CATALOG, "Name": "{name}"}, into="DatabaseInput"),),
    delete=(Call("delete_database", args={**_CATALOG, "Name": "{name}"}, send=()),),
    formats={"arn": _ARN + "database/{name}"},
    tags=service_tags(_ARN + "database/{name}", read="get_tags"),
    unique=True,
)


_COLUMN = "name! type comment parameters:map"
_STORAGE = fields(
    """additionalLocations:list bucketColumns:list compressed:bool inputFormat location numberOfBuckets:int
    outputFormat parameters:map storedAsSubDirectories:bool""",
    columns=blocks(_COLUMN, ordered=True),
    serDeInfo=block("name serializationLibrary parameters:map"),
    sortColumns=blocks("column! sortOrder:int!", ordered=True),
)


def _create_table(it: Resource) -> str:
    it.run(Call("create_table", args={**_CATALOG, "DatabaseName": "{databaseName}"}, into="TableInput"))
    return _id(it, "databaseName", "name")


_TABLE = {**_CATALOG, "DatabaseName": "{databaseName}", "Name": "{name}"}


def _update_table(it: Resource) -> Any:
    return it.run(Call("update_table", args={**_CATALOG, "DatabaseName": "{databaseName}"}, into="TableInput"))


TABLE = ResourceType(
    "aws:glue/catalogTable:CatalogTable",
    "glue",
    inputs={
        # those that replace are from the provider documentation
        **fields(
            """name* databaseName!* catalogId*~ description owner parameters:map retention:int tableType
            viewOriginalText viewExpandedText"""
        ),
        "partitionKeys": blocks(_COLUMN, ordered=True),
        "storageDescriptor": block(_STORAGE),
        "targetTable": block("catalogId! databaseName! name! region"),
    },
    autoname="name",
    create=(_create_table,),
    import_id=r"(?P<catalogId>\d+):(?P<databaseName>[^:]+):(?P<name>.+)",
    read=(Call("get_table", args=_TABLE, send=(), result="Table"),),
    update=(_update_table,),
    delete=(Call("delete_table", args=_TABLE, send=()),),
    formats={"arn": _ARN + "table/{databaseName}/{name}"},
    unique=True,
)

TYPES = (DATABASE, TABLE)
