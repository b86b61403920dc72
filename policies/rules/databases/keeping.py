"""Databases can be restored, are hard to delete, and run versions that are still mended."""

from collections.abc import Iterator
from datetime import date

from policies import tokens
from policies.controls import cis, pci, soc2, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.databases.nodes import cluster, instance, member
from policies.rules.databases.roles import DATABASES, SERVERS, is_replica

# This project's policy: in production the longest that RDS keeps backups (RDS user guide, "Backup retention
# period"), in staging a week, elsewhere one day, so that a restore can be tried anywhere.
LEAST_BACKUP_DAYS = {"prod": 35, "staging": 7}
_LEAST_ELSEWHERE_DAYS = 1
# Days that a database keeps backups unless told otherwise: the provider's documentation of the two types.
_DEFAULT_BACKUP_DAYS = {tokens.DATABASE_CLUSTER: 1, tokens.DATABASE_INSTANCE: 0}
_THROWAWAY_STACKS = ("sandbox",)

# When standard support of a PostgreSQL major version ends, as AWS published it by this date: "Release calendar
# for Aurora PostgreSQL major versions" and the same for RDS for PostgreSQL, which agree on all of these.
_AS_OF = date(2026, 3, 1)
_STANDARD_SUPPORT_ENDS = {
    "11": date(2024, 2, 29),
    "12": date(2025, 2, 28),
    "13": date(2026, 2, 28),
    "14": date(2027, 2, 28),
    "15": date(2028, 2, 29),
    "16": date(2029, 2, 28),
    "17": date(2030, 2, 28),
    "18": date(2031, 2, 28),
}
_SUPPORTED = tuple(major for major, end in _STANDARD_SUPPORT_ENDS.items() if end > _AS_OF)
_POSTGRESQL = ("aurora-postgresql", "postgres")
_RESTORED = ("snapshotIdentifier", "restoreToPointInTime")


def least_backup_days(stack: str) -> int:
    """How many days of backups a database of this stack must keep."""
    return LEAST_BACKUP_DAYS.get(stack, _LEAST_ELSEWHERE_DAYS)


def backup_days(database: Resource) -> int:
    """How many days of backups a database keeps."""
    return int(database.props.get("backupRetentionPeriod", _DEFAULT_BACKUP_DAYS[database.type]))


def _retention_problems(database: Resource, _: Graph) -> Iterator[Problem]:
    kept, wanted = backup_days(database), least_backup_days(database.stack)
    if kept < wanted:
        yield Problem("backupRetentionPeriod", f"backups are kept for {kept} days, not for {wanted}")


def _is_original(database: Resource, _: Graph) -> bool:
    return not is_replica(database)


def _deletion_problems(database: Resource, _: Graph) -> Iterator[Problem]:
    if database.props.get("deletionProtection") is not True:
        yield Problem("deletionProtection", "one call deletes the database")
    if is_replica(database):
        return  # RDS makes no final snapshot of a replica: API reference, DeleteDBInstance
    if database.props.get("skipFinalSnapshot", False) is not False:
        yield Problem("skipFinalSnapshot", "a deleted database leaves no snapshot")
    elif not database.props.get("finalSnapshotIdentifier"):
        yield Problem("finalSnapshotIdentifier", "the final snapshot has no name, so the database cannot be deleted")


def _lasts(database: Resource, _: Graph) -> bool:
    return database.stack not in _THROWAWAY_STACKS


def _version_problems(server: Resource, _: Graph) -> Iterator[Problem]:
    if server.props.get("autoMinorVersionUpgrade", True) is not True:
        yield Problem("autoMinorVersionUpgrade", "the engine stays without its security fixes")
    engine = server.props.get("engine", _POSTGRESQL[0])
    if engine not in _POSTGRESQL:
        yield Problem("engine", f"nobody here watches when support of {engine} ends")
        return
    if "engineVersion" not in server.props:
        # AWS's default is a supported version, but what is restored or copied keeps its own
        if server.type in DATABASES and (any(key in server.inputs for key in _RESTORED) or is_replica(server)):
            raise server.undecided("engineVersion")
        return
    version = str(server.props["engineVersion"])
    if version.split(".")[0] not in _SUPPORTED:
        yield Problem("engineVersion", f"PostgreSQL {version} is not in standard support: use {_SUPPORTED[-2]}")


_KEPT = {"deletionProtection": True, "finalSnapshotIdentifier": "ledger-last"}

