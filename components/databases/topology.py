"""How a database stands over instances and zones, and how large its instances are."""

import re
from dataclasses import dataclass
from typing import Literal

Engine = Literal["aurora-postgresql", "postgres"]

# RDS user guide, "Instance class availability for Multi-AZ DB clusters": classes with local NVMe disks alone.
_WITH_LOCAL_DISK = re.compile(r"db\.(c|m|r)\d+[a-z]*d[a-z]*\.\w+")
# Aurora user guide, "Monitoring Amazon Aurora with Database Activity Streams": no burstable classes.
_BURSTABLE = re.compile(r"db\.t\d")
# RDS user guide, "Provisioned IOPS SSD storage", for PostgreSQL.
_LEAST_PROVISIONED_GIB = 100
_LEAST_IOPS = 1000
_MOST_IOPS_PER_GIB = 50
_MOST_READERS = 15  # Aurora user guide, "Replication with Amazon Aurora"
_MOST_ACU = 256  # Aurora user guide, "Aurora Serverless v2 capacity"


@dataclass(frozen=True, kw_only=True)
class AuroraProvisioned:
    """A writer and `readers` of one class on storage that spans three zones; any reader becomes the writer.

    activity_stream: every statement in an encrypted Kinesis stream that the database's users cannot reach. It holds
    the values of statements: switch it on together with a consumer that may see them.
    """

    instance_class: str
    readers: int
    activity_stream: bool = False

    def __post_init__(self) -> None:
        _check_readers(self.readers)
        if self.activity_stream and _BURSTABLE.match(self.instance_class):
            raise ValueError(f"activity_stream needs a class that does not burst, got {self.instance_class}")


@dataclass(frozen=True, kw_only=True)
class AuroraServerless:
    """A writer and `readers` that each grow and shrink between two capacities; one unit is about 2 GiB of memory."""

    min_acu: float
    max_acu: float
    readers: int

    def __post_init__(self) -> None:
        _check_readers(self.readers)
        for name, acu in (("min_acu", self.min_acu), ("max_acu", self.max_acu)):
            if not 0 <= acu <= _MOST_ACU or acu * 2 % 1:
                raise ValueError(f"{name} must be 0 to {_MOST_ACU} in steps of 0.5, got {acu}")
        if self.max_acu < max(self.min_acu, 1):
            raise ValueError(f"max_acu must be at least 1 and min_acu ({self.min_acu}), got {self.max_acu}")


@dataclass(frozen=True, kw_only=True)
class MultiAzCluster:
    """A writer and two readers, which serve queries, in three zones; two of the three have every commit."""

    instance_class: str
    storage_gib: int
    iops: int

    def __post_init__(self) -> None:
        if not _WITH_LOCAL_DISK.fullmatch(self.instance_class):
            allowed = "a class with local disks, such as db.m6gd.large"
            raise ValueError(f"instance_class of a Multi-AZ cluster must be {allowed}, got {self.instance_class!r}")
        if self.storage_gib < _LEAST_PROVISIONED_GIB:
            raise ValueError(f"storage_gib must be at least {_LEAST_PROVISIONED_GIB}, got {self.storage_gib}")
        most = self.storage_gib * _MOST_IOPS_PER_GIB
        if not _LEAST_IOPS <= self.iops <= most:
            raise ValueError(f"iops must be {_LEAST_IOPS} to {most} (50 for each GiB), got {self.iops}")


@dataclass(frozen=True, kw_only=True)
class MultiAzInstance:
    """One instance and a standby in another zone that takes over and serves nothing meanwhile.

    reader_class: a replica of its own, for queries that may lag. blue_green: updates are made on a copy that is
    switched to. The provider cannot do that where there is a replica (hashicorp/terraform-provider-aws, 35488).
    """

    instance_class: str
    storage_gib: int
    max_storage_gib: int  # up to where it grows by itself
    reader_class: str | None = None
    blue_green: bool = False

    def __post_init__(self) -> None:
        _check_growth(self.storage_gib, self.max_storage_gib)
        if self.blue_green and self.reader_class:
            remedy = "remove one of the two: the provider cannot switch an instance that has a replica"
            raise ValueError(f"blue_green and reader_class ({self.reader_class}) exclude each other; {remedy}")


@dataclass(frozen=True, kw_only=True)
class SingleInstance:
    """One instance in one zone: it is away while its zone is. For environments that may be."""

    instance_class: str
    storage_gib: int
    max_storage_gib: int

    def __post_init__(self) -> None:
        _check_growth(self.storage_gib, self.max_storage_gib)


Aurora = AuroraProvisioned | AuroraServerless
Cluster = Aurora | MultiAzCluster
Instance = MultiAzInstance | SingleInstance
Topology = Cluster | Instance


def engine_of(topology: Topology) -> Engine:
    return "aurora-postgresql" if isinstance(topology, Aurora) else "postgres"


def members(identifier: str, topology: Topology) -> list[str]:
    """The identifiers of the instances. Ours are numbered; those of a Multi-AZ cluster RDS names itself (RDS user
    guide, "Connecting to a Multi-AZ DB cluster")."""
    if isinstance(topology, Aurora):
        return [f"{identifier}-{number}" for number in range(1, topology.readers + 2)]
    if isinstance(topology, MultiAzCluster):
        return [f"{identifier}-instance-{number}" for number in (1, 2, 3)]
    return [identifier]


def _check_readers(readers: int) -> None:
    if not 0 <= readers <= _MOST_READERS:
        raise ValueError(f"readers must be 0 to {_MOST_READERS}, got {readers}")


def _check_growth(storage_gib: int, max_storage_gib: int) -> None:
    # RDS user guide: gp3 begins at 20 GiB; "Managing capacity automatically": the limit is at least 10 % more.
    if storage_gib < 20:
        raise ValueError(f"storage_gib must be at least 20, got {storage_gib}")
    if max_storage_gib * 10 < storage_gib * 11:
        raise ValueError(f"max_storage_gib must be at least a tenth more than {storage_gib}, got {max_storage_gib}")
