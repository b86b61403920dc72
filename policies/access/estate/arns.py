"""What resources are called: the ARN that the cloud reports, or the one that a program's names add up to."""

from collections import Counter
from dataclasses import replace

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Mistyped, Undecided, unknown_where_wrong

_REPOSITORY = "aws:ecr/repository:Repository"
_FUNCTION = "aws:lambda/function:Function"
# Service authorization reference, "Resource types": how an ARN ends, by the properties that say it. Those of S3 name
# neither region nor account, those of IAM no region.
_FORMS = {
    tokens.BUCKET: ("s3", "{bucket}"),
    tokens.ROLE: ("iam", "role{path}{name}"),
    tokens.USER: ("iam", "user{path}{name}"),
    tokens.GROUP: ("iam", "group{path}{name}"),
    tokens.POLICY: ("iam", "policy{path}{name}"),
    tokens.QUEUE: ("sqs", "{name}"),
    tokens.TOPIC: ("sns", "{name}"),
    tokens.LOG_GROUP: ("logs", "log-group:{name}"),
    tokens.EKS_CLUSTER: ("eks", "cluster/{name}"),
    tokens.BACKUP_VAULT: ("backup", "backup-vault:{name}"),
    tokens.TRAIL: ("cloudtrail", "trail/{name}"),
    tokens.DATABASE_CLUSTER: ("rds", "cluster:{clusterIdentifier}"),
    tokens.DATABASE_INSTANCE: ("rds", "db:{identifier}"),
    tokens.TABLE: ("dynamodb", "table/{name}"),
    _REPOSITORY: ("ecr", "repository/{name}"),
    _FUNCTION: ("lambda", "function:{name}"),
}
# What AWS appends to or makes up for these is not known before they exist; the resource's own name stands for it.
_MADE_UP = {
    tokens.KEY: ("kms", "key/{}"),
    tokens.KEY_REPLICA: ("kms", "key/{}"),
    tokens.SECRET: ("secretsmanager", "{}"),
}


def identified(graph: Graph) -> Graph:
    """The graph with an ARN on every resource whose name says it, so that what a document or another project names
    by ARN is found, and without what the provider refuses, of which nothing is known.
    """
    known = Graph(map(_known, graph.resources)) if any(one.mistyped for one in graph.resources) else graph
    main = main_account(known)
    return Graph(_named(resource, known, main) for resource in known.resources)


def _known(resource: Resource) -> Resource:
    if not resource.mistyped:
        return resource
    sides = {"properties": resource.properties, "asked": resource.asked}
    return replace(resource, **{side: unknown_where_wrong({**values}) for side, values in sides.items()})


def main_account(graph: Graph) -> str:
    """The account of more than half of what names one; empty if there is none, for then nobody knows."""
    counted = Counter(account for resource in graph.resources if (account := graph_account(graph, resource)))
    return next((account for account, count in counted.items() if 2 * count > counted.total()), "")


def _named(resource: Resource, graph: Graph, main: str) -> Resource:
    if isinstance(resource.properties.get("arn"), str) or not (arn := arn_of(resource, graph, main)):
        return resource
    return replace(resource, properties={**resource.properties, "arn": arn})


def arn_of(resource: Resource, graph: Graph, main: str = "") -> str | None:
    """The resource's ARN, as the cloud reports it or as its names add up to it; None if they do not tell. `main` is the
    account of what says none.
    """
    reported = resource.properties.get("arn")
    if isinstance(reported, str):
        return reported
    service, end = _end(resource)
    if not end:
        return None
    if service == "s3":
        return f"arn:aws:s3:::{end}"
    account = graph_account(graph, resource) or main
    if not account:
        return None
    region = "" if service == "iam" else _region(graph, resource)
    return f"arn:aws:{service}:{region}:{account}:{end}"


def _end(resource: Resource) -> tuple[str, str]:
    if form := _FORMS.get(resource.type):
        given = {key: value for key, value in resource.properties.items() if value is not None}
        known = {key: value for key, value in ({"path": "/"} | given).items() if isinstance(value, str)}
        try:
            end = form[1].format(**known)
        except KeyError:
            return form[0], ""
        sound = "{path}" not in form[1] or (known["path"].startswith("/") and known["path"].endswith("/"))
        return form[0], end if sound else ""  # IAM refuses any other path
    if form := _MADE_UP.get(resource.type):
        name = resource.properties.get("name")
        made_up = f"secret:{name}-??????" if form[0] == "secretsmanager" and isinstance(name, str) else resource.name
        return form[0], form[1].format(made_up)
    return "", ""


def graph_account(graph: Graph, resource: Resource) -> str:
    """The resource's account; empty if nothing tells."""
    try:
        return graph.account(resource) or ""
    except (Undecided, Mistyped):  # the provider's settings are not yet looked at
        return ""


def _region(graph: Graph, resource: Resource) -> str:
    region = resource.properties.get("region")
    if isinstance(region, str) and region:
        return region
    try:
        provider = graph.provider(resource)
        return str(graph.setting(provider, "region") or "") if provider else ""
    except (Undecided, Mistyped):  # the provider's settings are not yet looked at
        return ""
