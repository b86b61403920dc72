"""Databases and tables of the data catalogue, through the Glue API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, Property, ResourceType, block, blocks, each, flag, number, text, texts
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_ARN = "arn:aws:glue:{region}:{account}:"
_PARAMETERS = Property(kind="map")
_CATALOG = {"CatalogId": "{catalogId}"}  # left out when it is not given


def _id(it: Resource, *names: str) -> str:
    return ":".join([it.inputs.get("catalogId") or it.session.account, *(it.inputs[name] for name in names)])


def _create_database(it: Resource) -> str:
    it.run_tagged(Call("create_database", args=_CATALOG, into="DatabaseInput"))
    return _id(it, "name")


_TARGET = {"catalogId": text(required=True), "databaseName": text(required=True), "region": text()}
DATABASE = ResourceType(
    "aws:glue/catalogDatabase:CatalogDatabase",
    "glue",
    inputs={
        "name": text(replace=True),
        "catalogId": text(computed=True, replace=True),  # replaces: provider documentation
        "description": text(),
        "locationUri": text(computed=True),
        "parameters": _PARAMETERS,
        "createTableDefaultPermissions": blocks(
            {"permissions": texts(), "principal": block({"dataLakePrincipalIdentifier": text()})}, computed=True
        ),
        "targetDatabase": block(_TARGET, replace=True),  # replaces: provider documentation
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


_COLUMN = {"name": text(required=True), "type": text(), "comment": text(), "parameters": _PARAMETERS}
_STORAGE = {
    "additionalLocations": texts(),
    "bucketColumns": texts(),
    "columns": blocks(_COLUMN, ordered=True),
    "compressed": flag(),
    "inputFormat": text(),
    "location": text(),
    "numberOfBuckets": number(),
    "outputFormat": text(),
    "parameters": _PARAMETERS,
    "serDeInfo": block({**each(text, "name serializationLibrary"), "parameters": _PARAMETERS}),
    "sortColumns": blocks({"column": text(required=True), "sortOrder": number(required=True)}, ordered=True),
    "storedAsSubDirectories": flag(),
}


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
        "name": text(replace=True),  # replaces: provider documentation, so the next two
        "databaseName": text(required=True, replace=True),
        "catalogId": text(computed=True, replace=True),
        **each(text, "description owner tableType viewOriginalText viewExpandedText"),
        "parameters": _PARAMETERS,
        "partitionKeys": blocks(_COLUMN, ordered=True),
        "retention": number(),
        "storageDescriptor": block(_STORAGE),
        "targetTable": block({**_TARGET, "name": text(required=True)}),
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
