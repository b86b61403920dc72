"""A change of the program would lose what holds data: refused at preview, and again by the update."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from tests.engine.small import ACCOUNT
from tests.faults.cloud import assert_sound, in_cloud
from tests.faults.fault import Observed, fault
from tests.faults.programs import KINDS
from tests.faults.world import World

HOLD_DATA = ("bucket", "key")  # of what is drawn
FORCING = {"bucket": "bucket", "key": "multiRegion"}
PROTECTED = {"protect": True}
RETAINED = {"protect": False, "retain_on_delete": True}  # what lets a loss pass, once it stands in the state


@fault(
    10,
    "a protected resource that holds data is deleted or replaced by the program",
    level="E",
    expected="refused at preview naming the property, refused again by the update, nothing called",
)
def protected_loss(rng: Random, world: World) -> Observed:
    kind, operation = rng.choice(HOLD_DATA), rng.choice(("delete", "replace"))
    return _refused(world, kind, operation, rng.choice((PROTECTED, {"protect": False})))


@fault(
    11,
    "retain_on_delete is added in the same change as the loss that it would prepare",
    level="E",
    expected="refused: the flag must already be in the state; with it there, the same loss passes and AWS keeps it",
)
def retained_too_late(rng: Random, world: World) -> Observed:
    kind = rng.choice(HOLD_DATA)
    observed = _refused(world, kind, "replace", RETAINED)  # what is deleted has no options any more
    kept = in_cloud(world)
    _write(world, kind, RETAINED)
    world.run("up", world.target, "--yes")
    (world.program / "__main__.py").write_text(_HEAD)
    world.run("up", world.target, "--yes")
    assert kept <= in_cloud(world), f"the prepared loss took {kept - in_cloud(world)} from the cloud"
    assert not [one for one in world.deployment()["resources"] if one["type"] == KINDS[kind].type]
    return replace(observed, text=f"{observed.text}; prepared by an update of its own it passed, and AWS kept it")


def _refused(world: World, kind: str, operation: str, options: dict[str, bool]) -> Observed:
    _write(world, kind, PROTECTED)
    world.run("up", world.target, "--yes")
    before = in_cloud(world)
    if operation == "delete":
        (world.program / "__main__.py").write_text(_HEAD)
    else:
        _write(world, kind, options, KINDS[kind].replacement)
    struck, told = time.monotonic(), []
    for command in (("preview", world.target), ("up", world.target, "--yes")):
        told.append(world.run(*command, "--json", code=1))
        (refused,) = json.loads(told[-1].out)["refusals"]
        assert (refused["operation"], refused["name"]) == (operation, kind), refused
        forcing = [one["path"] for one in refused["properties"] if one["replaces"]]
        assert forcing == ([FORCING[kind]] if operation == "replace" else []), refused
        assert any("protected in the state" in reason for reason in refused["reasons"]), refused
    assert in_cloud(world) == before, "the cloud changed"
    _write(world, kind, PROTECTED)
    safe = world.run("up", world.target, "--yes")
    assert_sound(world)
    assert in_cloud(world) == before
    text = f"{operation} of a {kind}: refused at preview and by the update, by name"
    return Observed(text, told[0].ended - struck, safe.ended - struck)


def _write(world: World, kind: str, options: dict[str, bool], changes: Mapping[str, Any] | None = None) -> None:
    props = {"tags": {"Name": kind}, **KINDS[kind].props, **(changes or {})}
    made = f"""
given = pulumi.ResourceOptions(provider=provider, **{options})
pulumi.CustomResource("{KINDS[kind].type}", "{kind}", {props}, given)
"""
    (world.program / "__main__.py").write_text(_HEAD + made.replace("{name}", kind))


_HEAD = f"""
import pulumi
account = {{"region": "eu-central-1", "allowedAccountIds": '["{ACCOUNT}"]'}}
provider = pulumi.ProviderResource("aws", "aws", account)
"""
