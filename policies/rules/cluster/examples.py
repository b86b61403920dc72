"""How the examples of the rules on clusters write one."""

from policies import tokens
from policies.examples import Node, Ref

KEY = Node(tokens.KEY, "key")


def cluster(**properties: object) -> Node:
    """A cluster that asks for nothing besides."""
    return Node(tokens.EKS_CLUSTER, "billing", {"name": "billing"} | properties)


def node_group(**properties: object) -> Node:
    """A node group of the cluster."""
    return Node(tokens.EKS_NODE_GROUP, "general", {"clusterName": Ref("billing")} | properties)


def addon(name: str = "vpc-cni", /, **properties: object) -> Node:
    """An add-on of the cluster."""
    return Node(tokens.EKS_ADDON, name, {"clusterName": Ref("billing"), "addonName": name} | properties)
