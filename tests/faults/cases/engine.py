"""The engine and the cloud fail in mid-update: killed, interrupted, throttled, unanswered, refused."""

import os
import signal
import time
from dataclasses import replace
from random import Random

from tests.faults.cloud import assert_sound, in_cloud, in_state
from tests.faults.command import Command
from tests.faults.fault import Observed, fault
from tests.faults.programs import One, drawn, replaced, updated, write
from tests.faults.world import World

RESOURCES = 5
LATE_S = 2.0  # how long an answer is held back while the blow falls


@fault(
    1,
    "SIGKILL at a random call of a create, update, deletion or replacement",
    level="E",
    expected="pending operation reported; resumed; no duplicate; no orphan unreported",
)
def killed_engine(rng: Random, world: World) -> Observed:
    phase = _prepare(rng, world)
    victim = rng.choice(("the engine", "everything"))
    running = world.start("up", world.target, "--yes")
    engine, call = _at_a_random_call(rng, world, running)
    if not engine:
        return Observed(f"the {phase} ended before call {call}: nothing was struck")
    pending = [f"{one['type']} {_name(one['resource']['urn'])}" for one in world.deployment()["pending_operations"]]
    os.kill(engine, signal.SIGKILL)
    struck = time.monotonic()
    if victim == "everything":
        world.end_processes()
    first = running.end(None)
    assert first.process.returncode != 0, f"an update whose engine was killed ended well:\n{first.said}"
    time.sleep(LATE_S)  # the cloud ends the call that it was at, after its caller is gone
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
    phase = _prepare(rng, world)
    number = rng.choice((signal.SIGTERM, signal.SIGINT))
    running = world.start("up", world.target, "--yes")
    engine, call = _at_a_random_call(rng, world, running)
    if not engine:
        return Observed(f"the {phase} ended before call {call}: nothing was struck")
    running.signal(number)
    struck = time.monotonic()
    running.end(130)
    assert not world.locks(), f"the lock was kept: {world.locks()}"
    pending = world.deployment()["pending_operations"]
    assert not pending, f"left pending: {pending}"
    assert in_cloud(world) == set(in_state(world)), "cloud and state differ after an orderly end"
    safe = running.ended
    world.run("up", world.target, "--yes")
    assert_sound(world)
    return Observed(
        f"{phase}, {number.name} at call {call}: exit code 130, nothing pending, unlocked; the next update finished",
        running.when("interrupted") - struck,
        safe - struck,
    )


def _prepare(rng: Random, world: World) -> str:
    """Draws what the update is to do, deploys what has to be there before, and says what it is."""
    phase = rng.choice(("create", "update", "deletion", "replacement"))
    settings = world.program / "settings.py"
    settings.write_text(settings.read_text().replace("protect_stateful=True", "protect_stateful=False"))
    ones = drawn(rng, RESOURCES)
    if phase == "create":
        write(world, ones)
        return phase
    write(world, ones)
    world.deploy()
    write(world, _changed(rng, phase, ones))
    return phase


def _changed(rng: Random, phase: str, ones: list[One]) -> list[One]:
    if phase == "deletion":
        return ones[: rng.randrange(len(ones))]
    change = updated if phase == "update" else replaced
    used = {"vpc"} if phase == "replacement" and len(ones) > 1 else set()  # what is in it would have to go with it
    able = [one for one in ones if one.kind not in used]
    chosen = rng.sample(able, k=rng.randint(1, len(able)))
    return [change(one) if one in chosen else replace(one) for one in ones]


def _at_a_random_call(rng: Random, world: World, running: Command) -> tuple[int, int]:
    """Waits for a call of the running update that the seed draws: done, and its answer held back.

    Gives the engine's process id, 0 if the update ended before, and which call it was.
    """
    call = rng.randrange(2 * RESOURCES)
    engine = world.engine(running)
    world.order(skip=call, delay_s=LATE_S, times=1)
    world.wait(lambda: world.ordered()["times"] == 0 or not running.running)
    return (engine, call) if running.running else (0, call)


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
