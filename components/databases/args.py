"""What a PostgreSQL database is to be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input

from components.databases.limits import max_connections
from components.databases.topology import MultiAzCluster, Topology, engine_of
from components.databases.versions import family
from components.databases.windows import windows_problem
from components.tags import DataClass, PciScope, classified

RPO_MINUTES = 5  # RDS and Aurora user guides, "Point-in-time recovery": what is newer may not be restorable yet
_CLASSES = ("internal", "personal", "financial")
_MOST_BACKUP_DAYS = 35  # RDS user guide, "Backup retention period"; below 1 there are none
_MOST_CLUSTER_LETTERS, _MOST_LETTERS = 52, 60  # RDS API reference, less the numbers of Aurora's instances


@dataclass(frozen=True, kw_only=True)
class PostgresBackups:
    """How long a database can be restored to any second, when its daily backup is taken, and where copies go."""

    days: int
    window: str  # daily, UTC: 03:00-03:30
    recovery_region: str
    recovery_key_arn: Input[str]

    def __post_init__(self) -> None:
        if not 1 <= self.days <= _MOST_BACKUP_DAYS:
            raise ValueError(f"days of backups must be 1 to {_MOST_BACKUP_DAYS}, got {self.days}")


@dataclass(frozen=True, kw_only=True)
class PostgresWatch:
    """Where what happens is written and told. log_key_arn: of the audit class; its policy lets CloudWatch Logs use
    it. monitoring_role_arn: of components.DatabaseMonitoring."""

    log_key_arn: Input[str]
    log_days: int
    monitoring_role_arn: Input[str]
    page_topic_arn: Input[str]
    ticket_topic_arn: Input[str]


@dataclass(frozen=True, kw_only=True)
class PostgresArgs:
    """A database, its place and its keepers.

    identifier: unique among the databases of the account and region. clients: security groups that may connect, by
    name; nothing else may. subnet_ids: isolated ones, by zone id. apply_immediately: changes do not wait for the
    maintenance window; with restarts, if they need any. major_upgrade: for the one update that raises the major
    version, which stops the database for minutes. protect: false where everything may be thrown away; then there is
    no final snapshot either. Raises ValueError for what does not fit together.
    """

    identifier: str
    database: str
    version: str
    topology: Topology
    data_class: DataClass
    pci_scope: PciScope
    vpc_id: Input[str]
    subnet_ids: Mapping[str, Input[str]]
    clients: Mapping[str, Input[str]]
    key_arn: Input[str]
    backups: PostgresBackups
    watch: PostgresWatch
    maintenance_window: str  # weekly, UTC: sun:04:00-sun:05:00
    apply_immediately: bool = False
    major_upgrade: bool = False
    protect: bool = True

    def __post_init__(self) -> None:
        most = _MOST_CLUSTER_LETTERS if isinstance(self.topology, MultiAzCluster) else _MOST_LETTERS
        if not re.fullmatch(r"[a-z](-?[a-z0-9])*", self.identifier) or len(self.identifier) > most:
            allowed = f"1 to {most} of a-z 0-9 -, a letter first, no - last and no two together"
            raise ValueError(f"identifier must be {allowed}, got {self.identifier!r}")
        if not re.fullmatch(r"[a-z][a-z0-9]{0,62}", self.database):
            raise ValueError(f"database must be 1 to 63 of a-z 0-9, a letter first, got {self.database!r}")
        if self.data_class not in _CLASSES:
            raise ValueError(f"data_class must be one of {', '.join(_CLASSES)}, got {self.data_class!r}")
        if len(self.subnet_ids) < 2:
            raise ValueError(f"subnet_ids must be in 2 zones or more, got {', '.join(self.subnet_ids) or 'none'}")
        if problem := windows_problem(self.backups.window, self.maintenance_window):
            raise ValueError(f"{problem}, of {self.identifier}")
        family(engine_of(self.topology), self.version)
        max_connections(self.topology)

    @property
    def family(self) -> str:
        """The parameter group family."""
        return family(engine_of(self.topology), self.version)

    @property
    def tags(self) -> dict[str, str]:
        """What it holds, and what may be lost of it. AWS Backup chooses by `backup`."""
        own = {"backup": self.data_class, "rpo-minutes": str(RPO_MINUTES)}
        return {**classified(self.data_class, self.pci_scope), **own}
