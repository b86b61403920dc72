"""How the examples of the rules on databases write one."""

from policies import tokens
from policies.examples import Example, Node, Ref

KEY = Node(tokens.KEY, "key")
AURORA = {"engine": "aurora-postgresql", "clusterIdentifier": "ledger"}
POSTGRES = {"engine": "postgres", "identifier": "ledger"}


def cluster(**properties: object) -> Node:
    """An Aurora cluster."""
    return Node(tokens.DATABASE_CLUSTER, "ledger", AURORA | properties)


def instance(**properties: object) -> Node:
    """A database instance without a cluster."""
    return Node(tokens.DATABASE_INSTANCE, "ledger", POSTGRES | properties)


def member(name: str = "ledger-0", cluster: object = Ref("ledger"), **properties: object) -> Node:
    """An instance of the cluster."""
    base = {"engine": "aurora-postgresql", "clusterIdentifier": cluster}
    return Node(tokens.DATABASE_CLUSTER_INSTANCE, name, base | properties)


def group(type_: str, name: str = "tuned", family: str = "aurora-postgresql16", /, **parameters: object) -> Node:
    """A parameter group; `__` in a parameter's name stands for a dot."""
    listed = [{"name": key.replace("__", "."), "value": value} for key, value in parameters.items()]
    return Node(type_, name, {"name": name, "family": family, "parameters": listed})


def tuned_cluster(family: str = "aurora-postgresql16", /, **parameters: object) -> Example:
    """A cluster with a parameter group that sets `parameters`."""
    made = group(tokens.DATABASE_CLUSTER_PARAMETERS, "tuned", family, **parameters)
    return (cluster(dbClusterParameterGroupName=Ref("tuned")), made)


def tuned_instance(family: str = "postgres16", /, **parameters: object) -> Example:
    """An instance with a parameter group that sets `parameters`."""
    made = group(tokens.DATABASE_PARAMETERS, "tuned", family, **parameters)
    return (instance(parameterGroupName="tuned"), made)
