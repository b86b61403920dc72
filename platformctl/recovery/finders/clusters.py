"""Finders of clusters and of what hangs on them."""

from collections.abc import Mapping

from platformctl.recovery.finders.looking import Clients, Find, Inputs, asked, listed, named, pages


def _of_cluster(operation: str, argument: str, name: str) -> Find:
    arguments = {"clusterName": "clusterName", argument: name}
    return asked("eks", operation, arguments, f"{{clusterName}}:{{{name}}}")


def _policy_association(clients: Clients, inputs: Inputs) -> str | None:
    cluster, principal, policy = (inputs[name] for name in ("clusterName", "principalArn", "policyArn"))
    entry = {"clusterName": cluster, "principalArn": principal}
    there = pages(clients("eks"), "list_associated_access_policies", "associatedAccessPolicies", **entry)
    return f"{cluster}#{principal}#{policy}" if any(one["policyArn"] == policy for one in there) else None


def _pod_identity(clients: Clients, inputs: Inputs) -> str | None:
    account = {name: inputs[name] for name in ("clusterName", "namespace", "serviceAccount")}
    there = pages(clients("eks"), "list_pod_identity_associations", "associations", **account)
    return next((f"{account['clusterName']},{one['associationId']}" for one in there), None)


CLUSTERS: Mapping[str, Find] = {
    "aws:ec2/launchTemplate:LaunchTemplate": listed(
        "ec2", "describe_launch_templates", "LaunchTemplates", named("LaunchTemplateName"), "LaunchTemplateId"
    ),
    "aws:eks/accessEntry:AccessEntry": _of_cluster("describe_access_entry", "principalArn", "principalArn"),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": _policy_association,
    "aws:eks/addon:Addon": _of_cluster("describe_addon", "addonName", "addonName"),
    "aws:eks/cluster:Cluster": asked("eks", "describe_cluster", {"name": "name"}, "{name}"),
    "aws:eks/nodeGroup:NodeGroup": _of_cluster("describe_nodegroup", "nodegroupName", "nodeGroupName"),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": _pod_identity,
}
