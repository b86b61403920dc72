"""Connections to databases are encrypted."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.databases.nodes import cluster, group, instance, member, tuned_cluster, tuned_instance
from policies.rules.databases.parameters import Parameters, parameters_of
from policies.rules.databases.roles import DATABASES, is_postgresql

# The first major version in whose families rds.force_ssl is 1 by default: RDS user guide, "Using SSL with a
# PostgreSQL DB instance"; Aurora user guide, "Securing Aurora PostgreSQL data with SSL/TLS".
_FORCED_FROM = {"postgres": 15, "aurora-postgresql": 17}
_PROTOCOLS = ("tlsv1.2", "tlsv1.3")


def _force_problems(database: Resource, graph: Graph) -> Iterator[Problem]:
    parameters = parameters_of(database, graph)
    if isinstance(parameters, Problem):
        yield parameters
        return
    default = _default_force(parameters)
    yield from parameters.check("rds.force_ssl", lambda value: value == "1", "clients may connect in clear", default)


def _default_force(parameters: Parameters) -> str:
    engine, version = re.fullmatch(r"(.*?)(\d*)", parameters.family, re.DOTALL).groups()  # type: ignore[union-attr]
    return "1" if version and int(version) >= _FORCED_FROM.get(engine, 10**6) else ""


def _protocol_problems(database: Resource, graph: Graph) -> Iterator[Problem]:
    parameters = parameters_of(database, graph)
    if isinstance(parameters, Problem):
        yield parameters
        return
    what = "clients may use a broken TLS version"
    yield from parameters.check("ssl_min_protocol_version", lambda value: value.lower() in _PROTOCOLS, what)


_INSTANCE_GROUP = tokens.DATABASE_PARAMETERS
_CLUSTER_GROUP = tokens.DATABASE_CLUSTER_PARAMETERS
_ON = {"rds__force_ssl": "1"}
_TLS = {"ssl_min_protocol_version": "TLSv1.2"}
_BAD_GROUPS = (
    (cluster(),),
    (instance(),),
    (cluster(dbClusterParameterGroupName="default.aurora-postgresql17"),),
    (instance(parameterGroupName="default.postgres17"),),
    (cluster(dbClusterParameterGroupName="elsewhere"), group(_CLUSTER_GROUP, "tuned", **_ON, **_TLS)),
    (cluster(dbClusterParameterGroupName="tuned"), group(_INSTANCE_GROUP, "tuned", **_ON, **_TLS)),
)

RULES = (
    Rule(
        id="RDS-04",
        name="database-connections-are-encrypted",
        summary="Every PostgreSQL database refuses connections without TLS, by its own parameter group.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=DATABASES,
        reads=(
            "engine",
            "dbClusterParameterGroupName",
            "parameterGroupName",
            "parameters",
            "family",
            "clusterIdentifier",
            "dbParameterGroupName",
        ),
        controls=(*pci("L", "4.2.1"), *unverified("soc2", "CC6.7")),
        remedy='Give the database a parameter group of this stack with {"name": "rds.force_ssl", "value": "1"}.',
        problems=_force_problems,
        applies=is_postgresql,
        needs_graph=True,
        passes=(
            tuned_cluster(**_ON),
            tuned_instance(**_ON),
            tuned_instance(rds__force_ssl=1),
            tuned_instance(rds__force_ssl=1.0),
            tuned_instance("postgres15"),
            tuned_cluster("aurora-postgresql17"),
            (cluster(dbClusterParameterGroupName="tuned"), group(_CLUSTER_GROUP, **_ON)),
            (*tuned_cluster(**_ON), member(dbParameterGroupName="fast"), group(_INSTANCE_GROUP, "fast")),
        ),
        fails=(
            *_BAD_GROUPS,
            tuned_cluster(),
            tuned_cluster("aurora-postgresql15"),
            tuned_instance("postgres14"),
            tuned_instance("mysql8.0"),
            tuned_instance("postgres16", rds__force_ssl="0"),
            tuned_cluster("aurora-postgresql17", rds__force_ssl="0"),
            tuned_cluster(rds__force_ssl="true"),
            tuned_cluster(rds__force_ssl="10"),
            tuned_cluster(rds__force_ssl_mode="1"),
            (*tuned_cluster(**_ON), member(dbParameterGroupName="x"), group(_INSTANCE_GROUP, "x", rds__force_ssl="0")),
            (instance(engine=None, replicateSourceDb="other"),),
        ),
        undecided=(
            (cluster(dbClusterParameterGroupName=Ref("nowhere")),),
            tuned_cluster(rds__force_ssl=Ref("nowhere")),
            (cluster(engine=Ref("nowhere")),),
        ),
        ignores=((instance(engine="mysql"),),),
    ),
    Rule(
        id="RDS-05",
        name="databases-use-tls-1-2",
        summary="Every PostgreSQL database accepts TLS 1.2 and newer only, by its own parameter group.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=DATABASES,
        reads=("engine", "dbClusterParameterGroupName", "parameterGroupName", "parameters"),
        controls=(*unverified("pci-dss-4.0.1", "4.2.1"), *unverified("soc2", "CC6.7")),
        remedy='Set {"name": "ssl_min_protocol_version", "value": "TLSv1.2"} in the parameter group.',
        problems=_protocol_problems,
        applies=is_postgresql,
        needs_graph=True,
        passes=(
            tuned_cluster(**_TLS),
            tuned_instance(**_TLS),
            tuned_cluster(ssl_min_protocol_version="TLSv1.3"),
            tuned_cluster(ssl_min_protocol_version="tlsv1.2"),
        ),
        fails=(
            *_BAD_GROUPS,
            tuned_cluster(),
            tuned_instance(ssl_min_protocol_version="TLSv1.1"),
            tuned_cluster(ssl_min_protocol_version="TLSv1"),
            tuned_cluster(ssl_max_protocol_version="TLSv1.3"),
            tuned_cluster(ssl_min_protocol_version="TLSv1.2.1"),
        ),
        undecided=(tuned_cluster(ssl_min_protocol_version=Ref("nowhere")),),
        ignores=((instance(engine="mariadb"),),),
    ),
)
