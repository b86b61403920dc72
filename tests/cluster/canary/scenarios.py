"""What may become of a release: each scenario plays one, and asserts what only it can see while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from components.canary.metrics import BLIND_GRACE_S, RETRY_S, STARVED_CALL_S, UNDECIDED
from components.canary.preflight import HEADER
from sandbox import cluster
from tests.cluster.canary import faults
from tests.cluster.canary.arms import SLOW, Arm
from tests.cluster.canary.release import TIME_SCALE, Release, World
from tests.cluster.conftest import eventually

Play = Callable[[Release], None]
CLOCK_S = 2  # the controller counts from times that the API server keeps in whole seconds


@dataclass(frozen=True)
class Scenario:
    """`expected`: the verdict; `gate` and `phase`: what ended it; `detect_min`: within which, of the fault.

    `alone`: it does something to the control plane that the others would feel.
    """

    play: Play
    expected: str = "aborted"
    gate: tuple[str, ...] = ()
    phase: str = "Failed"
    detect_min: float | None = 3
    whole: bool = True  # the stable arm is at full scale all the time
    alone: bool = False
    options: dict[str, Any] = field(default_factory=dict)


def bad_from_the_start(**fault: Any) -> Play:
    """Detection counts from the first request that the canary gets."""

    def play(release: Release) -> None:
        release.install()
        release.deploy("v2", Arm(**fault))
        release.until_weight(release.first_weight)
        release.fault()
        release.until_aborted()

    return play


def good(**of_both: Any) -> Play:
    def play(release: Release) -> None:
        release.install(Arm(**of_both))
        release.deploy("v2", Arm(**of_both))
        release.until_promoted("v2")

    return play


def fewer_approvals(release: Release) -> None:
    """Five points fewer; the gates of business begin at 25 %."""
    release.install()
    release.deploy("v2", Arm(approved=0.87))
    release.until_weight(25)
    release.fault()
    release.until_aborted()


def one_capture(release: Release) -> None:
    release.install()
    release.deploy("v2")
    release.until_weight(5)
    release.wait(3)
    release.canary.counts["duplicate_capture_total"] = 1
    release.fault()
    release.until_aborted()


def unbalanced(release: Release) -> None:
    release.install()
    release.deploy("v2")
    release.until_weight(1)
    release.wait(2)
    release.world.source.unbalanced += 1
    release.fault()
    release.until_aborted()


def becomes(weight: int, after_min: float, change: Callable[[Release], None]) -> Play:
    """Good until it has been so long at the weight; the weight is then frozen until the release goes back."""

    def play(release: Release) -> None:
        release.install()
        release.deploy("v2")
        release.until_weight(weight)
        release.wait(after_min)
        change(release)
        release.fault()
        release.until_aborted()
        assert release.record.course()[-2:] == [weight, 0], release.record.summary()
        held = release.to_detect()
        least = RETRY_S * (BLIND_GRACE_S * TIME_SCALE // RETRY_S) - CLOCK_S
        assert held is not None, release.record.summary()
        assert held >= least, f"went back after {held:.0f} s, before its grace of {least:.0f} s was over"

    return play


def silenced(release: Release) -> None:
    for arm in release.arms.values():
        arm.silent = True


def cut_off(release: Release) -> None:
    assert release.relay is not None
    release.relay.cut = True


def not_a_number(release: Release) -> None:
    release.canary.broken = True


def starved(release: Release) -> None:
    """No traffic for 35 minutes: the weight is held, nothing passes or fails; when traffic returns it goes on."""
    release.install()
    usual, release.traffic = release.traffic, 0.0
    release.deploy("v2")
    release.until_weight(1)
    release.wait(STARVED_CALL_S / 60 + 5)
    seen = release.record
    assert seen.weight() == 1, seen.summary()
    assert not seen.status.get("abort"), seen.summary()
    assert not seen.status.get("pauseConditions"), "a paused release is not watched by its tripwire"
    assert set(release.measured("enough-requests")) == {"Inconclusive"}
    assert "Failed" not in release.phases().values()
    release.notes.append(f"held at 1 % for {STARVED_CALL_S // 60 + 5} min")
    release.traffic = usual
    release.until_weight(5)
    release.verdict = "held"


def tripped_while_starved(release: Release) -> None:
    """A canary without traffic to judge it by is still watched: one capture ends it."""
    release.install()
    release.traffic = 0.0
    release.deploy("v2")
    release.until_weight(1)
    release.wait(20)
    release.canary.counts["duplicate_capture_total"] = 1
    release.fault()
    release.until_aborted()


def paused(release: Release) -> None:
    """Why a starved step does not end Inconclusive, as it would here: nothing ends a release that is paused."""
    release.install()
    release.traffic = 0.0
    release.deploy("v2")
    release.until_weight(1)
    seen = release.record
    seen.until("a pause", lambda: seen.status.get("pauseConditions"), 60 * release.world.patience())
    release.canary.counts["duplicate_capture_total"] = 1
    longest_s = 60 * release.world.patience()
    eventually("the tripwire's verdict", lambda: "Failed" in release.phases().values(), longest_s)
    release.wait(5)
    assert not seen.status.get("abort"), "the controller looks at analyses of paused rollouts now: see decision 19"
    assert seen.weight() == 1, seen.summary()
    release.verdict = "unwatched"


def impatient(templates: list[dict[str, Any]]) -> None:
    """The first starved read ends a step's analysis."""
    for template in templates:
        if "canary-at" in template["metadata"]["name"]:
            for metric in template["spec"]["metrics"]:
                metric["inconclusiveLimit"] = 0


