"""Updates for faults to strike: something to create, update, delete or replace, and a call to strike it at."""

from random import Random

from tests.faults.command import Command
from tests.faults.programs import One, drawn, replaced, updated, write
from tests.faults.world import World

RESOURCES = 5
LATE_S = 2.0  # how long an answer is held back while the blow falls
PHASES = ("create", "update", "deletion", "replacement")


def prepared(rng: Random, world: World) -> tuple[str, int]:
    """Draws what the next update is to do and deploys what has to be there before.

    Gives the phase, and how many calls the update makes at least: two to create something, one to change or delete it.
    """
    phase = rng.choice(PHASES)
    ones = drawn(rng, RESOURCES)
    unprotect(world)
    write(world, ones)
    if phase == "create":
        return phase, 2 * len(ones)
    world.deploy()
    after = ones[: rng.randrange(len(ones))] if phase == "deletion" else changed(rng, phase, ones)[0]
    write(world, after)
    return phase, len([one for one in ones if one not in after])


def changed(rng: Random, phase: str, ones: list[One]) -> tuple[list[One], list[One]]:
    """The program with some of its resources updated or replaced; and these alone."""
    able = [one for one in ones if phase == "update" or one.kind != "vpc" or not _used(one, ones)]
    chosen = rng.sample(able, k=rng.randint(1, len(able)))
    change = updated if phase == "update" else replaced
    after = [change(one) if one in chosen else one for one in ones]
    return after, [one for one in after if one not in ones]


def unprotect(world: World) -> None:
    """Lets updates of this environment lose data: what is drawn may be deleted and replaced."""
    settings = world.program / "settings.py"
    settings.write_text(settings.read_text().replace("protect_stateful=True", "protect_stateful=False"))


def at_a_random_call(rng: Random, world: World, running: Command, calls: int) -> tuple[int, int]:
    """Waits for one of the first `calls` calls of the running update: done, and its answer held back for LATE_S.

    Gives the engine's process id, 0 if the update ended before, and which call it was.
    """
    call = rng.randrange(calls)
    engine = world.engine(running)
    world.order(skip=call, delay_s=LATE_S, times=1)
    world.wait(lambda: world.ordered()["times"] == 0 or not running.running)
    return (engine, call) if running.running else (0, call)


def _used(vpc: One, ones: list[One]) -> bool:
    """Whether something is in the network, which would have to go with it."""
    return any(one.kind in ("group", "subnet") for one in ones if one is not vpc)
