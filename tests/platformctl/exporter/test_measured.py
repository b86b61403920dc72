"""The process, scraped by a real Prometheus that evaluates the rules of the platform's levels over what it tells."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from stacks.slo import PLATFORM_LEVELS
from tests.platformctl.exporter import digests, world
from tests.platformctl.exporter.cloud import Cloud, cloud, now
from tests.platformctl.exporter.running import exporter, prometheus, rollouts, scraped, wait

LEVELS = {level.id for level in PLATFORM_LEVELS}
HOUR = timedelta(hours=1)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Cloud]:
    """Everything is well, but that two replicas are 7 s behind and a copy is 30 hours old."""
    with cloud() as one:
        world.databases(one)
        world.lag(one, 7_000, now() - timedelta(minutes=1))
        one.points = {
            "staging-financial": [("COMPLETED", now() - HOUR)],
            "staging-financial-copy": [("COMPLETED", now() - 30 * HOUR)],
        }
        s3, at = world.bucket(one), now()
        world.trail_file(s3, at, [at - timedelta(seconds=100)])
        digests.keep(s3, world.ARCHIVE, digests.archive(digests.hours_until(at), at))
        world.stream_file(s3, at - timedelta(seconds=400))
        world.keep(s3, world.chain(*(world.change(at - hours * HOUR) for hours in (75, 74, 5))))
        yield one


@pytest.fixture
def observed(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "token").write_text("t")
    with rollouts([]) as url:
        changes: dict[str, Any] = {"cluster_url": url, "token_folder": str(tmp_path)}
        yield world.config_file(tmp_path, public_keys=str(digests.keys_file(tmp_path)), **changes)


def test_every_level_of_the_platform_is_measured_and_tells_what_is_so(
    made: Cloud, observed: Path, tmp_path: Path
) -> None:
    with exporter(observed, made, "--every", "3") as (port, _), prometheus(tmp_path / "prometheus", port) as ask:
        invariants = {level.id for level in PLATFORM_LEVELS if level.kind == "invariant"}

        def measured() -> bool:
            told = {*ask("slo:invariant_broken:bool"), *ask("slo:total_events:rate1m")}
            return told >= LEVELS and not ask('ALERTS{alertname="SliAbsent"}')

        wait(measured, lambda: f"{sorted(LEVELS)}\n{ask('ALERTS')}\n" + "\n".join(scraped(port)))
        broken = ask("slo:invariant_broken:bool")
        assert broken == {name: float(name == "backup-copy") for name in invariants}
        bad = ask("slo:bad_events:rate1m / slo:total_events:rate1m")
        assert (bad["replica-lag"], bad["recoverability"]) == (1.0, 0.0)
        made.broken.add("backup")
        wait(lambda: ask('ALERTS{alertname="SliAbsent"}'), lambda: "\n".join(scraped(port)))
        wait(lambda: not ask("backup_newest_copy_timestamp_seconds"), lambda: "\n".join(scraped(port)))
        assert set(ask('ALERTS{alertname="SliAbsent"}')) == {"backup-copy"}


def test_a_source_that_fails_takes_only_its_own_series_with_it(made: Cloud, observed: Path) -> None:
    with exporter(observed, made, "--every", "3") as (port, _):
        wait(lambda: 'exporter_source_up{source="rollouts"} 1.0' in scraped(port), lambda: "\n".join(scraped(port)))
        before = _names(port)
        made.broken.add("rds")
        wait(lambda: _names(port) != before, lambda: "\n".join(scraped(port)))
        wait(
            lambda: (
                before - _names(port)
                == {"database_replica_lag_seconds", "database_latest_restorable_timestamp_seconds"}
            ),
            lambda: "\n".join(scraped(port)),
        )
        down = [line for line in scraped(port) if line.startswith("exporter_source_up") and line.endswith(" 0.0")]
        assert down == ['exporter_source_up{source="databases"} 0.0', 'exporter_source_up{source="replicas"} 0.0']


def test_counters_are_there_from_the_first_scrape_and_go_on_after_a_restart(made: Cloud, observed: Path) -> None:
    told = []
    for _ in range(2):
        with exporter(observed, made) as (port, _process):
            told.append([line for line in scraped(port) if line.startswith(("audit_", "release"))])
    assert told[0] == told[1]
    assert {'release_aborts_total{within_60s="false"} 0.0', "audit_sequence_gaps_total 0.0"} <= {*told[0]}


def _names(port: int) -> set[str]:
    return {line.partition("{")[0].partition(" ")[0] for line in scraped(port)}


def test_a_configuration_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from platformctl.exporter.__main__ import main

    file = world.config_file(tmp_path, vault={})
    assert main([str(file)]) == 2
    assert "vault is unknown: allowed are account, region" in capsys.readouterr().err
    file.write_text("{}")
    assert main([str(file)]) == 2
    assert "account is missing: add it" in capsys.readouterr().err
