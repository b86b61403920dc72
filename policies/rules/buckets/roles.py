"""What a bucket is for, as other resources tell."""

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource


def receives_access_logs(bucket: Resource, graph: Graph) -> bool:
    """Whether S3 delivers the access logs of another bucket here.

    Such a bucket takes neither a customer key nor Object Lock, and logging its own accesses would never end.
    """
    if graph.referrers(bucket, tokens.BUCKET_LOGGING, "targetBucket"):
        return True
    paths = ("logging.targetBucket", "loggings.targetBucket")
    return any(graph.referrers(bucket, tokens.BUCKET, path) for path in paths)
