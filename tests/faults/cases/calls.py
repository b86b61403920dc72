"""Calls to the cloud fail in mid-update: throttled, unanswered, refused."""

import time
from random import Random

from tests.faults.cloud import assert_sound, in_cloud, in_state
from tests.faults.fault import Observed, fault
from tests.faults.programs import KINDS, drawn, in_a_row, write
from tests.faults.updates import RESOURCES, changed, unprotect
from tests.faults.world import World

SURVIVED = 25  # refusals of one call in a row: the official provider repeats a call as often


@fault(
    5,
    "the cloud throttles",
    level="E",
    expected="repeated with growing, random waits until it succeeds; beyond the limit a clean, resumable end",
)
def throttled(rng: Random, world: World) -> Observed:
    beyond = rng.random() < 1 / 3
    number = 100_000 if beyond else rng.randint(1, SURVIVED)
    write(world, drawn(rng, RESOURCES))
    running = world.start("up", world.target, "--yes")
    world.engine(running)
    world.order(throttle=number)
    world.wait(lambda: world.ordered()["throttle"] < number or not running.running)
    struck = time.monotonic()
    world.wait(lambda: world.ordered()["throttle"] == 0 or not running.running)
    if not beyond:
        running.end()
        assert world.ordered()["throttle"] == 0, (
            f"only {number} calls less {world.ordered()['throttle']} were throttled"
        )
        assert_sound(world)
        return Observed(f"{number} calls throttled and repeated; the update succeeded", None, running.ended - struck)
    running.end(5)
    world.order()
    assert not world.locks(), f"the lock was kept: {world.locks()}"
    assert in_cloud(world) == set(in_state(world)), "cloud and state differ after a clean end"
    resumed = world.run("up", world.target, "--yes")
    assert_sound(world)
    return Observed(
        "throttled without end: the update failed cleanly and the next one finished",
        running.ended - struck,
        resumed.ended - struck,
    )


@fault(
    6,
    "a creation succeeds and its answer is lost",
    level="E",
    expected="found by its name and tags, adopted, one resource",
)
def lost_answer(rng: Random, world: World) -> Observed:
    phase = rng.choice(("create", "replacement"))
    ones = drawn(rng, RESOURCES)
    unprotect(world)
    write(world, ones)
    mine = ones
    if phase == "replacement":
        world.deploy()
        after, mine = changed(rng, phase, ones)
        write(world, after)
    one = rng.choice(mine)
    world.order(lose_response=1, operation=KINDS[one.kind].create)
    running = world.start("up", world.target, "--yes")
    world.wait(lambda: world.ordered()["lose_response"] == 0 or not running.running)
    struck = time.monotonic()
    running.end(None)
    assert world.ordered()["lose_response"] == 0, f"{KINDS[one.kind].create} was not called:\n{running.said}"
    if running.process.returncode == 0:  # the provider may repeat a call that makes the same again
        assert_sound(world)
        return Observed(f"{phase} of {one.name}: the call was repeated at once", None, running.ended - struck)
    assert running.process.returncode == 5, running.said
    told = running.when("the next update looks")
    unknown = in_cloud(world) - in_state(world).keys()
    resumed = world.run("up", world.target, "--yes")
    for _, id_ in unknown:
        assert id_ in resumed.said, f"{id_} was created and not recorded, and nobody was told of it:\n{resumed.said}"
    assert_sound(world)
    return Observed(f"{phase} of {one.name}: {len(unknown)} adopted; finished", told - struck, resumed.ended - struck)


@fault(
    7,
    "the creation of resource k of n is refused",
    level="E",
    expected="1 to k-1 tracked, k named, its dependents skipped, the next run finishes; nothing is rolled back",
)
def refused_creation(rng: Random, world: World) -> Observed:
    number = rng.randint(4, 12)
    k = rng.randrange(number)
    ones = in_a_row(rng, number)
    one = ones[k]
    nth = sum(other.kind == one.kind for other in ones[: k + 1])
    write(world, ones)
    world.order(fail=nth, operation=KINDS[one.kind].create)
    running = world.start("up", world.target, "--yes")
    world.wait(lambda: world.ordered()["fail"] == 0 or not running.running)
    struck = time.monotonic()
    running.end(5)
    assert world.ordered()["fail"] == 0, f"{KINDS[one.kind].create} was not called:\n{running.said}"
    told = running.when("error")
    recorded = {resource["urn"].rpartition("::")[2] for resource in world.deployment()["resources"]}
    names = [other.name for other in ones]
    assert recorded & set(names) == set(names[:k]), (
        f"refused at {one.name}, number {k + 1}: {sorted(recorded)} recorded"
    )
    before = in_cloud(world)
    assert before == set(in_state(world)), "cloud and state differ after the refusal"
    resumed = world.run("up", world.target, "--yes")
    assert before <= in_cloud(world), f"the next update lost {before - in_cloud(world)}"
    assert_sound(world)
    return Observed(
        f"{one.kind}, {k + 1} of {number}, refused: {k} tracked, the rest skipped; finished",
        told - struck,
        resumed.ended - struck,
    )
