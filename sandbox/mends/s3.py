"""S3 as moto serves it, mended: replication rules are answered whole, and buckets with content can be locked."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from sandbox.mends import replace


def mend() -> None:
    _replication()
    _object_lock()


def _object_lock() -> None:
    """Refused for a bucket that has objects: AWS takes it at any time (S3 user guide, Configuring S3 Object Lock)."""
    put = S3Backend.put_object_lock_configuration

    def locked(self: Any, bucket_name: str, *args: Any, **more: Any) -> None:
        bucket = self.get_bucket(bucket_name)
        kept, bucket.keys = bucket.keys, type(bucket.keys)()
        try:
            put(self, bucket_name, *args, **more)
        finally:
            bucket.keys = kept

    replace(S3Backend, put_object_lock_configuration=locked)


def _replication() -> None:
    """Rules are kept whole, but answered with half of their members."""

    def answer(self: Any) -> Any:
        self.data["Action"] = "GetBucketReplication"
        found = self.backend.get_bucket_replication(self.bucket_name)
        if not found:
            raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
        rules = [_with_tag_list(rule) for rule in found["Rule"]]
        return self.serialized(ActionResult({"ReplicationConfiguration": {"Role": found["Role"], "Rules": rules}}))

    replace(S3Response, get_bucket_replication=answer)


def _with_tag_list(rule: dict[str, Any]) -> dict[str, Any]:
    """In XML the tags of a filter stand one after the other, in the answer's model they are a list."""
    both = (rule.get("Filter") or {}).get("And")
    if not both:
        return rule
    tags = both.get("Tag") or []
    return {**rule, "Filter": {"And": {**both, "Tags": tags if isinstance(tags, list) else [tags]}}}