RULES = (
    Rule(
        id="RDS-10",
        name="database-backups-are-kept",
        summary="Every database keeps backups: 35 days in production, 7 in staging, 1 elsewhere.",
        severity=Severity.HIGH,
        pack=Pack.OPERATIONS,
        types=DATABASES,
        reads=("backupRetentionPeriod", "replicateSourceDb", "replicationSourceIdentifier"),
        controls=(*pci("P", "10.3.3"), *soc2("A1.2", "CC7.4")),
        remedy="Set backup_retention_period to the days that the environment needs.",
        problems=_retention_problems,
        applies=_is_original,
        passes=((cluster(backupRetentionPeriod=35),), (instance(backupRetentionPeriod=35),)),
        fails=(
            (cluster(),),
            (instance(),),
            (instance(backupRetentionPeriod=0),),
            (cluster(backupRetentionPeriod=34),),
            (instance(replicateSourceDb=""),),
        ),
        undecided=((cluster(backupRetentionPeriod=Ref("nowhere")),),),
        ignores=(
            (instance(replicateSourceDb="other"),),
            (cluster(replicationSourceIdentifier="other"),),
        ),
    ),
    Rule(
        id="RDS-11",
        name="database-is-hard-to-delete",
        summary="Every database outside the sandbox is protected from deletion and leaves a final snapshot.",
        severity=Severity.HIGH,
        pack=Pack.OPERATIONS,
        types=DATABASES,
        reads=(
            "deletionProtection",
            "skipFinalSnapshot",
            "finalSnapshotIdentifier",
            "replicateSourceDb",
            "replicationSourceIdentifier",
        ),
        controls=soc2("C1.1"),
        remedy="Set deletion_protection=True and final_snapshot_identifier, and leave out skip_final_snapshot.",
        problems=_deletion_problems,
        applies=_lasts,
        passes=(
            (cluster(**_KEPT),),
            (instance(**_KEPT, skipFinalSnapshot=False),),
            (instance(deletionProtection=True, replicateSourceDb="other", skipFinalSnapshot=True),),
            (cluster(deletionProtection=True, replicationSourceIdentifier="other"),),
        ),
        fails=(
            (cluster(),),
            (instance(**_KEPT | {"deletionProtection": False}),),
            (cluster(**_KEPT | {"deletionProtection": None}),),
            (cluster(**_KEPT | {"finalSnapshotIdentifier": None}),),
            (cluster(**_KEPT | {"finalSnapshotIdentifier": ""}),),
            (instance(**_KEPT, skipFinalSnapshot=True),),
            (instance(replicateSourceDb="other"),),
        ),
        undecided=((cluster(**_KEPT | {"deletionProtection": Ref("nowhere")}),),),
    ),
    Rule(
        id="RDS-13",
        name="database-engine-is-supported",
        summary="Every database runs a PostgreSQL version in standard support and takes its minor upgrades.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=SERVERS,
        reads=(
            "engine",
            "engineVersion",
            "autoMinorVersionUpgrade",
            "replicateSourceDb",
            "replicationSourceIdentifier",
            "snapshotIdentifier",
            "restoreToPointInTime",
        ),
        controls=(*pci("L", "6.3.3"), *cis(("2.3.2",), ("2.2.2",)), *unverified("soc2", "CC7.1")),
        remedy=f"Set engine_version to one of PostgreSQL {', '.join(_SUPPORTED)} and leave out"
        " auto_minor_version_upgrade.",
        problems=_version_problems,
        passes=(
            (cluster(engineVersion="17.4"),),
            (cluster(engineVersion="16"),),
            (cluster(),),
            (member(),),
            (instance(engineVersion="14.20", autoMinorVersionUpgrade=True),),
        ),
        fails=(
            (cluster(engineVersion="13.23"),),
            (instance(engineVersion="9.6.24"),),
            (instance(engineVersion="170.1"),),
            (instance(engineVersion="1.7"),),
            (member(autoMinorVersionUpgrade=False),),
            (instance(engineVersion="17.4", autoMinorVersionUpgrade=False),),
            (instance(engine="mysql", engineVersion="8.4"),),
            (Node(tokens.DATABASE_CLUSTER_INSTANCE, "i", {"engine": "aurora-mysql"}),),
        ),
        undecided=(
            (cluster(engineVersion=Ref("nowhere")),),
            (cluster(snapshotIdentifier="before-upgrade"),),
            (instance(replicateSourceDb="other"),),
            (cluster(replicationSourceIdentifier="other"),),
            (cluster(restoreToPointInTime={"sourceClusterIdentifier": "other"}),),
        ),
    ),
)
