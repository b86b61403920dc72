"""Permissions: where policies stand, how they come to a role, and how a statement says it."""

import json

from policies import tokens
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.rules.keys.documents import PROVIDER
from tests.policies.spellings import Spellings

_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_AWS = "arn:aws:iam::aws:policy"
_ADMIN = f"{_AWS}/AdministratorAccess"
_OURS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


def _text(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _holder(type_: str, key: str = "policy", **more: object) -> Example:
    return (Node(type_, "x", {key: _text(_ALL), **more}),)


def _stated(**statement: object) -> Example:
    return (Node(tokens.ROLE_POLICY, "x", {"role": "r", "policy": _text({"Effect": "Allow", **statement})}),)


def _attached(type_: str, key: str, value: object) -> Example:
    return (Node(type_, "x", {key: value}),)


def _node_role(*nodes: Node, **role: object) -> Example:
    group = Node(tokens.EKS_NODE_GROUP, "g", {"clusterName": "c", "nodeRoleArn": Ref("node"), "subnetIds": []})
    return (Node(tokens.ROLE, "node", {"name": "node", **role}), *nodes, group)


def _resource(type_: str, key: str = "policy", principal: object = "*") -> Example:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": principal}
    return (PROVIDER, Node(type_, "x", {key: _text(statement)}, provider="aws"))


def _trail(*nodes: Node) -> Example:
    return (Node(tokens.ROLE, "deployer", {"name": "deployer"}), *nodes)


_STOP = {"Effect": "Allow", "Action": "cloudtrail:StopLogging", "Resource": "*"}
_STOPPING = Node(tokens.POLICY, "stop", {"name": "stop", "policy": _text(_STOP)})
_OF_AWS = {
    "BackupVaultPolicy": (tokens.BACKUP_VAULT_POLICY, "policy"),
    "BucketPolicy": (tokens.BUCKET_POLICY, "policy"),
    "Key": (tokens.KEY, "policy"),
    "KeyPolicy": (tokens.KEY_POLICY, "policy"),
    "Queue": (tokens.QUEUE, "policy"),
    "QueuePolicy": (tokens.QUEUE_POLICY, "policy"),
    "Topic": (tokens.TOPIC, "policy"),
    "TopicPolicy": (tokens.TOPIC_POLICY, "policy"),
    "Secret": (tokens.SECRET, "policy"),
    "SecretPolicy": (tokens.SECRET_POLICY, "policy"),
    "RepositoryPolicy": (tokens.REPOSITORY_POLICY, "policy"),
    "RegistryPolicy": (tokens.REGISTRY_POLICY, "policy"),
    "FileSystemPolicy": ("aws:efs/fileSystemPolicy:FileSystemPolicy", "policy"),
    "table's ResourcePolicy": ("aws:dynamodb/resourcePolicy:ResourcePolicy", "policy"),
    "stream's ResourcePolicy": ("aws:kinesis/resourcePolicy:ResourcePolicy", "policy"),
    "EventBusPolicy": ("aws:cloudwatch/eventBusPolicy:EventBusPolicy", "policy"),
    "LogResourcePolicy": ("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "policyDocument"),
    "AccessPoint": ("aws:s3/accessPoint:AccessPoint", "policy"),
    "AccessPointPolicy": ("aws:s3control/accessPointPolicy:AccessPointPolicy", "policy"),
    "DomainPolicy": ("aws:opensearch/domainPolicy:DomainPolicy", "accessPolicies"),
}

SPELLINGS: Spellings = {
    ("IAM-01", "fail"): {
        "Policy": _holder(tokens.POLICY),
        "RolePolicy": _holder(tokens.ROLE_POLICY, role="r"),
        "UserPolicy": _holder(tokens.USER_POLICY, user="u"),
        "GroupPolicy": _holder(tokens.GROUP_POLICY, group="g"),
        "Role inline": (Node(tokens.ROLE, "r", {"inlinePolicies": [{"name": "p", "policy": _text(_ALL)}]}),),
        "as an object": (Node(tokens.POLICY, "x", {"policy": {"Version": "2012-10-17", "Statement": _ALL}}),),
        "lists": _stated(Action=["*"], Resource=["*"]),
        "NotAction": _stated(NotAction=["iam:*"], Resource="*"),
        "NotResource": _stated(Action="*", NotResource="arn:aws:s3:::b"),
        "Role managed": _attached(tokens.ROLE, "managedPolicyArns", [_ADMIN]),
        "RolePolicyAttachment": _attached(tokens.ROLE_POLICY_ATTACHMENT, "policyArn", _ADMIN),
        "RolePolicyAttachmentsExclusive": _attached(tokens.ROLE_POLICY_ATTACHMENTS, "policyArns", [_ADMIN]),
        "UserPolicyAttachment": _attached(tokens.USER_POLICY_ATTACHMENT, "policyArn", _ADMIN),
        "GroupPolicyAttachment": _attached(tokens.GROUP_POLICY_ATTACHMENT, "policyArn", _ADMIN),
        "PolicyAttachment": _attached(tokens.POLICY_ATTACHMENT, "policyArn", _ADMIN),
    },
    ("IAM-01", "pass"): {"empty inline policy": (Node(tokens.ROLE, "r", {"inlinePolicies": [{}]}),)},
    ("IAM-02", "fail"): {
        "lower case": _stated(Action="kms:*", Resource="*"),
        "upper case": _stated(Action="KMS:*", Resource="*"),
        "two wildcards": _stated(Action="kms:**", Resource="*"),
        "in a list": _stated(Action=["ec2:Run*", "Kms:*"], Resource="*"),
        "NotAction": _stated(NotAction=["s3:*"], Resource="*"),
    },
    ("EKS-09", "fail"): {
        "RolePolicyAttachment": _node_role(
            Node(tokens.ROLE_POLICY_ATTACHMENT, "a", {"role": "node", "policyArn": _ADMIN})
        ),
        "RolePolicyAttachmentsExclusive": _node_role(
            Node(tokens.ROLE_POLICY_ATTACHMENTS, "a", {"roleName": "node", "policyArns": [_ADMIN]})
        ),
        "PolicyAttachment": _node_role(
            Node(tokens.POLICY_ATTACHMENT, "a", {"roles": [Ref("node")], "policyArn": _ADMIN})
        ),
        "PolicyAttachment by name": _node_role(
            Node(tokens.POLICY_ATTACHMENT, "a", {"roles": ["other", "node"], "policyArn": _ADMIN})
        ),
        "Role managed": _node_role(managedPolicyArns=[_ADMIN]),
        "Role inline": _node_role(inlinePolicies=[{"name": "p", "policy": _text(_OURS)}]),
        "RolePolicy": _node_role(Node(tokens.ROLE_POLICY, "p", {"role": Ref("node"), "policy": _text(_OURS)})),
    },
    ("CT-07", "fail"): {
        "Role inline": (Node(tokens.ROLE, "r", {"inlinePolicies": [{"name": "p", "policy": _text(_STOP)}]}),),
        "RolePolicy": _trail(Node(tokens.ROLE_POLICY, "p", {"role": "deployer", "policy": _text(_STOP)})),
        "RolePolicyAttachment": _trail(
            _STOPPING, Node(tokens.ROLE_POLICY_ATTACHMENT, "a", {"role": "deployer", "policyArn": Ref("stop")})
        ),
        "PolicyAttachment": _trail(
            _STOPPING, Node(tokens.POLICY_ATTACHMENT, "a", {"roles": ["deployer"], "policyArn": Ref("stop")})
        ),
        "RolePolicyAttachmentsExclusive": _trail(
            _STOPPING, Node(tokens.ROLE_POLICY_ATTACHMENTS, "a", {"roleName": "deployer", "policyArns": [Ref("stop")]})
        ),
        "Policy attached to nobody": (_STOPPING,),
    },
    ("RES-01", "fail"): {name: _resource(*where) for name, where in _OF_AWS.items()}
    | {f"{name} for another account": _resource(*where, {"AWS": "999999999999"}) for name, where in _OF_AWS.items()},
    ("RES-01", "pass"): {
        name: _resource(*where, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}) for name, where in _OF_AWS.items()
    }
    | {"empty policy": (PROVIDER, Node(tokens.QUEUE, "q", {"policy": ""}, provider="aws"))},
}
