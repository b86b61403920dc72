"""Releases on the real controller with the real Prometheus: what each scenario ends in, how fast, and how safely."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.cluster import ControlPlane
from tests.cluster.canary.release import TIME_SCALE, Release, World
from tests.cluster.canary.scenarios import SCENARIOS, Scenario, play
from tests.cluster.canary.source import Source
from tests.cluster.canary.watch import Watcher
from tests.cluster.conftest import Api

pytestmark = pytest.mark.cluster

AT_ONCE = int(os.environ.get("CANARY_SCENARIOS_AT_ONCE", "8"))
MACHINE_S = 4.0  # scrapes, reads and the controller are not scaled; more when the machine has other things to do
SAFE_S = 60.0
Played = dict[str, tuple[Release, BaseException | None]]
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world(plane: ControlPlane, api: Api) -> Iterator[World]:
    world = World(plane, api, Watcher(plane), Source(plane.targets))
    yield world
    world.watcher.close()
    world.source.close()


@pytest.fixture(scope="module")
def played(world: World, request: pytest.FixtureRequest) -> Iterator[Played]:
    """All scenarios that were chosen, most of them at the same time; the table of what they ended in is printed."""
    names = [name for name in SCENARIOS if any(_plays(item, name) for item in request.session.items)]
    results: Played = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        together = {name: pool.submit(play, world, name, next(_numbers)) for name in names if not SCENARIOS[name].alone}
        results.update({name: one.result() for name, one in together.items()})
    results.update({name: play(world, name, next(_numbers)) for name in names if SCENARIOS[name].alone})
    yield results
    plugins = request.config.pluginmanager
    reporter, capture = (plugins.getplugin(name) for name in ("terminalreporter", "capturemanager"))
    with capture.global_and_fixture_disabled():
        reporter.write_line("\n".join(["", *table(results)]))


def _plays(item: Any, name: str) -> bool:
    """Whether the test looks at what became of the scenario."""
    if item.function is test_healthy_release_took_every_step:
        return name == "healthy"
    return item.function is test_release_ends_as_it_should and item.callspec.params["name"] == name


@pytest.mark.parametrize("name", SCENARIOS)
def test_release_ends_as_it_should(played: Played, name: str) -> None:
    scenario, (release, failed) = SCENARIOS[name], played[name]
    if failed:
        raise failed
    assert release.verdict == scenario.expected
    if scenario.gate:
        assert release.ended_by[0] in scenario.gate, release.ended_by
    if scenario.expected == "aborted":
        assert release.ended_by[1] == scenario.phase, release.ended_by
    _safe(scenario, release)


def _safe(scenario: Scenario, release: Release) -> None:
    """The stable arm is whole all the time, no weight grows after an abort, and both were fast enough."""
    seen = release.record
    assert not (scenario.whole and seen.shortages), seen.shortages
    if seen.aborted_at is None:
        return
    after = [weight for at, weight in seen.weights if at > seen.aborted_at]
    assert set(after) <= {0}, f"weights after the abort: {after}"
    safe, detect = release.to_safe(), release.to_detect()
    assert safe is not None, seen.summary()
    assert safe <= SAFE_S, f"weight 0 only {safe:.1f} s after the abort"
    if scenario.detect_min is not None:
        limit = scenario.detect_min * 60 * TIME_SCALE + MACHINE_S * release.world.patience()
        assert detect is not None, seen.summary()
        assert detect <= limit, f"aborted {detect:.1f} s after the fault, allowed {limit:.1f} s"


def test_healthy_release_took_every_step(played: Played) -> None:
    release, _ = played["healthy"]
    assert release.record.course()[:6] == [0, 1, 5, 25, 50, 100]
    assert [index for _, index in release.record.steps][-16:] == list(range(16))
    steps = {name: phase for name, phase in release.seen_phases.items() if name.count("-") == 4}  # not the tripwire
    assert len(steps) == 6
    assert set(steps.values()) == {"Successful"}


def table(results: Played) -> Iterator[str]:
    """Times to detection are unscaled, times to safety those of the clock."""
    yield f"{'scenario':<22} {'verdict':<12} {'ended by':<42} {'detect':>8} {'safe':>7}  weights"
    for name, (release, failed) in results.items():
        detect, safe = release.to_detect(), release.to_safe()
        minutes = "" if detect is None else f"{detect / 60 / TIME_SCALE:.1f} min"
        seconds = "" if safe is None else f"{safe:.1f} s"
        verdict = "FAILED" if failed else release.verdict
        ended = " ".join(release.ended_by)
        course = " ".join(str(weight) for weight in release.record.course())
        yield f"{name:<22} {verdict:<12} {ended:<42} {minutes:>8} {seconds:>7}  {course}"
        yield from (f"{'':<22} {note}" for note in release.notes)
