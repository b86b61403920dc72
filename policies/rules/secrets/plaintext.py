"""No credential stands in plain text in what a program asks for, nor in what AWS shows to whoever may look."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any

from policies import credentials, tokens
from policies.controls import pci, unverified
from policies.examples import UNKNOWN as UNKNOWN_EXAMPLE
from policies.examples import Node, secret
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.values import Secret

_INSTANCE, _TEMPLATE = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"
_FUNCTION, _TASK = "aws:lambda/function:Function", "aws:ecs/taskDefinition:TaskDefinition"
_PARAMETER = "aws:ssm/parameter:Parameter"
_CONFIG_MAP, _SECRET = "kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret"
_SYNCED = "kubernetes:external-secrets.io/v1:ExternalSecret"
_ENCODED = ("userData", "userDataBase64")
# Where a value that the program marks as secret is kept and shown as plain text all the same: by type, the property
# and the call that shows it (their API references; for ConfigMap the Kubernetes documentation, "ConfigMaps").
_SHOWN = {
    (_INSTANCE, "userData"): "DescribeInstanceAttribute",
    (_INSTANCE, "userDataBase64"): "DescribeInstanceAttribute",
    (_TEMPLATE, "userData"): "DescribeLaunchTemplateVersions",
    (_FUNCTION, "environment"): "GetFunctionConfiguration",
    (_TASK, "containerDefinitions"): "DescribeTaskDefinition",
    (_CONFIG_MAP, "data"): "reading the ConfigMap",
    (_CONFIG_MAP, "binaryData"): "reading the ConfigMap",
}
# Properties that are secrets whatever they are called.
_ALWAYS = {_SECRET: ("data", "stringData"), _PARAMETER: ("value",)}


def _problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    for top, value in resource.asked.items():
        shown = "any call that lists tags" if top in ("tags", "tagsAll") else _SHOWN.get((resource.type, top))
        name = "secretValue" if _is_secret(resource, top) else top
        for path, kind, marked in _found(value, name, top):
            if not marked:
                yield Problem(path, f"{path} has a {kind} in plain text: state, plans and logs would have it")
            elif shown:
                yield Problem(path, f"{path} has a {kind}, marked as secret, but {shown} shows it in plain text")


def _is_secret(resource: Resource, top: str) -> bool:
    if resource.type == _PARAMETER and resource.asked.get("type") != "SecureString":
        return False
    return top in _ALWAYS.get(resource.type, ())


def _found(value: Any, name: str, path: str, marked: bool = False) -> Iterator[tuple[str, str, bool]]:
    """Path and kind of every credential inside a value called `name`, and whether it is marked as secret.

    What is unknown is no literal: another resource makes it, and the update judges it when it is known.
    """
    if isinstance(value, str):
        yield from _in_text(value, name, path, marked)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _found(item, name, f"{path}[{index}]", marked)
    elif isinstance(value, Mapping):
        yield from _in_map(value, name, path, marked)
    elif isinstance(value, Secret):
        yield from _found(value.value, name, path, marked=True)


def _in_map(value: Mapping[str, Any], name: str, path: str, marked: bool) -> Iterator[tuple[str, str, bool]]:
    entry = value.get("name") or value.get("key")  # an item of a list of variables or parameters
    for key, item in value.items():
        inner = name if name == "secretValue" else key
        if key == "value" and isinstance(entry, str):
            inner = entry
        if key == "secretKey" and "remoteRef" in value:  # of an ExternalSecret: where the value is put, by its name
            inner = "name"
        yield from _found(item, inner, f"{path}.{key}", marked)


def _in_text(value: str, name: str, path: str, marked: bool) -> Iterator[tuple[str, str, bool]]:
    if value[:1] in "{[" and isinstance(document := _parsed(value), dict | list):
        yield from _found(document, name, path, marked)
        return
    texts = [value, _decoded(value)] if name in (*_ENCODED, "secretValue") else [value]
    if kind := next((kind for text in texts if text and (kind := credentials.kind_of(name, text))), None):
        yield path, kind, marked


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _script(line: str) -> str:
    return base64.b64encode(f"#!/bin/sh\n{line}\n".encode()).decode()


_KEY_ID = "AKIA" + "Z" * 16  # the form of one, and nobody's
_CLUSTER = "aws:rds/cluster:Cluster"

RULES = (
    Rule(
        id="SEC-03",
        name="no-plaintext-credential",
        summary="No input of any resource holds a credential in plain text.",
        severity=Severity.CRITICAL,
        pack=Pack.COMPLIANCE,
        types=("*", tokens.AWS_PROVIDER),
        reads=("every input",),
        controls=(*pci("L", "3.3.2", "8.3.2"), *unverified("soc2", "CC6.1")),
        remedy="Have AWS make and keep it (manage_master_user_password, a Secrets Manager secret that the workload"
        " reads by ARN), or pass pulumi.Config.require_secret; replace what has been written down already.",
        problems=_problems,
        passes=(
            (Node(_CLUSTER, "db", {"masterPassword": secret("hunter2"), "masterUsername": "billing"}),),
            (Node(_CLUSTER, "db", {"manageMasterUserPassword": True, "masterUserSecretKmsKeyId": "alias/data"}),),
            (Node(_CLUSTER, "db", {"masterPassword": UNKNOWN_EXAMPLE}),),
            (
                Node(
                    _FUNCTION,
                    "f",
                    {"environment": {"variables": {"DB_SECRET": "arn:aws:secretsmanager:eu:1:secret:x"}}},
                ),
            ),
            (Node(_PARAMETER, "p", {"type": "String", "value": "10.0.0.0/16"}),),
            (Node(_SYNCED, "e", {"spec": {"data": [{"secretKey": "cards", "remoteRef": {"key": "x"}}]}}),),
            (Node(_PARAMETER, "p", {"type": "SecureString", "value": secret("hunter2")}),),
        ),
        fails=(
            (Node(_CLUSTER, "db", {"masterPassword": "hunter2"}),),
            (
                Node(
                    "aws:secretsmanager/secretVersion:SecretVersion",
                    "v",
                    {"secretString": '{"user": "a", "apiKey": "b"}'},
                ),
            ),
            (Node(_FUNCTION, "f", {"environment": {"variables": {"DB_PASSWORD": "hunter2"}}}),),
            (Node(_FUNCTION, "f", {"environment": {"variables": {"DB_PASSWORD": secret("hunter2")}}}),),
            (Node(_TASK, "t", {"containerDefinitions": '[{"environment": [{"name": "API_TOKEN", "value": "abc"}]}]'}),),
            (Node(_TEMPLATE, "t", {"userData": _script("export PGPASSWORD=hunter2")}),),
            (Node(_PARAMETER, "p", {"type": "SecureString", "value": "hunter2"}),),
            (Node(tokens.BUCKET, "b", {"tags": {"note": _KEY_ID}}),),
            (Node(tokens.BUCKET, "b", {"tags": {"token": secret("abc")}}),),
            (Node(_CONFIG_MAP, "c", {"data": {"app.yaml": "db:\n  password: hunter2\n"}}),),
            (Node(_SECRET, "s", {"stringData": {"anything": "hunter2"}}),),
            (Node(tokens.AWS_PROVIDER, "aws", {"secretKey": "hunter2"}),),
            (Node(_SYNCED, "e", {"spec": {"data": [{"secretKey": _KEY_ID, "remoteRef": {"key": "x"}}]}}),),
        ),
    ),
)
