"""What was reviewed is no longer what is there: between a plan and its update something moved."""

import json
import subprocess
import time
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.cloud import assert_sound, in_cloud
from tests.faults.fault import Observed, fault
from tests.faults.programs import drawn, updated, write
from tests.faults.world import World

RESOURCES = 4


@fault(
    18,
    "the state moves between a plan and its update",
    level="E",
    expected="refused: the state differs; what would change now that was not reviewed is shown",
)
def moved_state(rng: Random, world: World) -> Observed:
    ones = drawn(rng, RESOURCES)
    write(world, ones)
    _committed(world)
    world.deploy()
    chosen = rng.randrange(RESOURCES)
    write(world, [updated(one) if number == chosen else one for number, one in enumerate(ones)])
    _committed(world)
    plan = _planned(world)
    world.deploy()  # somebody else's update: what was to be done is done
    before, struck = in_cloud(world), time.monotonic()
    refused = world.run("up", world.target, "--plan", str(plan), "--yes", "--json", code=1)
    told = json.loads(refused.out)
    wrong = {one["what"] for one in told["mismatches"]}
    assert {"state digest", "state saved_at"} <= wrong, f"what moved was not named: {wrong}"
    assert told["moves"], "what would change now is what was reviewed, although it was done meanwhile"
    assert in_cloud(world) == before, "a refused plan changed the cloud"
    detected = refused.ended - struck
    world.run("up", world.target, "--plan", str(_planned(world)), "--yes")
    assert_sound(world)
    said = f"refused: {', '.join(sorted(wrong))}; {len(told['moves'])} differences shown; a new plan was applied"
    return Observed(said, detected, time.monotonic() - struck)


@fault(
    19,
    "commit, content, lock file or configuration changes after a plan",
    level="E",
    expected="refused, names which, and nothing else",
)
def moved_checkout(rng: Random, world: World) -> Observed:
    write(world, drawn(rng, RESOURCES))
    _committed(world)
    plan = _planned(world)
    item, expected = rng.choice(list(_MOVES.items()))
    _move(world, item)
    struck = time.monotonic()
    refused = world.run("up", world.target, "--plan", str(plan), "--yes", "--json", code=1)
    told = {one["item"] for one in json.loads(refused.out)["mismatches"]}
    assert told == expected, f"after a change of the {item} named: {told}"
    assert not in_cloud(world), "a refused plan changed the cloud"
    return Observed(f"{item} changed; refused by {', '.join(sorted(told))}", refused.ended - struck)


# What is changed, and the items of the plan that are no longer so.
_MOVES = {
    "commit": {"commit"},
    "program": {"tree"},
    "lock file": {"tree", "lock_file"},
    "configuration": {"tree", "configuration"},
}


def _move(world: World, item: str) -> None:
    root = world.checkout.root
    if item == "commit":
        _git(root, "commit", "-q", "--allow-empty", "-m", "Another one")
        return
    file = {
        "program": world.program / "__main__.py",
        "lock file": root / "requirements.lock",
        "configuration": world.program / "Pulumi.sandbox.yaml",
    }[item]
    file.write_text(file.read_text() + "\n# changed\n")


def _planned(world: World) -> Path:
    file = world.checkout.root / "fault.plan.json"
    world.run("plan", world.target, "-o", str(file))
    return file


def _committed(world: World) -> None:
    root = world.checkout.root
    if not (root / ".git" / "HEAD").exists():
        _git(root, "init", "-q")
        (root / ".gitignore").write_text(".sandbox/\n__pycache__/\n")
        (root / "requirements.lock").write_text("one==1\n")
    _git(root, "add", "-A")
    _git(root, "commit", "-q", "-m", "A change")


def _git(root: Path, *arguments: str) -> Any:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    return subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)
