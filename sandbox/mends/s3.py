"""S3 as moto serves it, mended: replication rules are answered whole."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.s3.responses import S3Response

from sandbox.mends import replace


def mend() -> None:
    """Replication rules are kept whole, but answered with half of their members."""

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
