"""Buckets: what says it inside them, beside them, and under the names of older versions of the provider."""

import json

from policies import tokens
from policies.examples import Example, Node, Ref
from tests.policies.spellings import Spellings

_V2 = "aws:s3/bucketV2:BucketV2"


def _bucket(type_: str = tokens.BUCKET, **properties: object) -> Node:
    return Node(type_, "b", {"bucket": "b", **properties})


def _part(kind: str, **properties: object) -> Example:
    """The bucket and a resource of its own for one aspect, under the name `kind`."""
    return (_bucket(), Node(f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}", "part", {"bucket": Ref("b"), **properties}))


def _audit(*nodes: Node, **properties: object) -> Example:
    return (Node(tokens.BUCKET, "b", {"bucket": "b", "tags": {"data-class": "audit"}, **properties}), *nodes)


_KEY = "arn:aws:kms:eu-central-1:111122223333:key/1"
_BY_KEY = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": _KEY}
_RULE = {"applyServerSideEncryptionByDefault": _BY_KEY, "bucketKeyEnabled": True}
_OLD_RULE = {"applyServerSideEncryptionByDefaults": [_BY_KEY], "bucketKeyEnabled": True}
_KEPT = {"mode": "COMPLIANCE", "days": 400}
_ON = {"status": "Enabled"}


def _deny(**changes: object) -> dict[str, object]:
    base = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}
    return base | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}} | changes


def _policy(*statements: object) -> Example:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return (_bucket(), Node(tokens.BUCKET_POLICY, "p", {"bucket": Ref("b"), "policy": text}))


SPELLINGS: Spellings = {
    ("S3-03", "pass"): {
        "separate": _policy(_deny()),
        "inline": (_bucket(policy=json.dumps({"Statement": _deny()})),),
        "one statement for each resource": _policy(
            _deny(Resource="arn:aws:s3:::b"), _deny(Resource="arn:aws:s3:::b/*")
        ),
        "in upper case": _policy(_deny(Action="S3:*")),
        "as an object": (
            _bucket(),
            Node(tokens.BUCKET_POLICY, "p", {"bucket": "b", "policy": {"Statement": [_deny()]}}),
        ),
    },
    ("S3-03", "fail"): {
        "no policy": (_bucket(),),
        "empty inline policy": (_bucket(policy=""),),
        "only the objects": _policy(_deny(Resource="arn:aws:s3:::b/*")),
        "no policy of a bucket that AWS names": (Node(tokens.BUCKET, "b"),),
    },
    ("S3-03", "undecided"): {
        "policy of a bucket that AWS names": (
            Node(tokens.BUCKET, "b"),
            Node(tokens.BUCKET_POLICY, "p", {"bucket": Ref("b"), "policy": Ref("b")}),
        ),
        "text for a bucket that AWS names": (Node(tokens.BUCKET, "b"), _policy(_deny())[1]),
    },
    ("S3-04", "pass"): {
        "separate": _part("BucketServerSideEncryptionConfiguration", rules=[_RULE]),
        "separate under its older name": _part("BucketServerSideEncryptionConfigurationV2", rules=[_RULE]),
        "inline": (_bucket(serverSideEncryptionConfiguration={"rule": _RULE}),),
        "inline of BucketV2": (_bucket(_V2, serverSideEncryptionConfigurations=[{"rules": [_OLD_RULE]}]),),
    },
    ("S3-04", "fail"): {
        "nothing": (_bucket(),),
        "separate": _part("BucketServerSideEncryptionConfiguration", rules=[]),
        "inline of BucketV2": (
            _bucket(
                _V2,
                serverSideEncryptionConfigurations=[
                    {"rules": [{"applyServerSideEncryptionByDefaults": [{"sseAlgorithm": "AES256"}]}]}
                ],
            ),
        ),
    },
    ("S3-05", "pass"): {
        "separate": _part("BucketVersioning", versioningConfiguration=_ON),
        "separate under its older name": _part("BucketVersioningV2", versioningConfiguration=_ON),
        "inline": (_bucket(versioning={"enabled": True}),),
        "inline of BucketV2": (_bucket(_V2, versionings=[{"enabled": True}]),),
    },
    ("S3-06", "pass"): {
        "separate": _part("BucketLogging", targetBucket="logs", targetPrefix="b/"),
        "separate under its older name": _part("BucketLoggingV2", targetBucket="logs"),
        "inline": (_bucket(logging={"targetBucket": "logs"}),),
        "inline of BucketV2": (_bucket(_V2, loggings=[{"targetBucket": "logs"}]),),
    },
    ("S3-07", "pass"): {
        "separate": _audit(
            Node(tokens.BUCKET_OBJECT_LOCK, "l", {"bucket": Ref("b"), "rule": {"defaultRetention": _KEPT}})
        ),
        "inline": _audit(objectLockConfiguration={"objectLockEnabled": "Enabled", "rule": {"defaultRetention": _KEPT}}),
        "inline of BucketV2": _audit(objectLockConfiguration={"rules": [{"defaultRetentions": [_KEPT]}]}),
    },
    ("S3-08", "pass"): {
        "separate": _part("BucketLifecycleConfiguration", rules=[{**_ON, "expiration": {"days": 9}}]),
        "separate under its older name": _part(
            "BucketLifecycleConfigurationV2", rules=[{**_ON, "expiration": {"days": 9}}]
        ),
        "separate with a date": _part(
            "BucketLifecycleConfiguration", rules=[{**_ON, "expiration": {"date": "2030-01-01"}}]
        ),
        "inline": (_bucket(lifecycleRules=[{"enabled": True, "expiration": {"days": 9}}]),),
        "inline of BucketV2": (_bucket(_V2, lifecycleRules=[{"enabled": True, "expirations": [{"days": 9}]}]),),
        "inline of BucketV2 for old versions": (
            _bucket(_V2, lifecycleRules=[{"enabled": True, "noncurrentVersionExpirations": [{"days": 9}]}]),
        ),
    },
    ("S3-08", "fail"): {
        "nothing": (_bucket(),),
        "markers alone": _part(
            "BucketLifecycleConfiguration", rules=[{**_ON, "expiration": {"expiredObjectDeleteMarker": True}}]
        ),
        "too short": _audit(
            Node(tokens.BUCKET_LIFECYCLE, "l", {"bucket": Ref("b"), "rules": [{**_ON, "expiration": {"days": 9}}]})
        ),
        "too short inline": _audit(lifecycleRules=[{"enabled": True, "expiration": {"days": 9}}]),
        "too short inline of BucketV2": _audit(lifecycleRules=[{"enabled": True, "expirations": [{"days": 9}]}]),
    },
    ("S3-09", "fail"): {
        "inline": (
            _bucket(acl="public-read"),
            _part("BucketOwnershipControls", rule={"objectOwnership": "BucketOwnerEnforced"})[1],
        ),
        "separate": (
            *_part("BucketOwnershipControls", rule={"objectOwnership": "BucketOwnerEnforced"}),
            Node(tokens.BUCKET_ACL, "acl", {"bucket": "b", "acl": "public-read"}),
        ),
        "separate under its older name": (
            *_part("BucketOwnershipControls", rule={"objectOwnership": "BucketOwnerEnforced"}),
            Node("aws:s3/bucketAclV2:BucketAclV2", "acl", {"bucket": "b", "acl": "public-read"}),
        ),
    },
}
