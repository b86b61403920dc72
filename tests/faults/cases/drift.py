"""Somebody changes the cloud by hand."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from html import unescape
from random import Random
from typing import Any

import boto3
import yaml

from tests.engine.conftest import ROOT
from tests.engine.small import ACCOUNT
from tests.faults.cloud import assert_sound
from tests.faults.command import Command
from tests.faults.fault import Observed, fault
from tests.faults.programs import One, write
from tests.faults.updates import unprotect
from tests.faults.world import World
from tests.workflows.github_server import REPOSITORY, TOKEN, GitHub, serving

TOLD_S = 900  # from the change to the page
_KINDS = ("vpc", "group", "subnet", "key", "topic", "queue", "role")


@fault(
    8,
    "a port is opened to everybody by hand",
    level="E",
    expected="drift of the class security that names group, protocol, port, range and who did it; a page within 15"
    " minutes by the workflow's schedule; none once it is closed",
)
def opened_port(rng: Random, world: World) -> Observed:
    write(world, [One("vpc", "vpc"), One("group", "group")])
    world.deploy()
    somebody = f"by-hand-{rng.randrange(1000)}"
    ec2, id_ = _as(world, somebody), _id(world, "group")
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
    who, *_ = one["made_by"]
    assert who["what"] == "AuthorizeSecurityGroupIngress", one
    assert who["who"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/engineer/{somebody}", one
    paged = _paged(world, found.out, who["who"])
    told_s, every_s = paged - struck, _longest_between_runs_s()
    assert every_s + told_s <= TOLD_S, f"looked at every {every_s} s, and told {told_s:.0f} s after that"
    # By hand: an update does not close what its program does not declare.
    ec2.revoke_security_group_ingress(GroupId=id_, IpPermissions=opened)
    assert not _differences(world.run("drift", world.target, "--json").out)
    safe = time.monotonic()
    assert_sound(world)
    late = f"looked at every {every_s // 60} min, so paged {(every_s + told_s) / 60:.1f} min after it at the latest"
    return Observed(f"security, {line}, by {somebody}; {late}; closed by hand", told_s, safe - struck)


def _as(world: World, session: str) -> Any:
    """EC2 for somebody in a role of the account."""
    role = f"arn:aws:iam::{ACCOUNT}:role/engineer"
    given = world.checkout.aws("sts", world.target).assume_role(RoleArn=role, RoleSessionName=session)["Credentials"]
    return boto3.client(
        "ec2",
        endpoint_url=world.checkout.sandbox.aws_url,
        region_name=world.checkout.variables(world.target)["AWS_REGION"],
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def _paged(world: World, report: str, who: str) -> float:
    """When who is on duty had the page, after the workflow's step with the report; its issue names who did it."""
    sns, sqs = (world.checkout.aws(service, world.target) for service in ("sns", "sqs"))
    topic = sns.create_topic(Name="sandbox-page")["TopicArn"]
    queue = sqs.create_queue(QueueName="on-duty")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    file = world.root / "drift.json"
    file.write_text(report)
    try:
        with serving(GitHub()) as github:
            _step(world, github.url, "github", "drift-issue", str(file), "--page")
            (issue,) = github.issues.values()
        (page,) = sqs.receive_message(QueueUrl=queue)["Messages"]
        had = time.monotonic()
        assert (
            json.loads(page["Body"])["Subject"] == issue["title"] == f"Security drift in {world.target}: 1 difference"
        )
        assert who in unescape(issue["body"]), issue["body"]
        return had
    finally:
        file.unlink()
        sns.delete_topic(TopicArn=topic)
        sqs.delete_queue(QueueUrl=queue)


def _step(world: World, url: str, *arguments: str) -> None:
    """platformctl as a step of a workflow's run, whose exit code says that the run is to fail."""
    of_run = {"GITHUB_API_URL": url, "GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": REPOSITORY}
    variables = {**os.environ, **world.checkout.variables(world.target), **of_run, "PYTHONPATH": str(ROOT)}
    variables |= {"GITHUB_OUTPUT": str(world.root / "outputs")}
    line = [sys.executable, "-m", "platformctl", *arguments]
    Command(line, world.checkout.root, variables).end(4)


def _longest_between_runs_s() -> int:
    """Between two runs of the workflow, by its schedule: minutes of every hour."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "drift.yml").read_text())
    (schedule,) = workflow[True]["schedule"]  # YAML 1.1 reads the key `on` as a truth
    minutes, *every = schedule["cron"].split()
    assert every == ["*"] * 4, schedule
    at = sorted(int(minute) for minute in minutes.split(","))
    return 60 * max(later - earlier for earlier, later in zip(at, [*at[1:], at[0] + 60], strict=True))


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
