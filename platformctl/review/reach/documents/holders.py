"""Which resources hold policies, of what, and what all the policies of one subject say."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from platformctl.review.reach.documents.grants import Grant, grants_of
from policies import tokens
from policies.documents import DocumentError, Statement, statements
from policies.graph import Graph
from policies.resource import Resource
from policies.values import UNKNOWN, Mistyped, Undecided

# By the type that holds a policy: the property with it, the one that names its subject, and the subject's type.
_HOLDERS: Mapping[str, tuple[str, str, str]] = {
    tokens.BUCKET: ("policy", "", ""),
    tokens.BUCKET_POLICY: ("policy", "bucket", tokens.BUCKET),
    tokens.VPC_ENDPOINT: ("policy", "", ""),
    tokens.VPC_ENDPOINT_POLICY: ("policy", "vpcEndpointId", tokens.VPC_ENDPOINT),
    tokens.KEY: ("policy", "", ""),
    tokens.KEY_REPLICA: ("policy", "", ""),
    tokens.KEY_POLICY: ("policy", "keyId", tokens.KEY),
    tokens.QUEUE: ("policy", "", ""),
    tokens.QUEUE_POLICY: ("policy", "queueUrl", tokens.QUEUE),
    tokens.TOPIC: ("policy", "", ""),
    tokens.TOPIC_POLICY: ("policy", "arn", tokens.TOPIC),
    tokens.SECRET: ("policy", "", ""),
    tokens.SECRET_POLICY: ("policy", "secretArn", tokens.SECRET),
    tokens.REPOSITORY_POLICY: ("policy", "repository", tokens.REPOSITORY),
    tokens.REGISTRY_POLICY: ("policy", "", ""),
    tokens.BACKUP_VAULT_POLICY: ("policy", "backupVaultName", tokens.BACKUP_VAULT),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": ("policy", "fileSystemId", tokens.FILE_SYSTEM),
    tokens.ROLE: ("assumeRolePolicy", "", ""),
}
# An endpoint without a policy lets everyone do everything through it: AWS PrivateLink guide, "endpoint policies".
_FULL = {
    "Statement": {
        "Sid": "AWS default: full access",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
    }
}


@dataclass
class Policy:
    """All that the policies of one subject say."""

    allows: list[Grant] = field(default_factory=list)
    denies: list[Grant] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)  # URNs of holders whose document is not known yet
    holders: set[str] = field(default_factory=set)


def policies_of(graph: Graph, only: tuple[str, ...], but: tuple[str, ...]) -> dict[str, Policy]:
    """By subject, its URN or what its policy calls it; of some types of holders only, or of all but some."""
    found: dict[str, Policy] = defaultdict(Policy)
    for type_, (key, path, subject_type) in _HOLDERS.items():
        if type_ in but or (only and type_ not in only):
            continue
        for holder in graph.of_type(type_):
            subject = _subject(graph, holder, path, subject_type)
            _read(holder, key, found[subject])
    for endpoint in graph.of_type(tokens.VPC_ENDPOINT):
        if endpoint.urn in found and not found[endpoint.urn].holders:
            _add(statements(_FULL), found[endpoint.urn])
    return found


def _subject(graph: Graph, holder: Resource, path: str, type_: str) -> str:
    if not path:
        return holder.urn
    try:
        found = graph.resolve(holder, path, type_)
    except (Undecided, Mistyped):
        found = None
    value = holder.properties.get(path)
    return found.urn if found else value if isinstance(value, str) else holder.urn


def _read(holder: Resource, key: str, policy: Policy) -> None:
    value = holder.properties.get(key)
    if value is None or value == "":
        return
    policy.holders.add(holder.urn)
    if value is UNKNOWN:
        policy.unknown.add(holder.urn)
        return
    try:
        _add(statements(holder.props.get(key)), policy)
    except (Undecided, DocumentError, Mistyped):
        policy.unknown.add(holder.urn)


def _add(read: list[Statement], policy: Policy) -> None:
    for one in read:
        (policy.allows if one.allows else policy.denies).extend(grants_of(one))
