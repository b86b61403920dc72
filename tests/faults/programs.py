"""Small programs drawn by a seed: resources of several kinds, one named after another, and changes of them.

They are made of the engine's own classes, without the SDK of AWS, whose import is most of the time of a small program.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.engine.small import ACCOUNT
from tests.faults.world import World

PROGRAM = f"""
import json
from pathlib import Path

import pulumi

account = {{"region": "eu-central-1", "allowedAccountIds": '["{ACCOUNT}"]'}}
provider = pulumi.ProviderResource("aws", "aws", account)
made = {{}}
for one in json.loads(Path(__file__).with_name("resources.json").read_text()):
    props = {{key: made[value["id_of"]].id if isinstance(value, dict) and "id_of" in value else value
             for key, value in one["props"].items()}}
    given = pulumi.ResourceOptions(provider=provider, depends_on=[made[name] for name in one["after"]])
    made[one["name"]] = pulumi.CustomResource(one["type"], one["name"], props, given)
"""


@dataclass(frozen=True)
class Kind:
    """One type: the API's call that makes it, what it is given, what an update changes, and what a replacement.

    `{name}` in a text is the resource's name.
    """

    type: str
    create: str
    props: Mapping[str, Any]
    update: Mapping[str, Any]
    replacement: Mapping[str, Any]


_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
_NAME = {"name": "{name}-b"}
KINDS: Mapping[str, Kind] = {
    "topic": Kind("aws:sns/topic:Topic", "CreateTopic", {"name": "{name}"}, {"displayName": "changed"}, _NAME),
    "queue": Kind("aws:sqs/queue:Queue", "CreateQueue", {"name": "{name}"}, {"visibilityTimeoutSeconds": 60}, _NAME),
    "parameter": Kind(
        "aws:ssm/parameter:Parameter",
        "PutParameter",
        {"name": "{name}", "type": "String", "value": "a"},
        {"value": "b"},
        _NAME,
    ),
    "log-group": Kind(
        "aws:cloudwatch/logGroup:LogGroup",
        "CreateLogGroup",
        {"name": "{name}", "retentionInDays": 30},
        {"retentionInDays": 60},
        _NAME,
    ),
    "role": Kind(
        "aws:iam/role:Role",
        "CreateRole",
        {"name": "{name}", "assumeRolePolicy": _TRUST},
        {"description": "changed"},
        _NAME,
    ),
    "bucket": Kind(
        "aws:s3/bucket:Bucket",
        "PUT",  # S3's calls have no names: the method, and the sub-resource of all but this one
        {"bucket": "{name}"},
        {"tags": {"Name": "{name}", "changed": "yes"}},
        {"bucket": "{name}-b"},
    ),
    "key": Kind(
        "aws:kms/key:Key", "CreateKey", {"description": "{name}"}, {"description": "changed"}, {"multiRegion": True}
    ),
    "vpc": Kind(
        "aws:ec2/vpc:Vpc",
        "CreateVpc",
        {"cidrBlock": "10.1.0.0/16"},
        {"enableDnsHostnames": True},
        {"cidrBlock": "10.2.0.0/16"},
    ),
    "group": Kind(
        "aws:ec2/securityGroup:SecurityGroup",
        "CreateSecurityGroup",
        {"name": "{name}", "description": "first", "vpcId": {"id_of": "vpc"}},
        {"tags": {"Name": "{name}", "changed": "yes"}},
        {"description": "second", "name": "{name}-b"},
    ),
    "subnet": Kind(
        "aws:ec2/subnet:Subnet",
        "CreateSubnet",
        {"vpcId": {"id_of": "vpc"}, "cidrBlock": "10.1.1.0/24"},
        {"mapPublicIpOnLaunch": True},
        {"cidrBlock": "10.1.2.0/24"},
    ),
}


@dataclass(frozen=True)
class One:
    """One resource of a program; `after` are the names of those it waits for."""

    name: str
    kind: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        kind = KINDS[self.kind]
        props = {"tags": {"Name": "{name}"}, **kind.props, **self.changes}
        filled = json.loads(json.dumps(props).replace("{name}", self.name))
        return {"name": self.name, "type": kind.type, "props": filled, "after": list(self.after)}


def drawn(rng: Random, number: int) -> list[One]:
    """So many resources of different kinds, those of a network after it; about half of them wait for another."""
    kinds = rng.sample(list(KINDS), k=number)
    if {"group", "subnet"} & set(kinds):
        kinds = ["vpc", *(kind for kind in kinds if kind != "vpc")][:number]
    made: list[One] = []
    for kind in kinds:
        after = (rng.choice(made).name,) if made and rng.random() < 0.5 else ()
        made.append(One(kind, kind, after=after))
    return made


def in_a_row(rng: Random, number: int) -> list[One]:
    """So many resources, each waiting for the one before; of some kinds more than one."""
    first = drawn(rng, min(number, len(KINDS)))
    more = [rng.choice(("topic", "queue", "parameter", "role", "key")) for _ in range(number - len(first))]
    ones = [*first, *(One(f"{kind}-{n}", kind) for n, kind in enumerate(more))]
    return [replace(one, after=(ones[n - 1].name,) if n else ()) for n, one in enumerate(ones)]


def updated(one: One) -> One:
    return replace(one, changes=KINDS[one.kind].update)


def replaced(one: One) -> One:
    return replace(one, changes=KINDS[one.kind].replacement)


def write(world: World, ones: list[One]) -> None:
    """Makes these the program of the world."""
    (world.program / "__main__.py").write_text(PROGRAM)
    (world.program / "resources.json").write_text(json.dumps([one.as_dict() for one in ones], indent=1))
