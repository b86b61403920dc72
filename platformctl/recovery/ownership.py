"""What exists in the cloud under an environment's tags and is in no state of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from platformctl.changes import Change, Sides
from platformctl.clients import clients
from platformctl.engine import stack_exists
from platformctl.errors import CommandError, Exit
from platformctl.project import PROGRAMS, Project
from platformctl.recovery import adoption
from platformctl.state import Resource, deployment
from platformctl.target import Target

OWNERSHIP_TAG = "environment"  # among the provider's default tags: stacks/provider.py
# By service and kind of an ARN: the type, and whether its import id is the ARN itself.
_TYPES: Mapping[tuple[str, str], tuple[str, bool]] = {
    ("dynamodb", "table"): ("aws:dynamodb/table:Table", False),
    ("ec2", "elastic-ip"): ("aws:ec2/eip:Eip", False),
    ("ec2", "internet-gateway"): ("aws:ec2/internetGateway:InternetGateway", False),
    ("ec2", "natgateway"): ("aws:ec2/natGateway:NatGateway", False),
    ("ec2", "network-acl"): ("aws:ec2/networkAcl:NetworkAcl", False),
    ("ec2", "route-table"): ("aws:ec2/routeTable:RouteTable", False),
    ("ec2", "security-group"): ("aws:ec2/securityGroup:SecurityGroup", False),
    ("ec2", "subnet"): ("aws:ec2/subnet:Subnet", False),
    ("ec2", "vpc"): ("aws:ec2/vpc:Vpc", False),
    ("ec2", "vpc-endpoint"): ("aws:ec2/vpcEndpoint:VpcEndpoint", False),
    ("eks", "cluster"): ("aws:eks/cluster:Cluster", False),
    ("kms", "key"): ("aws:kms/key:Key", False),
    ("logs", "log-group"): ("aws:cloudwatch/logGroup:LogGroup", False),
    ("rds", "cluster"): ("aws:rds/cluster:Cluster", False),
    ("rds", "db"): ("aws:rds/instance:Instance", False),
    ("s3", ""): ("aws:s3/bucket:Bucket", False),
    ("secretsmanager", "secret"): ("aws:secretsmanager/secret:Secret", True),
    ("sns", ""): ("aws:sns/topic:Topic", True),
}


@dataclass(frozen=True)
class Untracked:
    """One resource. `urn`: of what in the program it is, empty where nothing there claims it; `command`: empty where
    its type cannot be told.
    """

    urn: str
    arn: str
    id: str
    command: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


def claimed(
    target: Target, changes: Iterable[Change], sides: Mapping[str, Sides], resources: Iterable[Resource]
) -> list[tuple[Resource, str]]:
    """What a run would create and the cloud has already, with its import id; ids of `resources` are taken."""
    taken = adoption.places(resources)
    found = []
    for change in changes:
        if change.operation == "create":
            resource: Resource = dict(sides[change.urn][1])
            if id_ := _looked_for(target, resource, taken):
                taken.add(adoption.place(resource, id_))
                found.append((resource, id_))
    return found


def unclaimed(target: Target, known: Iterable[Resource], more: Iterable[str]) -> list[Untracked]:
    """What carries the environment's tag and is neither among `known` nor one of the ids `more`."""
    names = {name for one in known for name in _names(one)} | set(more)
    return [
        Untracked("", arn, id_, f"pulumi import {type_} {name or 'NAME'} {id_}" if type_ else "")
        for arn, name in sorted(_tagged(target))
        for type_, id_ in [_import_id(arn)]
        if not _is_known(arn, names)
    ]


def states(target: Target) -> list[Resource]:
    """The resources of every project's stack of this name in the target's backend: they share the tag."""
    found: list[Resource] = []
    for key in PROGRAMS:
        project: Project = replace(target.project, key=key)
        if (project.folder / "Pulumi.yaml").is_file():
            other = replace(target, project=project, config_file=None)
            if stack_exists(other):
                found += deployment(other)["resources"]
    return found


def _looked_for(target: Target, resource: Resource, taken: set[adoption.Place]) -> str | None:
    """None, too, where what it is looked for by is not known before it is made."""
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    try:
        return adoption.find(target, resource, taken)
    except (ClientError, KeyError, StopIteration, ParamValidationError):
        return None
    except BotoCoreError as error:
        raise CommandError(f"the cloud cannot be looked through: {error}", Exit.ENGINE) from None


def _names(resource: Resource) -> Iterator[str]:
    outputs = resource.get("outputs") or {}
    yield from (str(value) for value in (resource.get("id"), outputs.get("arn")) if value)


def _is_known(arn: str, names: set[str]) -> bool:
    short = arn.rpartition("/")[2].rpartition(":")[2]
    whole = arn.split(":", 5)[-1]
    return bool(names & {arn, short, whole, whole.partition("/")[2], whole.partition(":")[2]})


def _tagged(target: Target) -> Iterator[tuple[str, str]]:
    """ARN and Name of everything that carries the tag, in the environment's region."""
    from botocore.exceptions import BotoCoreError, ClientError

    wanted = [{"Key": OWNERSHIP_TAG, "Values": [target.environment]}]
    try:
        pages = clients(target)("resourcegroupstaggingapi").get_paginator("get_resources").paginate(TagFilters=wanted)
        for page in pages:
            for one in page["ResourceTagMappingList"]:
                tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
                yield one["ResourceARN"], tags.get("Name", "")
    except (ClientError, BotoCoreError) as error:
        raise CommandError(f"tag:GetResources failed, so what exists cannot be told: {error}", Exit.ENGINE) from None


def _import_id(arn: str) -> tuple[str, str]:
    """Type and import id of an ARN; no type where the table has none."""
    service, rest = arn.split(":", 5)[2], arn.split(":", 5)[-1]
    kind, joint, id_ = rest.partition("/" if "/" in rest and ":" not in rest.partition("/")[0] else ":")
    type_, whole = _TYPES.get((service, kind if joint else ""), ("", False))
    return type_, arn if whole else (id_ if joint else rest)