def undecided(release: Release) -> None:
    """Nobody decides: back to stable once the time is over, which the scenario makes shorter."""
    release.install()
    release.traffic = 0.0
    release.deploy("v2")
    release.until_weight(1)
    release.fault()
    release.until_aborted()


def sooner(templates: list[dict[str, Any]]) -> None:
    """`decided-in-time` after ten minutes instead of hours."""
    for metric in (one for template in templates for one in template["spec"]["metrics"]):
        if metric["name"] == UNDECIDED:
            metric["initialDelay"] = f"{600 * TIME_SCALE:g}s"


def few_and_one_failed(release: Release) -> None:
    """Some requests a minute, of which one fails: too few to tell, so neither fail nor pass."""
    release.install()
    release.traffic = 3.0
    release.deploy("v2")
    release.until_weight(1)
    release.wait(2)
    release.canary.counts["bad"] += 1
    release.wait(15)
    seen = release.record
    assert seen.weight() == 1, seen.summary()
    assert not seen.status.get("abort"), seen.summary()
    assert "Failed" not in release.measured("errors-below-ceiling")
    release.verdict = "held"


def counters_restart(release: Release) -> None:
    """All pods of both arms restart without having failed: as after a deployment of their nodes."""
    release.install()
    release.deploy("v2")
    release.until_weight(50)
    release.wait(3)
    for arm in release.arms.values():
        arm.restart()
    release.until_promoted("v2")


def superseded(release: Release) -> None:
    """A newer version while a canary has traffic: its weight goes to 0 first, and the newer begins at the bottom."""
    release.install()
    release.deploy("v2")
    release.until_weight(10)
    release.wait(2)
    before = len(release.record.course())
    release.deploy("v3")
    release.until_weight(0)
    release.until_promoted("v3")
    after = release.record.course()[before:]
    assert after[:4] == [0, 10, 50, 100], after


def evicted(release: Release) -> None:
    """A stable pod is evicted and cannot come back: no step forward; a second eviction is refused."""
    release.install()
    release.deploy("v2")
    release.until_weight(10)
    with faults.no_new_pods(release):
        assert faults.evict(release, release.record.stable) is None
        release.record.until(
            "a missing stable pod", lambda: release.record.scales[release.record.stable].available == 3, 20
        )
        error = faults.evict(release, release.record.stable)
        assert error is not None, "the disruption budget let two stable pods go"
        assert error.status == 429, error
        release.wait(10)  # longer than the step's hold
        assert release.record.weight() == 10, release.record.summary()
        assert release.measured("stable-at-full-scale")[-1] == "Inconclusive"
    release.record.watching = True
    release.until_promoted("v2")


def restarted_controller(release: Release) -> None:
    """The controller dies after it has decided to abort and before it could move the traffic."""
    release.install()
    plane = release.world.plane
    release.deploy("v2", Arm(errors=0.03))
    release.until_weight(1)
    release.fault()
    with faults.fixed_weights(release):
        release.record.until("abort", lambda: release.record.status.get("abort"), 60)
        assert release.record.weight() == 1, release.record.summary()
        cluster.kill(plane, "rollouts-controller")
    cluster.restart(plane, "rollouts-controller")
    at = time.monotonic()
    release.until_aborted()
    release.notes.append(f"weight 0 {release.record.weights[-1][0] - at:.1f} s after the controller's restart")
    release.wait(10)
    assert release.record.course() == [0, 1, 0], release.record.summary()


def rolled_back(release: Release) -> None:
    """Back to the previous version: its pods are still there, no step and no analysis is in the way."""
    release.install()
    release.deploy("v2")
    release.until_promoted("v2")
    runs = len(release.runs())
    at = time.monotonic()
    release.deploy("v1")
    release.until_promoted("v1")
    release.notes.append(f"back on the previous version after {time.monotonic() - at:.1f} s")
    assert time.monotonic() - at < 60
    assert len(release.runs()) == runs, "a rollback within the window was analysed"
    release.verdict = "rolled back"


def failed_preflight(release: Release) -> None:
    """The test charge fails: no customer's request reaches the canary, the route by header is gone again."""
    release.install()
    release.deploy("v2")
    release.fault()
    release.record.until("the header's route", lambda: faults.routed(release, HEADER), 30)
    release.until_aborted()
    assert release.record.course() == [0], release.record.summary()
    release.record.until("the end of the header's route", lambda: not faults.routed(release, HEADER), 20)


def failing(templates: list[dict[str, Any]]) -> None:
    job = templates[0]["spec"]["metrics"][0]["provider"]["job"]
    job["spec"]["template"]["metadata"]["annotations"] = {"sandbox/pod-becomes": "failed"}


