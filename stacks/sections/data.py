"""The databases: what each is, how large, and how long it can be restored."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from components.databases.limits import max_connections
from components.databases.topology import (
    AuroraProvisioned,
    AuroraServerless,
    MultiAzCluster,
    MultiAzInstance,
    SingleInstance,
    Topology,
    engine_of,
)
from components.databases.versions import family
from components.databases.windows import windows_problem
from components.tags import PciScope
from stacks.reading import Check, Found
from stacks.sections.fields import Days, Name, Strict, Version

_FEWEST_BACKUP_DAYS = {
    "prod": (35, "the longest that RDS keeps, so that a mistake of last month can be undone"),
    "staging": (7, "a restore from last week must be possible"),
}
_SHORTEST_LOG_DAYS = {"prod": (365, "PCI DSS 10.5.1 asks for twelve months of audit logs")}
_ALWAYS_UP = ("prod",)
_THREE_ZONES = 3
# CloudWatch Logs API reference, PutRetentionPolicy, retentionInDays.
_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288)


class Aurora(Strict):
    instance_class: str
    """Such as db.r6g.xlarge."""
    readers: int
    """How many instances stand by for the writer and answer queries."""
    activity_stream: bool = False
    """Every statement, with its values, into an encrypted Kinesis stream."""


class Serverless(Strict):
    min_acu: float
    """The capacity that is always there; one unit is about 2 GiB of memory."""
    max_acu: float
    readers: int


class Cluster(Strict):
    instance_class: str
    """One with local disks, such as db.m6gd.large."""
    storage_gib: int
    iops: int


class MultiAz(Strict):
    instance_class: str
    storage_gib: int
    max_storage_gib: int
    """Up to where the storage grows by itself."""
    reader_class: str | None = None
    """The class of a replica for queries that may lag."""
    blue_green: bool = False
    """Updates are made on a copy that is switched to."""


class Single(Strict):
    instance_class: str
    storage_gib: int
    max_storage_gib: int


class Database(Strict):
    """One of the last five says how it stands."""

    version: Version
    """The major alone: minor upgrades come by themselves."""
    data_class: Literal["internal", "personal", "financial"]
    pci_scope: PciScope
    major_upgrade: bool = False
    """True in the one change that raises the major version."""
    aurora: Aurora | None = None
    aurora_serverless: Serverless | None = None
    multi_az_cluster: Cluster | None = None
    multi_az_instance: MultiAz | None = None
    single_instance: Single | None = None


class Data(Strict):
    tier: Name
    """The isolated tier that databases stand in."""
    backup_days: Annotated[int, Field(ge=1, le=35)]
    """How long a database can be restored to any second."""
    backup_window: str
    """Daily, UTC: 02:00-02:30."""
    maintenance_window: str
    """Weekly, UTC, apart from the backup's: sun:03:00-sun:04:00."""
    log_days: Days
    """How long CloudWatch keeps the databases' logs, the audit log among them."""
    apply_immediately: bool = False
    """Changes do not wait for the maintenance window."""
    databases: Annotated[dict[Name, Database], Field(min_length=1)]


_KINDS: Mapping[str, type[Any]] = {
    "aurora": AuroraProvisioned,
    "aurora_serverless": AuroraServerless,
    "multi_az_cluster": MultiAzCluster,
    "multi_az_instance": MultiAzInstance,
    "single_instance": SingleInstance,
}


def topology(database: Database) -> Topology:
    """How a database of the settings stands; ValueError for what AWS would refuse."""
    (kind,) = _kinds(database)
    made: Topology = _KINDS[kind](**getattr(database, kind).model_dump())
    return made


def _kinds(database: Database) -> list[str]:
    return [kind for kind in _KINDS if getattr(database, kind) is not None]


def _one_kind(databases: Mapping[str, Database]) -> Found:
    for name, database in databases.items():
        if len(kinds := _kinds(database)) != 1:
            allowed = f"exactly one of {', '.join(_KINDS)}"
            yield f"data.databases.{name}", ", ".join(kinds) or "(none of them)", allowed, "keep the one that is meant"


def _sizes(databases: Mapping[str, Database]) -> Found:
    for name, database, kind in _well_formed(databases):
        key = f"data.databases.{name}"
        try:
            made = topology(database)
            max_connections(made)
        except ValueError as error:
            yield f"{key}.{kind}", getattr(database, kind).model_dump(), str(error), "correct it"
            continue
        try:
            family(engine_of(made), database.version)
        except ValueError as error:
            yield f"{key}.version", database.version, str(error), "take a version in standard support"


def _stays_up(environment: str, databases: Mapping[str, Database], zones: Sequence[str]) -> Found:
    for name, database, kind in _well_formed(databases):
        key = f"data.databases.{name}.{kind}"
        if kind == "multi_az_cluster" and len(zones) < _THREE_ZONES:
            yield key, len(zones), f"{_THREE_ZONES} zones in network.zones for its three instances", "add zones"
        if environment not in _ALWAYS_UP:
            continue
        if kind == "single_instance":
            allowed = f"another kind in {environment}: one instance is away while its zone is"
            yield key, "one instance", allowed, "take aurora or multi_az_instance"
        elif getattr(getattr(database, kind), "readers", 1) < 1:
            yield f"{key}.readers", 0, f"at least 1 in {environment}: nothing takes over", "add a reader"


def _well_formed(databases: Mapping[str, Database]) -> Iterator[tuple[str, Database, str]]:
    for name, database in databases.items():
        if len(kinds := _kinds(database)) == 1:
            yield name, database, kinds[0]


def _kept(environment: str, backup_days: int, log_days: int) -> Found:
    for key, given, table in (
        ("data.backup_days", backup_days, _FEWEST_BACKUP_DAYS),
        ("data.log_days", log_days, _SHORTEST_LOG_DAYS),
    ):
        fewest, why = table.get(environment, (1, ""))
        if given < fewest:
            yield key, given, f"at least {fewest} in {environment}: {why}", f"set {fewest} or more"
    if log_days not in _LOG_DAYS:
        yield "data.log_days", log_days, f"one of {', '.join(map(str, _LOG_DAYS))}", "take the next larger one"


def _windows(backup_window: str, maintenance_window: str) -> Found:
    if problem := windows_problem(backup_window, maintenance_window):
        key = "maintenance_window" if problem.startswith("maintenance_window") else "backup_window"
        value = maintenance_window if key == "maintenance_window" else backup_window
        yield f"data.{key}", value, problem, "correct it, or move one of the two windows"


def _waits(environment: str, apply_immediately: bool) -> Found:
    if apply_immediately and environment in _ALWAYS_UP:
        allowed = f"false in {environment}: a change with a restart waits for the maintenance window"
        yield "data.apply_immediately", apply_immediately, allowed, "remove it, or set false"


def _isolated(tier: str, tiers: Mapping[str, Any]) -> Found:
    isolated = sorted(name for name, one in tiers.items() if one.kind == "isolated")
    if tier not in isolated:
        allowed = f"an isolated tier: {', '.join(isolated) or 'there is none'}"
        yield "data.tier", tier, allowed, "name the tier for databases, from which nothing goes out"


CHECKS: tuple[Check, ...] = (
    (("data.databases",), _one_kind),
    (("data.databases",), _sizes),
    (("environment", "data.databases", "network.zones"), _stays_up),
    (("environment", "data.backup_days", "data.log_days"), _kept),
    (("data.backup_window", "data.maintenance_window"), _windows),
    (("environment", "data.apply_immediately"), _waits),
    (("data.tier", "network.tiers"), _isolated),
)
