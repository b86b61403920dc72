"""Buckets and what belongs to the bucket itself, through the S3 API."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.forms import setting, written
from sandbox.model import Call, ResourceType, Tagging, fields
from sandbox.resource import Resource
from sandbox.retry import AwsError
from sandbox.tagging import pairs, tags_in


def _write_tags(it: Resource, _: Mapping[str, str], __: frozenset[str]) -> None:
    """All or none: S3 has no call for a single tag."""
    tags = it.inputs.get("tagsAll") or {}
    how: dict[str, Any] = {"Tagging": {"TagSet": pairs(tags)}} if tags else {}
    it.call(f"{'put' if tags else 'delete'}_bucket_tagging", Bucket=it.id, **how)


def _unless(code: str, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The answer, or nothing where S3 has an error for nothing."""
    try:
        return ask()
    except AwsError as error:
        if error.code != code:
            raise
        return {}


def _read_tags(it: Resource, _: Mapping[str, Any]) -> dict[str, str]:
    return tags_in(_unless("NoSuchTagSet", lambda: it.call("get_bucket_tagging", Bucket=it.id)).get("TagSet"))


def _create_bucket(it: Resource) -> str:
    name = it.inputs.get("bucket") or f"{it.inputs['bucketPrefix']}{time.time_ns():020d}"[:63]
    options: dict[str, Any] = {"ObjectLockEnabledForBucket": True} if it.inputs.get("objectLockEnabled") else {}
    if it.region != "us-east-1":  # the one region that S3 does not want to be told
        options["CreateBucketConfiguration"] = {"LocationConstraint": it.region}
    it.call("create_bucket", Bucket=name, **options)
    return str(name)


def _read_bucket(it: Resource) -> Any:
    it.call("head_bucket", Bucket=it.id)
    ask = lambda: it.call("get_object_lock_configuration", Bucket=it.id)["ObjectLockConfiguration"]  # noqa: E731
    lock = _unless("ObjectLockConfigurationNotFoundError", ask)
    return {"bucket": it.id, "objectLockEnabled": lock.get("ObjectLockEnabled") == "Enabled"}


def _empty_bucket(it: Resource) -> None:
    """forceDestroy: every version of every object goes first; otherwise a bucket with content stays."""
    if it.inputs.get("forceDestroy") is not True:
        return
    while True:
        page = it.call("list_object_versions", Bucket=it.id)
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if not versions:
            return
        keys = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in versions]
        it.call("delete_objects", Bucket=it.id, Delete={"Objects": keys})


BUCKET = ResourceType("aws:s3/bucket:Bucket", "s3",
    inputs=fields(  # bucketPrefix and objectLockEnabled replace: provider documentation
        "bucket* bucketPrefix*% forceDestroy:bool%=false objectLockEnabled:bool*~"
    ),
    remedy="use the separate resource for it, such as aws.s3.BucketVersioning",
    autoname="bucket",
    create=(_create_bucket,),
    read=(_read_bucket,),
    delete=(_empty_bucket, Call("delete_bucket", args={"Bucket": "{id}"})),
    formats={"arn": "arn:aws:s3:::{id}", "bucketDomainName": "{id}.s3.amazonaws.com", "bucketRegion": "{region}",
             "bucketRegionalDomainName": "{id}.s3.{region}.amazonaws.com"},
    tags=Tagging(on_create=lambda _, __: {}, change=_write_tags, read=_read_tags, later=True),
)  # fmt: skip

_BLOCK = "PublicAccessBlockConfiguration"
_BLOCKS = """blockPublicAcls:bool=false blockPublicPolicy:bool=false ignorePublicAcls:bool=false
    restrictPublicBuckets:bool=false"""
PUBLIC_ACCESS_BLOCK = setting("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "s3", "bucket",
    fields(f"{_BLOCKS} skipDestroy:bool%"),
    put="put_public_access_block",
    into=_BLOCK,
    get="get_public_access_block",
    result=_BLOCK,
    delete="delete_public_access_block",
)  # fmt: skip

_ACCOUNT = {"AccountId": "{account}"}
ACCOUNT_PUBLIC_ACCESS_BLOCK = written("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "s3control",
    fields(f"accountId*~ {_BLOCKS}"),  # accountId replaces: provider documentation
    id="{account}",
    put=Call("put_public_access_block", args=_ACCOUNT, into=_BLOCK),
    get=Call(
        "get_public_access_block", args=_ACCOUNT, send=(), result=f"{_BLOCK}.merge(@, {{accountId: '{{account}}'}})"
    ),
    delete=Call("delete_public_access_block", args=_ACCOUNT, send=()),
)  # fmt: skip

BUCKET_POLICY = setting("aws:s3/bucketPolicy:BucketPolicy", "s3", "bucket", fields("policy:json!"),
                        put="put_bucket_policy", get="get_bucket_policy", delete="delete_bucket_policy")  # fmt: skip

TYPES = (BUCKET, PUBLIC_ACCESS_BLOCK, ACCOUNT_PUBLIC_ACCESS_BLOCK, BUCKET_POLICY)