def burning(release: Release) -> None:
    """The service burns its budget already, and a page says so: nothing is released until that is over."""
    sick = Arm(errors=0.05)
    release.install(sick)
    gate = "no-burn-rate-page"
    release.deploy("v2")
    longest_s = 60 * release.world.patience()
    eventually("a held preflight", lambda: "Inconclusive" in release.measured(gate), longest_s)
    release.wait(5)
    assert release.record.course() == [0], release.record.summary()
    assert "Successful" not in release.measured(gate)
    sick.errors = 0.0002
    release.until_promoted("v2")


def restarting(release: Release) -> None:
    release.install()
    release.deploy("v2")
    release.until_weight(5)
    release.wait(2)
    release.canary.restarts = 1
    release.fault()
    release.until_aborted()


def failing_worker(release: Release) -> None:
    """3 % of the canary partition's jobs fail: its pods stop at once, those of the stable arm are all there."""
    release.install()
    release.deploy("v2", Arm(errors=0.03))
    release.until_weight(1)
    seen = release.record
    seen.until("its first pod", lambda: seen.scales[seen.current].available, 60)
    release.fault()
    release.until_aborted()
    release.record.until(
        "the end of its pods", lambda: release.record.scales[release.record.current].available == 0, 20
    )


FAST: dict[str, Any] = {"lane": "fast"}
ERRORS = ("errors-below-ceiling", "errors-not-above-stable")
SCENARIOS: dict[str, Scenario] = {
    "healthy": Scenario(good(), "promoted"),
    "no-series-of-errors": Scenario(good(errors=0.0, without_errors=True), "promoted", options=FAST),
    "counters-restart": Scenario(counters_restart, "promoted", options=FAST),
    "superseded": Scenario(superseded, "promoted", options=FAST),
    "stable-evicted": Scenario(evicted, "promoted", whole=False, options=FAST),
    "rolled-back": Scenario(rolled_back, "rolled back", options=FAST),
    "leak": Scenario(
        bad_from_the_start(memory_per_min=0.0045), gate=("memory-not-leaking",), detect_min=25, options=FAST
    ),
    "errors": Scenario(bad_from_the_start(errors=0.03), gate=ERRORS),
    "slow": Scenario(bad_from_the_start(within=SLOW), gate=("latency-not-above-stable",)),
    "approvals": Scenario(fewer_approvals, gate=("approvals-not-below-stable",)),
    "processor-errors": Scenario(
        bad_from_the_start(processor_errors=0.2), gate=("processor-errors-not-above-stable",), detect_min=None
    ),
    "one-capture": Scenario(one_capture, gate=("money-no-duplicate-capture",), detect_min=1.5),
    "restarts": Scenario(restarting, gate=("no-restarts",)),
    "preflight": Scenario(failed_preflight, gate=("preflight",), options={"change": failing}),
    "burning": Scenario(burning, "promoted", options=FAST),
    "deliveries": Scenario(
        bad_from_the_start(refused=0.1),
        gate=("deliveries-not-below-stable",),
        detect_min=None,
        options={"risk": "webhook-out"},
    ),
    "metrics-down": Scenario(becomes(5, 3, silenced), phase="Error", detect_min=16),
    "prometheus-down": Scenario(becomes(5, 3, cut_off), phase="Error", detect_min=16, options={"relayed": True}),
    "not-a-number": Scenario(becomes(5, 3, not_a_number), phase="Error", detect_min=16),
    "starved": Scenario(starved, "held", detect_min=None),
    "few-and-one-failed": Scenario(few_and_one_failed, "held", detect_min=None),
    "tripped-while-starved": Scenario(tripped_while_starved, gate=("money-no-duplicate-capture",), detect_min=1.5),
    "paused": Scenario(paused, "unwatched", detect_min=None, options={"change": impatient}),
    "undecided": Scenario(undecided, gate=(UNDECIDED,), phase="Error", detect_min=13, options={"change": sooner}),
    "worker": Scenario(good(), "promoted", options={"risk": "worker", "lane": "fast"}),
    "failing-worker": Scenario(failing_worker, gate=ERRORS, options={"risk": "worker"}),
    "read": Scenario(bad_from_the_start(errors=0.03), gate=ERRORS, options={"risk": "read"}),
    "controller-killed": Scenario(restarted_controller, gate=ERRORS, detect_min=None, alone=True),
    "ledger": Scenario(unbalanced, gate=("money-ledger-balanced",), detect_min=1.5, alone=True),
}


def play(world: World, name: str, number: int, seed: int = 0) -> tuple[Release, BaseException | None]:
    """Play it in a namespace of its own; what it asserts is given, not raised, so that the others go on."""
    scenario = SCENARIOS[name]
    release = Release(world, f"{name}-{number}", seed, **scenario.options)
    try:
        scenario.play(release)
        release.ended_by, release.seen_phases = release.decided(), release.phases()
        failed: BaseException | None = None
    except (Exception, pytest.fail.Exception) as error:
        failed = error
    finally:
        release.remove()
    return release, failed
