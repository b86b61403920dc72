"""What is in the cloud, against what the state says is: nothing lost, nothing twice, nothing that nobody knows of."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox import process
from tests.engine.small import ACCOUNT, FOUNDATION
from tests.faults.world import World

Lister = Callable[[World], Iterable[str]]


def _listed(service: str, operation: str, key: str, id_: str = "", **leave_out: Any) -> Lister:
    """The ids that a listing gives; without `id_` it lists ids alone. What has a value of `leave_out` is AWS's own."""

    def ids(world: World) -> Iterable[str]:
        found = getattr(world.checkout.aws(service, FOUNDATION), operation)().get(key, ())
        kept = (one for one in found if not any(one.get(name) == value for name, value in leave_out.items()))
        return [one[id_] for one in kept] if id_ else list(found)

    return ids


def _keys(world: World) -> Iterable[str]:
    kms = world.checkout.aws("kms", FOUNDATION)
    for key in kms.list_keys()["Keys"]:
        described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if described["KeyState"] != "PendingDeletion" and described["KeyManager"] != "AWS":
            yield key["KeyId"]


def _in_own_networks(operation: str, key: str, id_: str, **leave_out: Any) -> Lister:
    """EC2's, without those of the VPC that every account begins with."""

    def ids(world: World) -> Iterable[str]:
        ec2 = world.checkout.aws("ec2", FOUNDATION)
        own = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]}
        listed = [one for one in getattr(ec2, operation)()[key] if one["VpcId"] in own]
        return [one[id_] for one in listed if not any(one.get(name) == value for name, value in leave_out.items())]

    return ids


# By type: how what is there is listed, by the id that the state has it under; and its name in the sandbox's inventory.
LISTED: Mapping[str, tuple[Lister, str]] = {
    "aws:cloudwatch/logGroup:LogGroup": (
        _listed("logs", "describe_log_groups", "logGroups", "logGroupName"),
        "logs:log-group",
    ),
    "aws:ec2/securityGroup:SecurityGroup": (
        _in_own_networks("describe_security_groups", "SecurityGroups", "GroupId", GroupName="default"),
        "ec2:security-group",
    ),
    "aws:ec2/subnet:Subnet": (_in_own_networks("describe_subnets", "Subnets", "SubnetId"), "ec2:subnet"),
    "aws:ec2/vpc:Vpc": (_in_own_networks("describe_vpcs", "Vpcs", "VpcId"), "ec2:vpc"),
    "aws:iam/role:Role": (_listed("iam", "list_roles", "Roles", "RoleName"), "iam:role"),
    "aws:kms/key:Key": (_keys, "kms:key"),
    "aws:s3/bucket:Bucket": (_listed("s3", "list_buckets", "Buckets", "Name"), "s3:bucket"),
    "aws:sns/topic:Topic": (_listed("sns", "list_topics", "Topics", "TopicArn"), "sns:topic"),
    "aws:sqs/queue:Queue": (_listed("sqs", "list_queues", "QueueUrls"), "sqs:queue"),
    "aws:ssm/parameter:Parameter": (_listed("ssm", "describe_parameters", "Parameters", "Name"), "ssm:parameter"),
}


def in_cloud(world: World) -> set[tuple[str, str]]:
    """Type and id of everything in the account. AssertionError where the inventory has what no lister knows."""
    counted = process.status(world.checkout.sandbox)["resources"].get(ACCOUNT, {})
    known = {name: type_ for type_, (_, name) in LISTED.items()}
    unknown = counted.keys() - known.keys()
    assert not unknown, f"the cloud has {', '.join(sorted(unknown))}, which tests/faults/cloud.py cannot list"
    found = {(known[name], id_) for name in counted for id_ in LISTED[known[name]][0](world)}
    listed = Counter(type_ for type_, _ in found)
    assert {known[name]: number for name, number in counted.items()} == listed, f"{counted} were counted, {found} found"
    return found


def in_state(world: World) -> Counter[tuple[str, str]]:
    """Type and id of everything that the state has in the cloud."""
    resources = world.deployment()["resources"]
    return Counter((one["type"], one["id"]) for one in resources if one["type"] in LISTED and not one.get("external"))


def assert_sound(world: World) -> None:
    """Cloud and state agree, nothing is pending or locked, no process is left, and there is nothing more to do."""
    there, recorded = in_cloud(world), in_state(world)
    assert not there - recorded.keys(), f"in the cloud, and unknown to the state: {sorted(there - recorded.keys())}"
    assert not recorded.keys() - there, f"in the state, and not in the cloud: {sorted(recorded.keys() - there)}"
    twice = [one for one, number in recorded.items() if number > 1]
    assert not twice, f"twice in the state: {twice}"
    pending = world.deployment()["pending_operations"]
    assert not pending, f"still pending: {[(one['type'], one['resource']['urn']) for one in pending]}"
    assert not world.locks(), f"still locked: {world.locks()}"
    assert not world.processes(), f"still running: {world.processes()}"
    previewed = world.checkout.pulumi(world.target, "preview", "--expect-no-changes", code=None)
    assert previewed.returncode == 0, f"a preview is not empty:\n{previewed.stdout}{previewed.stderr}"
