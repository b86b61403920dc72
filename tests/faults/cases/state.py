"""What the engine knows is damaged, cannot be saved, or is edited by hand; and a program that never asks the same."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from sandbox import process
from tests.engine.conftest import ROOT
from tests.engine.live import BUCKET, STATE, Live, reached
from tests.faults.cloud import assert_sound, in_cloud
from tests.faults.fault import Observed, fault
from tests.faults.programs import drawn, updated, write
from tests.faults.world import World

RESOURCES = 4
_HISTORY = ".pulumi/history/*/sandbox/*.checkpoint.json"


@fault(
    21,
    "the state is cut off, has a bit flipped, is an earlier version, is another stack's or is gone",
    level="E",
    expected="found before any call of the cloud; restored by one command; nothing lost",
)
def damaged_state(rng: Random, world: World) -> Observed:
    things = drawn(rng, RESOURCES)
    write(world, things)
    world.run("up", world.target, "--yes")
    write(world, [updated(one) for one in things])
    world.run("up", world.target, "--yes")
    file = world.state / STATE
    sound = file.read_bytes()
    damage = rng.choice(sorted(_DAMAGES))
    damaged = _DAMAGES[damage](rng, world, sound)
    file.unlink() if damaged is None else file.write_bytes(damaged)
    calls, struck = process.status(world.checkout.sandbox)["calls"], time.monotonic()
    refused = world.run("up", world.target, "--yes", code=2)
    assert "is not sound" in refused.said, refused.said
    asked = process.status(world.checkout.sandbox)["calls"] - calls
    assert asked <= 2, f"{asked} calls were made of the cloud"  # the sandbox gives credentials by one
    restored = world.run("state", "restore", world.target, "--yes")
    assert file.read_bytes() == sound, "the restored state is not the one before the damage"
    safe = restored.ended
    assert_sound(world)
    kind = refused.said.split("asked of the cloud:")[1].split(":")[0].strip()
    return Observed(f"{damage}: found as {kind}; restored", refused.ended - struck, safe - struck)


def _flip(rng: Random, _: World, sound: bytes) -> bytes:
    place = rng.randrange(8 * len(sound))
    flipped = bytearray(sound)
    flipped[place // 8] ^= 1 << place % 8
    return bytes(flipped)


def _earlier(rng: Random, world: World, sound: bytes) -> bytes:
    found = sorted(world.state.glob(_HISTORY))
    return rng.choice([file.read_bytes() for file in found if file.read_bytes() != sound])


_DAMAGES: Mapping[str, Callable[[Random, World, bytes], bytes | None]] = {
    "cut off": lambda rng, world, sound: sound[: rng.randrange(len(sound) - 3)],
    "flipped": _flip,
    "rolled back": _earlier,
    "of another stack": lambda rng, world, sound: sound.replace(b"/sandbox", b"/staging"),
    "gone": lambda rng, world, sound: None,
}


@fault(
    22,
    "the state's bucket goes away while an update saves into it",
    level="E",
    expected="short: the update goes on; long: journal kept, nothing more begun; replayed; nothing lost or made twice",
)
def unreachable_bucket(rng: Random, world: World) -> Observed:
    with reached(world.checkout) as plain:
        live = replace(plain, module="tests.faults.ctl", changed={"FAULTS_PACKS": "", "PYTHONPATH": str(ROOT)})
        write(world, drawn(rng, RESOURCES))
        short, done = rng.random() < 0.4, rng.randrange(RESOURCES)
        world.order(delay_s=0.4, times=10_000)  # or the update is over before the bucket is gone
        running = live.start("up", world.target, "--yes")
        world.wait(lambda: _in_mid_update(live, done) or running.poll() is not None)
        live.wire.cut()
        struck = time.monotonic()
        world.order()
        if running.poll() is not None:
            running.communicate()
            return Observed("the update ended before the bucket went away: nothing was struck")
        if short:
            time.sleep(3)
            live.wire.mend()
        _, said = running.communicate(timeout=300)
        detected = time.monotonic()
        live.wire.mend()
        if running.returncode == 0:
            assert short, f"an update without its bucket ended well:\n{said}"
            text = f"away for 3 s after {done} resources: the update went on"
            return _checked(live, world, text, detected - struck, struck)
        made = in_cloud(world)
        waiting = live.ctl("up", world.target, "--yes", code=2)
        assert "could not save its state" in waiting.stderr, said + waiting.stderr
        live.ctl("state", "replay", world.target)
        assert in_cloud(world) == made, "something was made while the state waited"
        live.ctl("resume", world.target, "--yes", "--wait-for-lock", "120")  # its lease ends by itself
        text = f"away after {done} resources: journal kept and replayed"
        return _checked(live, world, text, detected - struck, struck)


def _in_mid_update(live: Live, done: int) -> bool:
    """Whether so many resources are made, and something is under way."""
    if not live.s3.list_objects_v2(Bucket=BUCKET, Prefix=STATE).get("KeyCount", 0):
        return False
    held = json.loads(live.state())["checkpoint"].get("latest") or {}
    made = [one for one in held.get("resources") or () if one.get("custom") and "providers" not in one["type"]]
    return bool(held.get("pending_operations")) and len(made) >= done


def _checked(live: Live, world: World, text: str, detected: float, struck: float) -> Observed:
    held = json.loads(live.state())["checkpoint"]["latest"]
    recorded = sorted(one["id"] for one in held["resources"] if one.get("custom") and "providers" not in one["type"])
    there = sorted(id_ for type_, id_ in in_cloud(world) if id_ != BUCKET)
    assert recorded == there, f"the state has {recorded}, the cloud {there}"
    assert not held.get("pending_operations"), "operations are left under way"
    return Observed(text, detected, time.monotonic() - struck)


@fault(
    20,
    "a program that takes time, chance or the order of sets into its inputs",
    level="U",
    expected="found without engine or cloud, with property, line and cause; exit code 1",
)
def nondeterministic_program(rng: Random, world: World) -> Observed:
    from platformctl.determinism.twice import differences
    from platformctl.project import Project

    expression, cause = rng.choice(_NEVER_THE_SAME)
    root = world.root / "twice"
    (root / "stacks").mkdir(parents=True, exist_ok=True)
    (root / "Pulumi.yaml").write_text("name: billing-platform\nruntime: python\nmain: stacks\n")
    (root / "Pulumi.sandbox.yaml").write_text("config:\n  billing-platform:any: thing\n")
    settings = "class SettingsError(Exception): ...\ndef load_file(file): ...\n"
    (root / "stacks" / "settings.py").write_text(settings)
    head = _HEAD + "\n" * rng.randrange(20)
    text = f'{head}Queue("q", {{"tags": {{"a": {expression}}}}})\n'
    line = head.count("\n") + 1
    Path(root, "stacks", "__main__.py").write_text(text)
    started = time.monotonic()
    first = differences(Project(root), "sandbox")[0]
    assert first.property.startswith("inputs.tags.a"), first
    assert first.source == f"stacks/__main__.py:{line}", first
    assert cause in first.causes[0], first
    return Observed(
        f"{expression}: {first.property} at {first.source}, because of {first.causes[0]}", time.monotonic() - started
    )


_HEAD = """
import datetime, json, os, pulumi, random, time, uuid
class Queue(pulumi.CustomResource):
    def __init__(self, name, props):
        super().__init__("aws:sqs/queue:Queue", name, props)
"""
_NEVER_THE_SAME = (
    ("str(time.time())", "the clock"),
    ("datetime.datetime.now().isoformat()", "the clock"),
    ("str(datetime.date.today())", "the clock"),
    ("json.dumps({'on': time.strftime('%Y-%m')})", "the clock"),
    ("str(uuid.uuid4())", "chance"),
    ("str(random.random())", "chance"),
    ("str(os.getpid())", "chance"),
    ("','.join({'a', 'b', 'c', 'd', 'e', 'f', 'g'})", "the order of a set"),
)
