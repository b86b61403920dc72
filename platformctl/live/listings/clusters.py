"""Clusters of Kubernetes, and the registry of the images that they run."""

from platformctl.live.listings.listing import Listing, named, of
from policies import tokens

_CLUSTER = tokens.EKS_CLUSTER
CLUSTERS = (
    Listing(_CLUSTER, "list_clusters", "clusters"),
    named("list_nodegroups", "clusterName", "nodegroups", "{id}:{found}", _CLUSTER, tokens.EKS_NODE_GROUP),
    named("list_addons", "clusterName", "addons", "{id}:{found}", _CLUSTER, tokens.EKS_ADDON),
    named("list_access_entries", "clusterName", "accessEntries", "{id}:{found}", _CLUSTER, tokens.EKS_ACCESS_ENTRY),
    of(
        tokens.EKS_ACCESS_ENTRY,
        tokens.EKS_ACCESS_POLICY,
        "list_associated_access_policies",
        "associatedAccessPolicies[].policyArn",
        args={"clusterName": "{clusterName}", "principalArn": "{principalArn}"},
        form="{clusterName}#{principalArn}#{found}",
    ),
    named(
        "list_pod_identity_associations",
        "clusterName",
        "associations[].associationId",
        "{id},{found}",
        _CLUSTER,
        tokens.POD_IDENTITY,
    ),
    Listing(tokens.REPOSITORY, "describe_repositories", "repositories[].repositoryName"),
    of(tokens.REPOSITORY, tokens.REPOSITORY_POLICY),
    Listing(tokens.REGISTRY_POLICY, fixed="{account}"),
    Listing(tokens.REGISTRY_SCANNING, fixed="{account}"),
)
