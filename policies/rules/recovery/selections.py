"""Which resources the backup plans select.

AWS Backup developer guide, "Assigning resources to a backup plan" and BackupSelection: resources are ARNs with `*`;
`selectionTags` (ListOfTags) add whatever has one of the tags; every condition must hold; `notResources` take away; a
selection that names neither resources nor tags selects everything.
"""

from collections.abc import Callable

from policies import tokens
from policies.globs import compiled, meet
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import some
from policies.values import UNKNOWN, Block, Undecided

# How the ARNs of what can be backed up go on after `arn:aws:`, and the property that holds the name in it.
_ARNS = {
    tokens.DATABASE_CLUSTER: ("rds:{region}:{account}:cluster:", "clusterIdentifier"),
    tokens.DATABASE_INSTANCE: ("rds:{region}:{account}:db:", "identifier"),
    tokens.VOLUME: ("ec2:{region}:{account}:volume/", "id"),
    tokens.FILE_SYSTEM: ("elasticfilesystem:{region}:{account}:file-system/", "id"),
    tokens.TABLE: ("dynamodb:{region}:{account}:table/", "name"),
    tokens.BUCKET: ("s3:::", "bucket"),
}
BACKED_UP = tuple(_ARNS)
_TAG = "aws:ResourceTag/"
_CONDITIONS: dict[str, Callable[[str | None, str], bool]] = {
    "stringEquals": lambda value, wanted: value == wanted,
    "stringLikes": lambda value, wanted: value is not None and _like(wanted, value),
    "stringNotEquals": lambda value, wanted: value != wanted,
    "stringNotLikes": lambda value, wanted: value is None or not _like(wanted, value),
}


def has_plan(resource: Resource, graph: Graph, good: Callable[[Resource], bool]) -> bool:
    """Whether a plan of this graph that is `good` selects the resource."""

    def selects_well(selection: Resource) -> bool:
        plan = graph.resolve(selection, "planId", tokens.BACKUP_PLAN)
        return plan is not None and good(plan) and selects(selection, resource, graph)

    return some(graph.of_type(tokens.BACKUP_SELECTION), selects_well)


def selects(selection: Resource, resource: Resource, graph: Graph) -> bool:
    """Whether a selection has the resource among what it selects."""
    props = selection.props
    named = "resources" not in props and "selectionTags" not in props
    named = named or _lists(selection, "resources", resource, graph) or _has_tag(selection, resource, graph)
    return named and _meets(selection, resource, graph) and not _lists(selection, "notResources", resource, graph)


def _lists(selection: Resource, key: str, resource: Resource, graph: Graph) -> bool:
    if key not in selection.props:
        return False
    try:
        return some(selection.props[key], lambda pattern: _covers(pattern, resource, graph))
    except Undecided:
        if resource.urn in selection.property_dependencies.get(key, ()):
            return True
        raise


def _covers(pattern: str, resource: Resource, graph: Graph) -> bool:
    if graph.find(pattern, resource.type) is resource:
        return True
    arn = _arn(resource, graph)
    if _like(pattern, arn):
        return True
    if "*" in arn and meet(str.__str__(pattern), arn):
        raise resource.undecided("arn")
    return False


def _arn(resource: Resource, graph: Graph) -> str:
    """The resource's ARN, with `*` for what is not known yet."""
    known = resource.properties.get("arn")
    if isinstance(known, str):
        return known
    ending, key = _ARNS[resource.type]
    provider = graph.provider(resource)
    region = resource.inputs.get("region") or (graph.setting(provider, "region") if provider else None) or "*"
    name = resource.properties.get(key) or resource.id or UNKNOWN
    parts = ending.format(region=region, account=graph.account(resource) or "*")
    return f"arn:aws:{parts}{name if isinstance(name, str) else '*'}"


def _has_tag(selection: Resource, resource: Resource, graph: Graph) -> bool:
    def holds(wanted: Block) -> bool:
        is_equal = wanted.get("type") == "STRINGEQUALS"
        return is_equal and graph.tag(resource, wanted["key"]) == wanted["value"]

    return some(selection.props.blocks("selectionTags"), holds)


def _meets(selection: Resource, resource: Resource, graph: Graph) -> bool:
    return all(
        _is_met(operator, wanted, resource, graph)
        for conditions in selection.props.blocks("conditions")
        for operator in (*_CONDITIONS, *conditions)
        for wanted in conditions.blocks(operator)
    )


def _is_met(operator: str, wanted: Block, resource: Resource, graph: Graph) -> bool:
    key = str(wanted["key"])
    if operator not in _CONDITIONS or not key.startswith(_TAG):
        return False
    return _CONDITIONS[operator](graph.tag(resource, key.removeprefix(_TAG)), wanted["value"])


def _like(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` matches the text, in which a `*` is matched by one only."""
    return compiled(str.__str__(pattern)).fullmatch(text) is not None
