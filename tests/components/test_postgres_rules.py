"""What a database follows by arithmetic and tables: versions, sizes, windows, parameters, alarms."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.databases.alarms import watches
from components.databases.limits import max_connections, memory_gib
from components.databases.parameters import parameters
from components.databases.topology import (
    AuroraProvisioned,
    AuroraServerless,
    Engine,
    MultiAzCluster,
    MultiAzInstance,
    SingleInstance,
    Topology,
    engine_of,
    members,
)
from components.databases.versions import family
from components.databases.windows import windows_problem

PROVISIONED = AuroraProvisioned(instance_class="db.r6g.xlarge", readers=2)
SERVERLESS = AuroraServerless(min_acu=0.5, max_acu=4, readers=1)
CLUSTER = MultiAzCluster(instance_class="db.m6gd.large", storage_gib=100, iops=3000)
MULTI_AZ = MultiAzInstance(instance_class="db.m6g.large", storage_gib=100, max_storage_gib=500)
SINGLE = SingleInstance(instance_class="db.t4g.micro", storage_gib=20, max_storage_gib=30)
TOPOLOGIES: tuple[Topology, ...] = (PROVISIONED, SERVERLESS, CLUSTER, MULTI_AZ, SINGLE)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, WEEK = 1440, 10_080


def test_every_kind_has_its_engine_and_knows_its_instances() -> None:
    assert [engine_of(topology) for topology in TOPOLOGIES] == ["aurora-postgresql"] * 2 + ["postgres"] * 3
    assert [members("x", topology) for topology in TOPOLOGIES] == [
        ["x-1", "x-2", "x-3"],
        ["x-1", "x-2"],
        ["x-instance-1", "x-instance-2", "x-instance-3"],
        ["x"],
        ["x"],
    ]


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (AuroraProvisioned, {"instance_class": "db.r6g.large", "readers": 16}, "readers must be 0 to 15, got 16"),
        (
            AuroraProvisioned,
            {"instance_class": "db.t4g.medium", "readers": 1, "activity_stream": True},
            "does not burst, got db.t4g.medium",
        ),
        (AuroraServerless, {"min_acu": 0.3, "max_acu": 4, "readers": 1}, "min_acu must be 0 to 256 in steps of 0.5"),
        (AuroraServerless, {"min_acu": 1, "max_acu": 257, "readers": 1}, "max_acu must be 0 to 256 .*got 257"),
        (AuroraServerless, {"min_acu": 8, "max_acu": 4, "readers": 1}, r"at least 1 and min_acu \(8\), got 4"),
        (MultiAzCluster, {"instance_class": "db.m6g.large", "storage_gib": 100, "iops": 1000}, "with local disks"),
        (MultiAzCluster, {"instance_class": "db.m6gd.large", "storage_gib": 99, "iops": 1000}, "at least 100, got 99"),
        (MultiAzCluster, {"instance_class": "db.m6gd.large", "storage_gib": 100, "iops": 5001}, "1000 to 5000"),
        (
            MultiAzInstance,
            {"instance_class": "db.m6g.large", "storage_gib": 100, "max_storage_gib": 109},
            "a tenth more than 100, got 109",
        ),
        (
            MultiAzInstance,
            {
                "instance_class": "db.m6g.large",
                "storage_gib": 100,
                "max_storage_gib": 200,
                "reader_class": "db.m6g.large",
                "blue_green": True,
            },
            "exclude each other",
        ),
        (SingleInstance, {"instance_class": "db.t4g.micro", "storage_gib": 19, "max_storage_gib": 30}, "at least 20"),
    ],
)
def test_rejects_sizes_that_aws_would_refuse(kind: type[Any], values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kind(**values)


@pytest.mark.parametrize(
    ("engine", "version", "expected"),
    [
        ("postgres", "17", "postgres17"),
        ("postgres", "17.5", "postgres17"),
        ("postgres", "18", "postgres18"),
        ("aurora-postgresql", "16.4", "aurora-postgresql16"),
    ],
)
def test_the_family_follows_from_engine_and_major(engine: Engine, version: str, expected: str) -> None:
    assert family(engine, version) == expected


@pytest.mark.parametrize(
    ("engine", "version", "message"),
    [
        ("postgres", "13", "postgres must be one of 14, 15, 16, 17, 18"),
        ("postgres", "17.4", "postgres 17 must be 17.5 or later, got '17.4'"),
        ("aurora-postgresql", "18", "aurora-postgresql must be one of 15, 16, 17"),
        ("postgres", "17.", "got '17.'"),
        ("postgres", "17.5.1", "got '17.5.1'"),
        ("postgres", "170", "got '170'"),
        ("postgres", "latest", "got 'latest'"),
        ("postgres", "17\n", "got"),
    ],
)
def test_rejects_versions_that_are_not_supported_and_says_which_are(engine: Engine, version: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        family(engine, version)


@pytest.mark.parametrize(
    ("instance_class", "gib"),
    [("db.t4g.micro", 1), ("db.t3.medium", 4), ("db.m6gd.large", 8), ("db.r6g.2xlarge", 64), ("db.r7g.16xlarge", 512)],
)
def test_the_memory_of_a_class_is_what_aws_lists(instance_class: str, gib: float) -> None:
    assert memory_gib(instance_class) == gib


@pytest.mark.parametrize("wrong", ["db.x2g.large", "r6g.large", "db.r6g", "db.r6g.huge", "db.r6g.2large"])
def test_rejects_a_class_whose_memory_it_does_not_know(wrong: str) -> None:
    with pytest.raises(ValueError, match="families c, m, r or t"):
        memory_gib(wrong)


def test_connections_follow_memory_up_to_the_limits_of_rds() -> None:
    assert [max_connections(topology) for topology in TOPOLOGIES] == [3244, 811, 811, 811, 101]
    large = AuroraProvisioned(instance_class="db.r6g.16xlarge", readers=0)
    assert max_connections(large) == 5000
    assert max_connections(AuroraServerless(min_acu=0.5, max_acu=64, readers=0)) == 2000
    assert max_connections(AuroraServerless(min_acu=1, max_acu=64, readers=0)) == 5000


@given(st.integers(0, 510), st.integers(0, 1))
def test_more_capacity_never_allows_fewer_connections(steps: int, minimum: int) -> None:
    smaller, larger = (
        AuroraServerless(min_acu=minimum, max_acu=acu / 2, readers=0) for acu in (steps + 2, min(steps + 3, 512))
    )
    assert 0 < max_connections(smaller) <= max_connections(larger) <= 5000


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _weekly(begin: int, length: int) -> str:
    ends = (begin, (begin + length) % WEEK)
    return "-".join(f"{DAYS[minute // DAY]}:{_clock(minute % DAY)}" for minute in ends)


@given(st.integers(0, DAY - 1), st.integers(30, 300), st.integers(0, WEEK - 1), st.integers(30, 900))
def test_windows_overlap_exactly_when_they_share_a_minute(day: int, length: int, week: int, week_length: int) -> None:
    backup = f"{_clock(day)}-{_clock((day + length) % DAY)}"
    daily = {(start + day + minute) % WEEK for start in range(0, WEEK, DAY) for minute in range(length)}
    weekly = {(week + minute) % WEEK for minute in range(week_length)}
    problem = windows_problem(backup, _weekly(week, week_length))
    assert (problem is not None) == bool(daily & weekly)
    assert problem is None or "must not overlap" in problem


@pytest.mark.parametrize(
    ("backup", "maintenance", "message"),
    [
        ("3:00-3:30", "sun:04:00-sun:05:00", "backup_window must be such as"),
        ("24:00-24:30", "sun:04:00-sun:05:00", "backup_window must be such as"),
        ("03:00-03:29", "sun:04:00-sun:05:00", "backup_window must last 30 minutes"),
        ("03:00-03:30", "sunday:04:00-05:00", "maintenance_window must be such as"),
        ("03:00-03:30", "sun:04:00-sun:04:20", "maintenance_window must last 30 minutes"),
        ("03:00-03:30", "sun:04:00-mon:04:00", "to less than a day"),
    ],
)
def test_windows_that_rds_would_refuse_are_named(backup: str, maintenance: str, message: str) -> None:
    assert message in (windows_problem(backup, maintenance) or "")


def test_parameters_are_set_once_and_static_ones_say_that_they_wait_for_a_restart() -> None:
    chosen = parameters("financial", 811)
    assert len({one.name for one in chosen}) == len(chosen)
    static = {one.name for one in chosen if one.apply_method == "pending-reboot"}
    assert static == {"max_connections", "rds.logical_replication", "shared_preload_libraries"}
    assert {one.apply_method for one in chosen} == {"pending-reboot", "immediate"}
    assert all(one.why for one in chosen)


@pytest.mark.parametrize(
    ("data_class", "audited", "slow"),
    [("financial", "role,ddl,write", "-1"), ("personal", "role,ddl,write", "-1"), ("internal", "role,ddl", "1000")],
)
def test_what_is_logged_follows_the_class_of_data(data_class: Any, audited: str, slow: str) -> None:
    values = {one.name: one.value for one in parameters(data_class, 811)}
    assert values["pgaudit.log"] == audited
    assert values["log_min_duration_statement"] == slow
    assert values["max_connections"] == "811"
    assert values["pgaudit.log_parameter"] == "0"
    assert values["rds.force_ssl"] == "1"


def test_every_kind_is_watched_for_all_that_it_has() -> None:
    everywhere = {"cpu", "connections", "read-latency", "write-latency", "transaction-ids"}
    disk = {"storage", "transaction-logs"}
    of_member = {"cpu", "connections", "read-latency", "write-latency", "replica-lag", *disk}
    assert [{watch.alarm.name for watch in watches("x", topology)} for topology in TOPOLOGIES] == [
        {*everywhere, "volume", "replica-lag", "local-storage"},
        {*everywhere, "volume", "replica-lag", "capacity"},
        {"transaction-ids", *(f"{name}-{number}" for name in of_member for number in (1, 2, 3))},
        {*everywhere, *disk},
        {*everywhere, *disk},
    ]


@pytest.mark.parametrize("topology", TOPOLOGIES, ids=lambda topology: type(topology).__name__)
def test_what_stops_a_database_wakes_somebody_up(topology: Topology) -> None:
    urgent = {watch.alarm.name.rstrip("-123") for watch in watches("x", topology) if watch.urgency == "page"}
    disk = {"storage", "transaction-logs"} if engine_of(topology) == "postgres" else set()
    assert urgent == {"connections", "transaction-ids", *disk}


def test_limits_are_of_the_database_and_silence_counts_as_down() -> None:
    found = {watch.alarm.name: watch.alarm for watch in watches("x", MULTI_AZ)}
    assert found["connections"].threshold == 811 * 80 // 100
    assert found["connections"].missing == "breaching"
    assert found["storage"].threshold == 10 * 2**30
    assert found["storage"].comparison == "LessThanThreshold"
    assert found["storage"].dimensions == {"DBInstanceIdentifier": "x"}
    writer = {watch.alarm.metric: watch.alarm.dimensions for watch in watches("x", PROVISIONED)}
    assert writer["CPUUtilization"] == {"DBClusterIdentifier": "x", "Role": "WRITER"}
    assert writer["VolumeBytesUsed"] == {"DBClusterIdentifier": "x"}


def test_one_writer_alone_has_no_lag_to_watch() -> None:
    alone = AuroraProvisioned(instance_class="db.r6g.large", readers=0)
    assert "replica-lag" not in {watch.alarm.name for watch in watches("x", alone)}


def test_the_kinds_here_are_all_there_are() -> None:
    assert {type(topology) for topology in TOPOLOGIES} == {*get_args(Topology)}
