"""Resources that a policy protects: which one an ARN means, and which policy stands on it."""

import json
from collections.abc import Iterator
from typing import Any

from policies import tokens
from policies.access.document import Document
from policies.documents import DocumentError, Statement
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Block, Undecided

_FUNCTION = "aws:lambda/function:Function"
_REPOSITORY = "aws:ecr/repository:Repository"
# Where a resource's policy stands: resources of their own, each with the property that names what it protects and
# the one that holds the document; and the property of the resource itself.
_POLICIES = {
    tokens.BUCKET: (((tokens.BUCKET_POLICY, "bucket", "policy"),), "policy"),
    tokens.KEY: (((tokens.KEY_POLICY, "keyId", "policy"),), "policy"),
    tokens.KEY_REPLICA: (((tokens.KEY_POLICY, "keyId", "policy"),), "policy"),
    tokens.QUEUE: (((tokens.QUEUE_POLICY, "queueUrl", "policy"),), "policy"),
    tokens.TOPIC: (((tokens.TOPIC_POLICY, "arn", "policy"),), "policy"),
    tokens.SECRET: (((tokens.SECRET_POLICY, "secretArn", "policy"),), "policy"),
    tokens.BACKUP_VAULT: (((tokens.BACKUP_VAULT_POLICY, "backupVaultName", "policy"),), ""),
    tokens.TABLE: ((("aws:dynamodb/resourcePolicy:ResourcePolicy", "resourceArn", "policy"),), ""),
    tokens.FILE_SYSTEM: ((("aws:efs/fileSystemPolicy:FileSystemPolicy", "fileSystemId", "policy"),), ""),
    "aws:cloudwatch/eventBus:EventBus": (
        (("aws:cloudwatch/eventBusPolicy:EventBusPolicy", "eventBusName", "policy"),),
        "",
    ),
    "aws:kinesis/stream:Stream": ((("aws:kinesis/resourcePolicy:ResourcePolicy", "resourceArn", "policy"),), ""),
    _REPOSITORY: (((tokens.REPOSITORY_POLICY, "repository", "policy"),), ""),
    _FUNCTION: (((tokens.FUNCTION_POLICY, "resourceArn", "policy"),), ""),
    tokens.ROLE: ((), "assumeRolePolicy"),
}
TYPES = tuple(_POLICIES)
# Keys need a policy, and one that is not given is this (KMS developer guide, "Default key policy").
_BY_DEFAULT = (tokens.KEY, tokens.KEY_REPLICA)


def policy_of(graph: Graph, resource: Resource, account: str) -> Document | None:
    """The resource's own policy; None if it has none.

    Raises DocumentError for a text that is no policy document.
    """
    holders, own = _POLICIES[resource.type]
    found = [
        _document(policy, key) for type_, path, key in holders for policy in _referring(graph, resource, type_, path)
    ]
    if not found and own and resource.properties.get(own):
        found = [_document(resource, own)]
    if not found and resource.type in _BY_DEFAULT and account:
        found = [Document.of(f"default key policy of {resource.name}", _default_key_policy(account))]
    if resource.type == _FUNCTION:
        found += _permissions(graph, resource)
    return _joined(resource, found) if found else None


def _referring(graph: Graph, resource: Resource, type_: str, path: str) -> list[Resource]:
    found = list(graph.possible_referrers(resource, type_, path))
    if resource.type == _FUNCTION:  # a function is called by its name, which is not one of its ids
        names = {resource.properties.get("name"), resource.properties.get("arn")} - {None}
        found += [item for item in graph.of_type(type_) if item.properties.get(path) in names and item not in found]
    return found


def _document(resource: Resource, key: str) -> Document:
    named = {"assumeRolePolicy": "trust policy"}.get(key, "policy")
    name = f"{named} of {resource.name}" if resource.type in _POLICIES else f"{named} {resource.name}"
    try:
        return Document.of(name, resource.props[key])
    except (KeyError, Undecided):
        return Document(name, None)
    except DocumentError as error:
        raise DocumentError(f"{key} of {resource.name} is no policy document: {error}") from None


def _joined(resource: Resource, documents: list[Document]) -> Document:
    if len(documents) == 1:
        return documents[0]
    statements: list[Statement] = []
    for document in documents:
        if document.statements is None:
            return Document(f"policies of {resource.name}", None)
        statements += document.statements
    return Document(f"policies of {resource.name}", tuple(statements), all(d.variables for d in documents))


def _permissions(graph: Graph, function: Resource) -> Iterator[Document]:
    """The statements that `lambda:AddPermission` makes (Lambda API reference)."""
    for permission in _referring(graph, function, tokens.FUNCTION_PERMISSION, "function"):
        name = f"permission {permission.name}"
        try:
            yield Document.of(name, {"Version": "2012-10-17", "Statement": [_permission(permission.props)]})
        except (KeyError, Undecided):
            yield Document(name, None)


# What a permission may ask of the caller, as conditions.
_ASKS = (
    ("sourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("sourceArn", "ArnLike", "AWS:SourceArn"),
    ("principalOrgId", "StringEquals", "aws:PrincipalOrgID"),
    ("functionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("eventSourceToken", "StringEquals", "lambda:EventSourceToken"),
)


def _permission(props: Block) -> dict[str, Any]:
    who = str.__str__(props["principal"])
    service = who.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    conditions: dict[str, dict[str, str]] = {}
    for key, operator, context_key in _ASKS:
        if props.get(key):
            conditions.setdefault(operator, {})[context_key] = str.__str__(props[key])
    return {
        "Sid": str(props.get("statementId") or ""),
        "Effect": "Allow",
        "Principal": "*" if who == "*" else {"Service" if service else "AWS": who},
        "Action": str.__str__(props["action"]),
        "Resource": "*",
        "Condition": conditions,
    }


def is_restricted(graph: Graph, bucket: Resource, policy: Document) -> bool:
    """Whether the bucket's policy lets everyone in, and a public access block therefore lets in its account alone (S3
    user guide, RestrictPublicBuckets).
    """
    public = any(s.allows and s.for_everyone() and not s.conditions for s in policy.statements or ())
    blocks = [
        *graph.possible_referrers(bucket, tokens.BUCKET_PUBLIC_ACCESS, "bucket"),
        *graph.of_type(tokens.ACCOUNT_PUBLIC_ACCESS),
    ]
    return public and any(block.properties.get("restrictPublicBuckets") is True for block in blocks)


def _default_key_policy(account: str) -> str:
    root = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Sid": "Default", "Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
