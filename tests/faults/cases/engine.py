"""The engine is struck in mid-update: killed and interrupted. Two at once: locks.py."""

import os
import signal
import time
from random import Random

from tests.faults.cloud import assert_sound, in_cloud, in_state
from tests.faults.fault import Observed, fault
from tests.faults.updates import LATE_S, at_a_random_call, prepared
from tests.faults.world import World


@fault(
    1,
    "SIGKILL at a random call of a create, update, deletion or replacement",
    level="E",
    expected="pending operation reported; resumed; no duplicate; no orphan unreported",
)
def killed_engine(rng: Random, world: World) -> Observed:
    phase, calls = prepared(rng, world)
    victim = rng.choice(("the engine", "everything"))
    running = world.start("up", world.target, "--yes")
    engine, call = at_a_random_call(rng, world, running, calls)
    if not engine:
        return Observed(f"the {phase} ended before call {call}: nothing was struck")
    os.kill(engine, signal.SIGKILL)
    struck = time.monotonic()
    if victim == "everything":
        world.end_processes()
    first = running.end(None)
    assert first.process.returncode != 0, f"an update whose engine was killed ended well:\n{first.said}"
    time.sleep(LATE_S)  # the cloud ends the call that it was at, after its caller is gone
    pending = [f"{one['type']} {_name(one['resource']['urn'])}" for one in world.deployment()["pending_operations"]]
    unknown = in_cloud(world) - in_state(world).keys()
    resumed = world.run("up", world.target, "--yes")
    lifted = resumed.when("is lifted")
    for _, id_ in unknown:
        assert id_ in resumed.said, f"{id_} was created and not recorded, and nobody was told of it:\n{resumed.said}"
    assert_sound(world)
    detected = lifted if victim == "everything" else min(first.ended, lifted)
    return Observed(
        f"{phase}, {victim} killed at call {call}; pending: {', '.join(pending) or 'nothing'}; "
        f"{len(unknown)} adopted; resumed",
        detected - struck,
        resumed.ended - struck,
    )


@fault(
    2,
    "SIGTERM or Ctrl-C at a random call of an update",
    level="E",
    expected="the operation under way ends, state saved, lock released, exit code 130; the next update finishes",
)
def interrupted_update(rng: Random, world: World) -> Observed:
    phase, calls = prepared(rng, world)
    number = rng.choice((signal.SIGTERM, signal.SIGINT))
    running = world.start("up", world.target, "--yes")
    engine, call = at_a_random_call(rng, world, running, calls)
    if not engine:
        return Observed(f"the {phase} ended before call {call}: nothing was struck")
    running.signal(number)
    struck = time.monotonic()
    running.end(130)
    assert not world.locks(), f"the lock was kept: {world.locks()}"
    pending = world.deployment()["pending_operations"]
    assert not pending, f"left pending: {pending}"
    assert in_cloud(world) == set(in_state(world)), "cloud and state differ after an orderly end"
    world.run("up", world.target, "--yes")
    assert_sound(world)
    return Observed(
        f"{phase}, {number.name} at call {call}: exit code 130, nothing pending, unlocked; the next update finished",
        running.when("interrupted") - struck,
        running.ended - struck,
    )


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
