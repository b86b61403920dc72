"""What a principal becomes inside a cluster, and which roles lead out of it again."""

from policies.access.reach.cluster.clusters import Clusters
from policies.access.reach.cluster.ways import Way

__all__ = ["Clusters", "Way"]
