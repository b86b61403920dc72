"""Each source against a cloud over HTTP: what it tells, and what it must not take for good news."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from platformctl.audit.hours import Window
from platformctl.exporter import config as configs
from platformctl.exporter.metrics import DELIVERY_BOUNDS_S, Histogram, Reading
from platformctl.exporter.polling import Unreadable
from platformctl.exporter.sources.backups import newest_copies
from platformctl.exporter.sources.changes import Changes, settled
from platformctl.exporter.sources.databases import replica_lag, restorable
from platformctl.exporter.sources.day import Day
from platformctl.exporter.sources.deliveries import Deliveries
from platformctl.exporter.sources.digests import Digests
from tests.platformctl.audit.trail import log_key, packed
from tests.platformctl.exporter import digests, world
from tests.platformctl.exporter.cloud import RECOVERY, Cloud, cloud, now

HOUR = timedelta(hours=1)


@pytest.fixture
def made() -> Iterator[Cloud]:
    with cloud() as one:
        yield one


@pytest.fixture
def config(tmp_path: Any) -> configs.Config:
    return configs.read(world.config_file(tmp_path))


def test_every_database_tells_to_when_it_can_be_restored(made: Cloud, config: configs.Config) -> None:
    world.databases(made)
    told = restorable(config, made.client)["database_latest_restorable_timestamp_seconds"]
    assert sorted(told) == [("ledger",), ("subscriptions",)]
    assert all(abs(value - now().timestamp()) < 60 for value in told.values() if isinstance(value, float))


def test_aurora_is_told_in_milliseconds_and_no_replica_is_none_behind(made: Cloud, config: configs.Config) -> None:
    world.databases(made)
    for value_ms, minutes in ((900_000, 8), (2_500, 2)):
        world.lag(made, value_ms, now() - timedelta(minutes=minutes))
    told = replica_lag(config, made.client)["database_replica_lag_seconds"]
    assert told == {("ledger", "staging-ledger-2"): 2.5, ("subscriptions", "none"): 0.0}


def test_a_replica_that_nobody_measures_is_no_good_news(made: Cloud, config: configs.Config) -> None:
    world.databases(made)
    world.lag(made, 10, now() - timedelta(minutes=30))
    with pytest.raises(Unreadable, match=r"staging-ledger-2"):
        replica_lag(config, made.client)


def test_the_newest_whole_copy_of_each_vault_counts(made: Cloud, config: configs.Config) -> None:
    new, old = now() - 2 * HOUR, now() - 50 * HOUR
    made.points = {
        "staging-financial": [("COMPLETED", old), ("COMPLETED", new), ("PARTIAL", now()), ("CREATING", now())],
        "staging-financial-copy": [("COMPLETED", old)],
    }
    told = newest_copies(config, made.client)["backup_newest_copy_timestamp_seconds"]
    assert told[("staging-financial",)] == pytest.approx(new.timestamp())
    assert told[("staging-financial-copy",)] == pytest.approx(old.timestamp())


def test_a_vault_without_a_copy_counts_from_when_it_was_made(made: Cloud, config: configs.Config) -> None:
    made.points = {"staging-financial": [("COMPLETED", now())]}
    made.client("backup", RECOVERY).create_backup_vault(BackupVaultName="staging-financial-copy")
    told = newest_copies(config, made.client)["backup_newest_copy_timestamp_seconds"]
    assert told[("staging-financial-copy",)] == pytest.approx(now().timestamp(), abs=60)


def _delivered(reading: Reading) -> dict[float, int]:
    histogram = reading["audit_delivery_duration_seconds"][()]
    assert isinstance(histogram, Histogram)
    bounds = (*DELIVERY_BOUNDS_S, float("inf"))
    return {bound: count for bound, count in zip(bounds, histogram.counts, strict=True) if count}


def test_an_object_is_as_late_as_the_oldest_event_in_it(made: Cloud, config: configs.Config) -> None:
    s3, at = world.bucket(made), now()
    world.trail_file(s3, at, [at - timedelta(seconds=100), at - timedelta(seconds=1_000)], 1)
    world.trail_file(s3, at, [at - timedelta(seconds=200)], 2)
    unread = world.trail_file(s3, at, [at], 3)
    s3.put_object(Bucket=world.ARCHIVE, Key=unread, Body=b"no gzip")
    world.stream_file(s3, at - timedelta(seconds=400))
    source = Deliveries(config, made.client)
    assert _delivered(source.told(now() + timedelta(seconds=1))) == {300: 1, 600: 1, 1_800: 1, float("inf"): 1}


def test_each_object_counts_once_in_every_process_and_starts_anew_with_the_day(
    made: Cloud, config: configs.Config
) -> None:
    s3, at = world.bucket(made), now()
    world.trail_file(s3, at, [at - timedelta(seconds=90)])
    first, again = Deliveries(config, made.client), Deliveries(config, made.client)
    soon = now() + timedelta(seconds=1)
    assert _delivered(first.told(soon)) == _delivered(first.told(soon)) == _delivered(again.told(soon)) == {120: 1}
    tomorrow = soon + timedelta(days=1)
    assert _delivered(first.told(tomorrow)) == {120: 1}  # the last word of the day that is over
    assert _delivered(first.told(tomorrow)) == {}


def test_a_day_is_told_to_its_end_before_the_next_begins() -> None:
    day, midnight = Day(lag=HOUR), datetime(2026, 3, 2, tzinfo=UTC)
    start = midnight - timedelta(days=1)
    assert day.span(midnight) == Window(start, midnight - HOUR)
    assert day.span(midnight + 2 * HOUR) == Window(start, midnight)
    assert day.span(midnight + 3 * HOUR) == Window(midnight, midnight + 2 * HOUR)


def test_a_record_that_is_missing_between_others_is_a_gap(made: Cloud, config: configs.Config) -> None:
    s3, at = world.bucket(made), now()
    files = world.chain(*(world.change(at - hours * HOUR) for hours in (5, 4, 3, 2)), world.change(at))
    world.keep(s3, {name: text for name, text in files.items() if name != "00000002.json"})
    assert Changes(config, made.client).missing(at)["audit_sequence_gaps_total"] == {(): 1.0}


@pytest.mark.parametrize("missing", ["00000001.json", "00000005.json"])
def test_what_was_kept_long_enough_or_is_on_its_way_is_none(made: Cloud, config: configs.Config, missing: str) -> None:
    s3, at = world.bucket(made), now()
    files = world.chain(*(world.change(at - hours * HOUR) for hours in (5, 4, 3, 2)), world.change(at))
    world.keep(s3, {name: text for name, text in files.items() if name != missing})
    assert Changes(config, made.client).missing(at)["audit_sequence_gaps_total"] == {(): 0.0}


def test_a_newer_record_is_no_reason_to_miss_one_that_is_on_its_way(made: Cloud, config: configs.Config) -> None:
    s3, at = world.bucket(made), now()
    files = world.chain(world.change(at - 2 * HOUR), world.change(at), world.change(at))
    world.keep(s3, {name: text for name, text in files.items() if name != "00000002.json"})
    source = Changes(config, made.client)
    assert source.missing(at)["audit_sequence_gaps_total"] == {(): 0.0}
    assert source.missing(at + HOUR)["audit_sequence_gaps_total"] == {(): 1.0}


def test_what_does_not_verify_today_is_counted_once(made: Cloud, tmp_path: Path) -> None:
    s3, at = world.bucket(made), datetime(2025, 11, 1, 14, tzinfo=UTC)
    trail = digests.archive(range(14), at)
    digests.keep(s3, world.ARCHIVE, trail)
    file = world.config_file(tmp_path, public_keys=str(digests.keys_file(tmp_path)))
    source, found = Digests(configs.read(file), made.client), "audit_digest_failures_total"
    assert source.told(at)[found] == {(): 0.0}
    for hour in (4, 12):  # 12 is verified again, 4 was verified before
        s3.put_object(Bucket=world.ARCHIVE, Key=log_key(hour), Body=packed({"Records": []}))
    assert source.told(at)[found] == source.told(at)[found] == {(): 1.0}
    assert Digests(configs.read(file), made.client).told(at)[found] == {(): 2.0}
    later = at + timedelta(days=1)
    assert source.told(later)[found] != {(): 0.0}  # the last word of the day: its last hours have no digests


START = datetime(2026, 3, 1, tzinfo=UTC)


def _settled(*bodies: dict[str, Any], day: int) -> list[bool]:
    span = Window(START + timedelta(days=day), START + timedelta(days=day + 1))
    return sorted(settled(bodies, span))


def test_a_release_is_counted_when_its_fate_is_known_and_then_never_again() -> None:
    released = world.change(START + HOUR)
    fixed = world.change(START + 3 * HOUR, budgets={"lane": "fix"})
    assert _settled(released, day=0) == []
    assert _settled(released, day=3) == [False]
    assert _settled(released, day=4) == []
    assert _settled(released, fixed, day=0) == [True]  # of the fix itself it is known three days later
    assert _settled(released, fixed, day=3) == [False]


def test_only_what_mends_the_same_service_is_its_hotfix() -> None:
    released = world.change(START + HOUR)
    others = (
        world.change(START + 2 * HOUR),  # a usual release
        world.change(START + 2 * HOUR, ("ledger",), command="rollback"),
        world.change(START + 2 * HOUR, command="rollback", outcome="failed"),
    )
    assert _settled(released, *others, day=0) == []
    assert _settled(released, world.change(START + 2 * HOUR, ("api", "ledger"), command="rollback"), day=0) == [True]


def test_what_touches_no_service_is_no_release() -> None:
    assert _settled(world.change(START + HOUR, ()), day=3) == []
