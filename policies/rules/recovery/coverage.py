"""Everything that holds data is backed up, and what matters most also far away."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.databases.roles import DATABASES, is_replica
from policies.rules.keys.documents import PROVIDER
from policies.rules.recovery.selections import BACKED_UP, has_plan
from policies.values import Block, Undecided

_THROWAWAY_STACKS = ("sandbox",)
_STRICT_STACKS = ("prod",)  # elsewhere the loss of a region loses tests
_FIRST_TIER = ("financial", "audit")
_VAULTS = (tokens.BACKUP_VAULT, tokens.AIR_GAPPED_VAULT)


def _plan_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if not has_plan(resource, graph, lambda plan: bool(plan.props.blocks("rules"))):
        yield Problem(None, "no backup plan of this stack selects this")


def _copy_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if not has_plan(resource, graph, lambda plan: _copies_far(plan, graph)):
        yield Problem(None, "the loss of a region or account loses this: no plan copies its backups to another one")


def _copies_far(plan: Resource, graph: Graph) -> bool:
    copies = [copy for rule in plan.props.blocks("rules") for copy in rule.blocks("copyActions")]
    return some(copies, lambda copy: _is_far(copy, plan, graph))


def _is_far(copy: Block, plan: Resource, graph: Graph) -> bool:
    here = (_region(plan, graph), graph.account(plan))
    try:
        parts = copy.text("destinationVaultArn").split(":")
    except Undecided:
        makers = (graph.by_urn.get(urn) for urn in plan.property_dependencies.get("rules", ()))
        vaults = [maker for maker in makers if maker and maker.type in _VAULTS]
        if not vaults:
            raise
        return any(_differs(here, (_region(vault, graph), graph.account(vault)), plan) for vault in vaults)
    return len(parts) > 6 and _differs(here, (parts[3], parts[4]), plan)


def _region(resource: Resource, graph: Graph) -> str | None:
    provider = graph.provider(resource)
    region = resource.inputs.get("region") or (graph.setting(provider, "region") if provider else None)
    return str(region) if region else None


def _differs(here: tuple[str | None, str | None], there: tuple[str | None, str | None], plan: Resource) -> bool:
    if any(a and b and a != b for a, b in zip(here, there, strict=True)):
        return True
    if None in here or None in there:
        raise plan.undecided("region")
    return False


def _holds_data(resource: Resource, graph: Graph) -> bool:
    """Databases but replicas, disks, file systems and tables; of buckets those of card data."""
    if resource.stack in _THROWAWAY_STACKS or (resource.type in DATABASES and is_replica(resource)):
        return False
    return resource.type != tokens.BUCKET or graph.tag(resource, "pci-scope") == "cde"


def _is_first_tier(resource: Resource, graph: Graph) -> bool:
    return (
        resource.stack in _STRICT_STACKS
        and _holds_data(resource, graph)
        and graph.tag(resource, "data-class") in _FIRST_TIER
    )


_PLACE = Node(tokens.AWS_PROVIDER, "aws", {**PROVIDER.props, "region": "eu-central-1"})
_AWAY = Node(tokens.AWS_PROVIDER, "away", {**PROVIDER.props, "region": "eu-west-1"})
_TAGS = {"data-class": "financial", "pci-scope": "cde", "backup": "daily"}
_HELD = {
    tokens.DATABASE_CLUSTER: {"clusterIdentifier": "ledger"},
    tokens.DATABASE_INSTANCE: {"identifier": "ledger"},
    tokens.VOLUME: {},
    tokens.FILE_SYSTEM: {},
    tokens.TABLE: {"name": "ledger"},
    tokens.BUCKET: {"bucket": "ledger"},
}
_ARN = f"arn:aws:rds:eu-central-1:{ACCOUNT}"
_DAILY = {"type": "STRINGEQUALS", "key": "backup", "value": "daily"}
_EQUAL = {"key": "aws:ResourceTag/backup", "value": "daily"}


def _held(type_: str = tokens.DATABASE_CLUSTER, **properties: object) -> Node:
    return Node(type_, "ledger", {**_HELD[type_], "tags": _TAGS, **properties}, provider="aws")


def _plan(**rule: object) -> Node:
    return Node(tokens.BACKUP_PLAN, "plan", {"rules": [{"ruleName": "daily"} | rule]}, provider="aws")


def _selected(*held: Node, plan: Node | None = None, **selection: object) -> Example:
    selects = Node(tokens.BACKUP_SELECTION, "all", {"planId": Ref("plan")} | selection)
    return (_PLACE, *(held or (_held(),)), plan or _plan(), selects)


def _conditions(**operators: object) -> Example:
    return _selected(conditions=[operators], resources=["*"])


def _copied(destination: object, *vaults: Node) -> Example:
    plan = _plan(copyActions=[{"destinationVaultArn": destination}])
    return (*_selected(plan=plan, resources=["*"]), *vaults)


def _copied_if(held: Node | None = None, **selection: object) -> Example:
    """A plan with copies in another region, and what selects for it."""
    plan = _plan(copyActions=[{"destinationVaultArn": f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:far"}])
    return _selected(held or _held(), plan=plan, **selection)


_FAR_VAULT = Node(tokens.BACKUP_VAULT, "far", {"name": "far"}, provider="away")
_NEAR_VAULT = Node(tokens.BACKUP_VAULT, "far", {"name": "far"}, provider="aws")

RULES = (
    Rule(
        id="BKP-02",
        name="data-is-backed-up",
        summary="A backup plan selects every database, disk, file system, table and card-data bucket.",
        severity=Severity.HIGH,
        pack=Pack.OPERATIONS,
        types=BACKED_UP,
        reads=(
            "planId",
            "resources",
            "notResources",
            "selectionTags",
            "conditions",
            "rules",
            "tags",
            "arn",
            "clusterIdentifier",
            "replicateSourceDb",
            "replicationSourceIdentifier",
            "region",
            "allowedAccountIds",
        ),
        controls=(*pci("P", "10.3.3"), *unverified("soc2", "A1.2")),
        remedy="Name its ARN in a backup.Selection of a plan, or tag it as a selection wants.",
        problems=_plan_problems,
        applies=_holds_data,
        needs_graph=True,
        passes=(
            *(_selected(_held(type_), selectionTags=[_DAILY]) for type_ in BACKED_UP),
            *(_selected(_held(type_), resources=[Ref("ledger")]) for type_ in BACKED_UP),
            _selected(),
            _selected(resources=["*"]),
            _selected(_held(arn=f"{_ARN}:cluster:other"), resources=[f"{_ARN}:cluster:o*"]),
            _selected(resources=[f"{_ARN}:cluster:ledger"]),
            _selected(resources=["arn:aws:rds:*:*:cluster:*"]),
            _selected(resources=["arn:aws:rds:*:*:cluster:led*"]),
            _selected(resources=["*"], notResources=["arn:aws:rds:*:*:db:*"]),
            _selected(resources=["arn:aws:s3:::x"], selectionTags=[_DAILY]),
            _conditions(stringEquals=[_EQUAL]),
            _conditions(stringLikes=[_EQUAL | {"value": "d*"}]),
            _conditions(stringNotEquals=[_EQUAL | {"value": "never"}]),
            _conditions(stringNotLikes=[_EQUAL | {"value": "n*"}]),
        ),
        fails=(
            *((_held(type_),) for type_ in BACKED_UP),
            (_PLACE, _held(), _plan()),
            _selected(plan=Node(tokens.BACKUP_PLAN, "plan", {"rules": []})),
            _selected(planId="elsewhere"),
            _selected(resources=[]),
            _selected(resources=[f"{_ARN}:cluster:ledger-2"]),
            _selected(resources=["arn:aws:rds:*:*:db:*"]),
            _selected(resources=["arn:aws:rds:eu-west-1:*:cluster:*"]),
            _selected(_held(clusterIdentifier=None), resources=[f"{_ARN}:db:ledger"]),
            _selected(resources=["*"], notResources=[f"{_ARN}:cluster:ledger"]),
            _selected(resources=["*"], notResources=["arn:aws:rds:*"]),
            _selected(resources=["*"], notResources=[Ref("ledger")]),
            _selected(selectionTags=[_DAILY | {"value": "Daily"}]),
            _selected(selectionTags=[_DAILY | {"key": "backups"}]),
            _conditions(stringEquals=[_EQUAL | {"value": "weekly"}]),
            _conditions(stringEquals=[_EQUAL, _EQUAL | {"key": "aws:ResourceTag/owner"}]),
            _conditions(stringEquals=[_EQUAL | {"key": "backup"}]),
            _conditions(stringNotLikes=[_EQUAL | {"value": "d*"}]),
            _conditions(stringLikes=[_EQUAL | {"value": "w*"}]),
        ),
        undecided=(
            _selected(resources=[Ref("nowhere")]),
            _selected(_held(clusterIdentifier=None), resources=[f"{_ARN}:cluster:ledger"]),
            _selected(_held(clusterIdentifier=None), resources=["arn:aws:rds:*:cluster:led*r"]),
            _selected(resources=["*"], notResources=[Ref("nowhere")]),
            _selected(planId=Ref("nowhere")),
        ),
        ignores=(
            (Node(tokens.BUCKET, "logs", {"tags": {"pci-scope": "connected"}}),),
            (Node(tokens.DATABASE_INSTANCE, "copy", {"replicateSourceDb": "ledger"}),),
            (Node(tokens.DATABASE_CLUSTER, "copy", {"replicationSourceIdentifier": "ledger"}),),
        ),
    ),
    Rule(
        id="BKP-03",
        name="first-tier-is-copied-away",
        summary="In production backups of financial and audit data are copied to another region or account.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=BACKED_UP,
        reads=(
            "copyActions",
            "destinationVaultArn",
            "planId",
            "resources",
            "selectionTags",
            "region",
            "tags",
            "allowedAccountIds",
            "arn",
            "clusterIdentifier",
            "conditions",
            "notResources",
            "replicateSourceDb",
            "replicationSourceIdentifier",
        ),
        controls=unverified("soc2", "A1.2"),
        remedy="Give the plan's rule copy_actions to a vault in another region or account.",
        problems=_copy_problems,
        applies=_is_first_tier,
        needs_graph=True,
        passes=(
            _copied(f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:far"),
            _copied("arn:aws:backup:eu-central-1:999999999999:backup-vault:far"),
            _copied(Ref("far"), _AWAY, _FAR_VAULT),
            _copied_if(resources=[f"{_ARN}:cluster:ledger"]),
            _copied_if(selectionTags=[_DAILY]),
            _copied_if(resources=["*"], notResources=[f"{_ARN}:cluster:other"]),
            _copied_if(conditions=[{"stringEquals": [_EQUAL]}], resources=["*"]),
            _copied_if(_held(arn=f"{_ARN}:cluster:other"), resources=[f"{_ARN}:cluster:other"]),
        ),
        fails=(
            (_held(),),
            _selected(resources=["*"]),
            _copied(f"arn:aws:backup:eu-central-1:{ACCOUNT}:backup-vault:near"),
            _copied(Ref("far"), _NEAR_VAULT),
            _copied("far"),
            (
                _PLACE,
                _held(),
                *_copied(f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:far")[2:-1],
                Node(tokens.BACKUP_SELECTION, "other", {"planId": Ref("plan"), "resources": ["arn:aws:s3:::x"]}),
            ),
        ),
        undecided=(_copied(Ref("nowhere")),),
        ignores=(
            (_held(tags={"data-class": "internal"}),),
            (_held(replicationSourceIdentifier="other"),),
            (_held(tokens.DATABASE_INSTANCE, replicateSourceDb="other"),),
        ),
    ),
)
