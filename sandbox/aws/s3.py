"""Buckets and what belongs to the bucket itself, through the S3 API."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sandbox.forms import setting
from sandbox.model import Call, ResourceType, Tagging, document, each, flag, text
from sandbox.resource import Resource
from sandbox.retry import AwsError
from sandbox.tagging import pairs, tags_in


def _write_tags(it: Resource, _: Mapping[str, str], __: frozenset[str]) -> None:
    tags = it.inputs.get("tagsAll") or {}
    if tags:
        it.call("put_bucket_tagging", Bucket=it.id, Tagging={"TagSet": pairs(tags)})
    else:
        it.call("delete_bucket_tagging", Bucket=it.id)


def _read_tags(it: Resource, _: Mapping[str, Any]) -> dict[str, str]:
    try:
        found = it.call("get_bucket_tagging", Bucket=it.id)["TagSet"]
    except AwsError as error:
        if error.code == "NoSuchTagSet":
            return {}
        raise
    return tags_in(found)


def _create_bucket(it: Resource) -> str:
    name = it.inputs.get("bucket") or f"{it.inputs['bucketPrefix']}{time.time_ns():020d}"[:63]
    options: dict[str, Any] = {"ObjectLockEnabledForBucket": True} if it.inputs.get("objectLockEnabled") else {}
    if it.region != "us-east-1":  # the one region that S3 does not want to be told
        options["CreateBucketConfiguration"] = {"LocationConstraint": it.region}
    it.call("create_bucket", Bucket=name, **options)
    return str(name)


def _read_bucket(it: Resource) -> Any:
    it.call("head_bucket", Bucket=it.id)
    try:
        lock = it.call("get_object_lock_configuration", Bucket=it.id)["ObjectLockConfiguration"]["ObjectLockEnabled"]
    except AwsError as error:
        if error.code != "ObjectLockConfigurationNotFoundError":
            raise
        lock = ""
    return {"bucket": it.id, "objectLockEnabled": lock == "Enabled"}


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


BUCKET = ResourceType(
    "aws:s3/bucket:Bucket",
    "s3",
    inputs={
        "bucket": text(replace=True),
        "bucketPrefix": text(local=True, replace=True),  # replaces: provider documentation
        "forceDestroy": flag(default=False, local=True),
        "objectLockEnabled": flag(computed=True, replace=True),  # replaces: provider documentation
    },
    remedy="use the separate resource for it, such as aws.s3.BucketVersioning",
    autoname="bucket",
    create=(_create_bucket,),
    read=(_read_bucket,),
    delete=(_empty_bucket, Call("delete_bucket", args={"Bucket": "{id}"})),
    outputs=("bucket",),
    formats={
        "arn": "arn:aws:s3:::{id}",
        "bucketDomainName": "{id}.s3.amazonaws.com",
        "bucketRegionalDomainName": "{id}.s3.{region}.amazonaws.com",
        "bucketRegion": "{region}",
    },
    tags=Tagging(on_create=lambda _, __: {}, change=_write_tags, read=_read_tags, later=True),
    unique=True,
)

PUBLIC_ACCESS = "blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets"
PUBLIC_ACCESS_BLOCK = setting(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "s3",
    "bucket",
    {**each(flag, PUBLIC_ACCESS, default=False), "skipDestroy": flag(local=True)},
    put="put_public_access_block",
    into="PublicAccessBlockConfiguration",
    get="get_public_access_block",
    result="PublicAccessBlockConfiguration",
    delete="delete_public_access_block",
)

_ACCOUNT = {"AccountId": "{account}"}
_PUT_ACCOUNT_BLOCK = Call("put_public_access_block", args=_ACCOUNT, into="PublicAccessBlockConfiguration")
ACCOUNT_PUBLIC_ACCESS_BLOCK = ResourceType(
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    "s3control",
    inputs={
        "accountId": text(replace=True, computed=True),  # replaces: provider documentation
        **each(flag, PUBLIC_ACCESS, default=False),
    },
    id="{account}",
    create=(_PUT_ACCOUNT_BLOCK,),
    read=(
        Call("get_public_access_block", args=_ACCOUNT, send=(), result="PublicAccessBlockConfiguration"),
        lambda it: {"accountId": it.id},
    ),
    update=(_PUT_ACCOUNT_BLOCK,),
    delete=(Call("delete_public_access_block", args=_ACCOUNT, send=()),),
)

BUCKET_POLICY = setting("aws:s3/bucketPolicy:BucketPolicy", "s3", "bucket", {"policy": document(required=True)},
                        put="put_bucket_policy", get="get_bucket_policy", delete="delete_bucket_policy")  # fmt: skip

TYPES = (BUCKET, PUBLIC_ACCESS_BLOCK, ACCOUNT_PUBLIC_ACCESS_BLOCK, BUCKET_POLICY)
