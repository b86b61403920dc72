"""Databases are out of the internet's reach, and so are their copies."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2, unverified
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.databases.nodes import cluster, instance, member
from policies.rules.databases.roles import SERVERS
from policies.rules.keys.documents import PROVIDER

_SNAPSHOTS = (
    tokens.DATABASE_SNAPSHOT,
    tokens.DATABASE_SNAPSHOT_COPY,
    tokens.DATABASE_CLUSTER_SNAPSHOT,
    tokens.DATABASE_CLUSTER_SNAPSHOT_COPY,
)


def _public_problems(server: Resource, _: Graph) -> Iterator[Problem]:
    # Multi-AZ clusters without a subnet group, or with the default one, are public unless told otherwise:
    # RDS API reference, CreateDBCluster, PubliclyAccessible.
    default = "dbClusterInstanceClass" in server.inputs and server.inputs.get("dbSubnetGroupName") in (None, "default")
    if server.props.get("publiclyAccessible", default) is not False:
        yield Problem("publiclyAccessible", "the database has an address on the internet")


def _sharing_problems(snapshot: Resource, graph: Graph) -> Iterator[Problem]:
    def check(account: str) -> Iterator[Problem]:
        own = graph.account(snapshot)
        if account == "all":
            yield Problem("sharedAccounts", "everyone can restore this snapshot")
        elif own is None:
            raise snapshot.undecided("sharedAccounts")
        elif account != own:
            yield Problem("sharedAccounts", f"the account {account} can restore this snapshot")

    yield from decide(snapshot.props.get("sharedAccounts", ()), check)


def _snapshot(*accounts: object, type_: str = tokens.DATABASE_SNAPSHOT) -> Example:
    return (PROVIDER, Node(type_, "before-upgrade", {"sharedAccounts": list(accounts)}, provider="aws"))


def _known(account: str) -> Node:
    """A snapshot that is shared with our account, and whose own account is told by its ARN alone."""
    arn = f"arn:aws:rds:eu-central-1:{account}:snapshot:s"
    return Node(tokens.DATABASE_SNAPSHOT, "s", {"arn": arn, "sharedAccounts": [ACCOUNT]})


RULES = (
    Rule(
        id="RDS-01",
        name="database-is-not-public",
        summary="No database has an address on the internet.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=SERVERS,
        reads=("publiclyAccessible", "dbClusterInstanceClass", "dbSubnetGroupName"),
        controls=(
            *pci("H", "1.4.4"),
            *pci("L", "1.4.1", "1.4.2"),
            *cis(("2.3.3",), ("2.2.3",)),
            *soc2("CC6.2"),
        ),
        remedy="Leave out publicly_accessible, and give the database a db_subnet_group_name of isolated subnets.",
        problems=_public_problems,
        passes=(
            (cluster(),),
            (member(),),
            (instance(),),
            (instance(publiclyAccessible=False),),
            (cluster(dbClusterInstanceClass="db.m6gd.large", dbSubnetGroupName="data"),),
            (cluster(dbClusterInstanceClass="db.m6gd.large", publiclyAccessible=False),),
        ),
        fails=(
            *((make(publiclyAccessible=True),) for make in (cluster, member, instance)),
            (instance(publiclyAccessible="false"),),
            (cluster(dbClusterInstanceClass="db.m6gd.large"),),
            (cluster(dbClusterInstanceClass="db.m6gd.large", dbSubnetGroupName="default"),),
        ),
        undecided=((instance(publiclyAccessible=Ref("nowhere")),),),
    ),
    Rule(
        id="RDS-14",
        name="snapshot-stays-in-the-account",
        summary="No database snapshot is public or shared with another account.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=_SNAPSHOTS,
        reads=("sharedAccounts", "allowedAccountIds", "arn"),
        controls=(*pci("P", "10.3.2"), *unverified("soc2", "CC6.1")),
        remedy="Leave out shared_accounts; copy what must leave the account by a backup plan's copy action.",
        problems=_sharing_problems,
        passes=(
            *((Node(type_, "before-upgrade"),) for type_ in _SNAPSHOTS),
            _snapshot(),
            _snapshot(ACCOUNT),
            (_known(ACCOUNT),),
        ),
        fails=(
            *(_snapshot("all", type_=type_) for type_ in _SNAPSHOTS),
            _snapshot(ACCOUNT, "999999999999"),
            (Node(tokens.DATABASE_SNAPSHOT, "s", {"sharedAccounts": ["all"]}),),
            (_known("999999999999"),),
        ),
        undecided=(
            _snapshot(Ref("nowhere")),
            (Node(tokens.DATABASE_SNAPSHOT, "s", {"sharedAccounts": [ACCOUNT]}),),
        ),
    ),
)
