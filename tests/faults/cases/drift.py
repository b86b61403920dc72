"""Somebody changes the cloud by hand."""

import json
import time
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.faults.cloud import assert_sound
from tests.faults.fault import Observed, fault
from tests.faults.programs import One, write
from tests.faults.updates import unprotect
from tests.faults.world import World

_KINDS = ("vpc", "group", "subnet", "key", "topic", "queue", "role")


@fault(
    8,
    "a port is opened to everybody by hand",
    level="E",
    expected="drift of the class security that names group, protocol, port and range; none once it is closed",
)
def opened_port(rng: Random, world: World) -> Observed:
    write(world, [One("vpc", "vpc"), One("group", "group")])
    world.deploy()
    ec2, id_ = world.checkout.aws("ec2", world.target), _id(world, "group")
    protocol, port = rng.choice(("tcp", "udp")), rng.randint(1, 65_535)
    everybody = rng.choice(({"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}))
    opened = [{"IpProtocol": protocol, "FromPort": port, "ToPort": port, **everybody}]
    ec2.authorize_security_group_ingress(GroupId=id_, IpPermissions=opened)
    struck = time.monotonic()
    found = world.run("drift", world.target, "--json", code=4)
    (one,) = _differences(found.out)
    assert (one["class"], one["name"], one["property"]) == ("security", "group", "ingress"), one
    (line,) = one["cloud"]
    assert f"{protocol} {port} {port}" in line, one
    assert any(range_ in line for range_ in ("0.0.0.0/0", "::/0")), one
    # By hand: an update does not close what its program does not declare.
    ec2.revoke_security_group_ingress(GroupId=id_, IpPermissions=opened)
    assert not _differences(world.run("drift", world.target, "--json").out)
    safe = time.monotonic()
    assert_sound(world)
    return Observed(f"security, {line}; closed by hand", found.ended - struck, safe - struck)


@fault(
    9,
    "a tag is changed by hand",
    level="E",
    expected="drift of the class harmless; the next deployment is not blocked",
)
def changed_tag(rng: Random, world: World) -> Observed:
    kind = rng.choice(_KINDS)
    unprotect(world)
    write(world, [One("vpc", "vpc"), *([One(kind, kind)] if kind != "vpc" else [])])
    world.deploy()
    id_, value = _id(world, kind), f"by hand {rng.randrange(1000)}"
    _TAG[kind](world, id_, value)
    struck = time.monotonic()
    found = world.run("drift", world.target, "--json", code=4)
    different = _differences(found.out)
    assert {(one["class"], one["name"]) for one in different} == {("harmless", kind)}, different
    assert value in str(different), different
    deployed = world.run("up", world.target, "--yes")
    _TAG[kind](world, id_, kind)
    assert_sound(world)
    return Observed(f"tag of {kind}: harmless; deployed", found.ended - struck, deployed.ended - struck)


def _ec2(world: World, id_: str, value: str) -> None:
    world.checkout.aws("ec2", world.target).create_tags(Resources=[id_], Tags=[{"Key": "Name", "Value": value}])


def _key(world: World, id_: str, value: str) -> None:
    kms = world.checkout.aws("kms", world.target)
    kms.tag_resource(KeyId=id_, Tags=[{"TagKey": "Name", "TagValue": value}])


def _topic(world: World, id_: str, value: str) -> None:
    sns = world.checkout.aws("sns", world.target)
    sns.tag_resource(ResourceArn=id_, Tags=[{"Key": "Name", "Value": value}])


def _queue(world: World, id_: str, value: str) -> None:
    world.checkout.aws("sqs", world.target).tag_queue(QueueUrl=id_, Tags={"Name": value})


def _role(world: World, id_: str, value: str) -> None:
    world.checkout.aws("iam", world.target).tag_role(RoleName=id_, Tags=[{"Key": "Name", "Value": value}])


_TAG: Mapping[str, Callable[[World, str, str], None]] = {
    **dict.fromkeys(("vpc", "group", "subnet"), _ec2),
    "key": _key,
    "topic": _topic,
    "queue": _queue,
    "role": _role,
}


def _id(world: World, name: str) -> str:
    resources = world.deployment()["resources"]
    return str(next(one["id"] for one in resources if one["urn"].endswith(f"::{name}")))


def _differences(printed: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed)["differences"]
    return found
