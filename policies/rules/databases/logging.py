"""What happens in databases is on record, without the data itself."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, soc2, unverified
from policies.examples import Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.databases.nodes import cluster, group, instance, member, tuned_cluster, tuned_instance
from policies.rules.databases.parameters import parameters_of
from policies.rules.databases.roles import DATABASES, is_postgresql

_EXPORTS = "enabledCloudwatchLogsExports"
_ON = ("1", "on", "true", "yes")
_OFF = ("0", "off", "false", "no")
# PostgreSQL documentation, log_connections: from version 18 a list of stages, of which the old `on` is these.
_STAGES = {"receipt", "authentication", "authorization"}
# pgAudit's README, pgaudit.log; a `-` before a class takes it out.
_CLASSES = {"read", "write", "function", "role", "ddl", "misc", "misc_set"}


def _export_problems(database: Resource, _: Graph) -> Iterator[Problem]:
    if not some(database.props.get(_EXPORTS, ()), lambda log: log == "postgresql"):
        yield Problem(_EXPORTS, "the database's log is not exported to CloudWatch: postgresql is not among the exports")


def _audit_problems(database: Resource, graph: Graph) -> Iterator[Problem]:
    parameters = parameters_of(database, graph)
    if isinstance(parameters, Problem):
        yield parameters
        return
    yield from parameters.check("shared_preload_libraries", _loads_pgaudit, "pgAudit is not loaded")
    yield from parameters.check("pgaudit.log", _audits, "pgAudit records no class of statements")
    yield from parameters.check("log_connections", _logs_connections, "nobody can tell who connected")
    what = "values of statements, such as card and personal data, go to the log"
    yield from parameters.check("pgaudit.log_parameter", lambda value: value.lower() in _OFF, what, "off")


def _listed(value: str) -> list[str]:
    return [item.strip().lower() for item in value.split(",")]


def _loads_pgaudit(value: str) -> bool:
    return "pgaudit" in _listed(value)


def _audits(value: str) -> bool:
    recorded: set[str] = set()
    for item in _listed(value):
        name = item.removeprefix("-")
        named = _CLASSES if name == "all" else {name} & _CLASSES
        if not named and name != "none":
            return False
        recorded = recorded - named if item.startswith("-") else recorded | named
    return bool(recorded)


def _logs_connections(value: str) -> bool:
    stages = set(_listed(value))
    return value.lower() in (*_ON, "all") or stages >= _STAGES


_INSTANCE_GROUP = tokens.DATABASE_PARAMETERS
_GOOD = {"shared_preload_libraries": "pgaudit", "pgaudit__log": "ddl,role", "log_connections": "1"}


def _without(name: str) -> dict[str, str]:
    return {key: value for key, value in _GOOD.items() if key != name}


RULES = (
    Rule(
        id="RDS-06",
        name="database-log-is-exported",
        summary="Every PostgreSQL database exports its log to CloudWatch.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=DATABASES,
        reads=("engine", _EXPORTS),
        controls=(*pci("H", "10.2.1", "10.4.2"), *soc2("PI1.3")),
        remedy='Set enabled_cloudwatch_logs_exports=["postgresql"].',
        problems=_export_problems,
        applies=is_postgresql,
        passes=(
            (cluster(**{_EXPORTS: ["postgresql"]}),),
            (instance(**{_EXPORTS: ["upgrade", "postgresql"]}),),
        ),
        fails=(
            (cluster(),),
            (instance(),),
            (instance(**{_EXPORTS: []}),),
            (instance(**{_EXPORTS: ["upgrade"]}),),
            (cluster(**{_EXPORTS: ["postgresql-audit"]}),),
            (instance(engine=None, replicateSourceDb="other"),),
        ),
        undecided=((cluster(**{_EXPORTS: ["upgrade", Ref("nowhere")]}),), (cluster(**{_EXPORTS: Ref("nowhere")}),)),
        ignores=((instance(engine="mysql"),),),
    ),
    Rule(
        id="RDS-07",
        name="database-use-is-audited",
        summary="PostgreSQL databases record connections and, by pgAudit, statements, but not their values.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=DATABASES,
        reads=(
            "engine",
            "dbClusterParameterGroupName",
            "parameterGroupName",
            "parameters",
            "clusterIdentifier",
            "dbParameterGroupName",
        ),
        controls=(*pci("L", "10.2.1"), *unverified("soc2", "CC7.2")),
        remedy="Set shared_preload_libraries=pgaudit, pgaudit.log (such as ddl,role,write) and log_connections=1"
        " in the parameter group, and leave pgaudit.log_parameter off.",
        problems=_audit_problems,
        applies=is_postgresql,
        needs_graph=True,
        passes=(
            tuned_cluster(**_GOOD),
            tuned_instance(**_GOOD),
            tuned_cluster(**_GOOD | {"shared_preload_libraries": "pg_stat_statements, pgaudit"}),
            tuned_cluster(**_GOOD | {"pgaudit__log": "ALL,-MISC"}),
            tuned_cluster(**_GOOD | {"log_connections": "on"}),
            tuned_cluster("aurora-postgresql18", **_GOOD | {"log_connections": "receipt,authentication,authorization"}),
            tuned_cluster(**_GOOD, pgaudit__log_parameter="0"),
            (*tuned_cluster(**_GOOD), member(dbParameterGroupName="x"), group(_INSTANCE_GROUP, "x", work_mem="64")),
        ),
        fails=(
            (cluster(),),
            (instance(parameterGroupName="default.postgres16"),),
            tuned_cluster(),
            *(tuned_cluster(**_without(name)) for name in _GOOD),
            tuned_cluster(**_GOOD | {"shared_preload_libraries": "pgauditlogtofile"}),
            tuned_cluster(**_GOOD | {"pgaudit__log": "none"}),
            tuned_cluster(**_GOOD | {"pgaudit__log": ""}),
            tuned_cluster(**_GOOD | {"pgaudit__log": "all,-all"}),
            tuned_cluster(**_GOOD | {"pgaudit__log": "everything"}),
            tuned_cluster(**_GOOD | {"log_connections": "0"}),
            tuned_cluster(**_GOOD | {"log_connections": "receipt"}),
            tuned_cluster(**_GOOD, pgaudit__log_parameter="1"),
            tuned_instance(**_GOOD, pgaudit__log_parameter="on"),
            (
                *tuned_cluster(**_GOOD),
                member(dbParameterGroupName="x"),
                group(_INSTANCE_GROUP, "x", log_connections="0"),
            ),
        ),
        undecided=(
            tuned_cluster(**_GOOD | {"pgaudit__log": Ref("nowhere")}),
            (*tuned_cluster(**_GOOD), member(cluster=Ref("nowhere"))),
        ),
        ignores=((instance(engine="mysql"),),),
    ),
)
