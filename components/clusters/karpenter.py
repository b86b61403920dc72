"""What Karpenter needs of the account to make nodes: its role, their profile, and word of machines that go away."""

import json
from dataclasses import dataclass

from pulumi import Input, Output, ResourceOptions
from pulumi_aws import cloudwatch, eks, iam, sqs

from components.account_names import PLATFORM_PATH, platform_role_arn
from components.clusters.args import KubernetesClusterArgs
from components.pod_identity import pod_trust
from components.policy_document import Conditions, Statement, policy_json
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import tagged

_KEPT_S = 300  # a spot machine is told two minutes ahead; what is older tells nothing
# Karpenter documentation, "Interruption": who tells of what.
_EVENTS = {
    "health": ("aws.health", "AWS Health Event"),
    "spot": ("aws.ec2", "EC2 Spot Instance Interruption Warning"),
    "rebalance": ("aws.ec2", "EC2 Instance Rebalance Recommendation"),
    "state": ("aws.ec2", "EC2 Instance State-change Notification"),
}


@dataclass(frozen=True)
class KarpenterParts:
    """What its chart and its node classes name."""

    queue_name: Output[str]
    instance_profile_name: Output[str]


def role_name(cluster_name: str) -> str:
    """The role of its pods; keys name it before it exists."""
    return f"{cluster_name}-karpenter"


def prepare_karpenter(
    name: str,
    args: KubernetesClusterArgs,
    cluster_name: Output[str],
    node_role: ServiceRole,
    child: ResourceOptions,
) -> KarpenterParts | None:
    """Its own objects and its chart are the delivery layer's. Nodes take the role of the other nodes, which EKS lets in
    for the managed groups; they find the subnets by the tag karpenter.sh/discovery.
    """
    if args.karpenter is None:
        return None
    own = f"{name}-karpenter"
    queue = _interruptions(own, args, args.karpenter.queue_key_arn, child)
    profile = iam.InstanceProfile(
        own,
        name=f"{args.cluster_name}-node",
        path=PLATFORM_PATH,
        role=f"{args.cluster_name}-node",
        tags=tagged(own),
        opts=ResourceOptions.merge(child, ResourceOptions(depends_on=[node_role])),
    )
    role = ServiceRole(
        own,
        ServiceRoleArgs(
            role_name=role_name(args.cluster_name),
            account_id=args.account_id,
            description=f"Karpenter makes nodes of {args.cluster_name}",
            trust=(
                pod_trust(
                    "KarpenterTakesIt",
                    account_id=args.account_id,
                    cluster_arn=args.cluster_arn,
                    namespace=args.karpenter.namespace,
                    service_account=args.karpenter.service_account,
                ),
            ),
            permissions=_permissions(args),
        ),
        child,
    )
    eks.PodIdentityAssociation(
        own,
        cluster_name=cluster_name,
        namespace=args.karpenter.namespace,
        service_account=args.karpenter.service_account,
        role_arn=role.arn,
        tags=tagged(own),
        opts=child,
    )
    return KarpenterParts(queue.name, profile.name)


def _interruptions(own: str, args: KubernetesClusterArgs, key_arn: Input[str], child: ResourceOptions) -> sqs.Queue:
    """What EventBridge tells of machines that stop, in a queue of its own."""
    queue = sqs.Queue(
        own,
        name=own_queue(args.cluster_name),
        kms_master_key_id=key_arn,
        message_retention_seconds=_KEPT_S,
        tags=tagged(own),
        opts=ResourceOptions.merge(child, ResourceOptions(protect=args.protect)),
    )
    arn = f"arn:aws:sqs:{args.region}:{args.account_id}:{own_queue(args.cluster_name)}"
    tells = Statement(
        sid="EventsTell",
        principals={"Service": "events.amazonaws.com"},
        actions=("sqs:SendMessage",),
        resources=(arn,),
        conditions={"StringEquals": {"aws:SourceAccount": args.account_id}},
    )
    encrypted = Statement(
        sid="OnlyByTls",
        effect="Deny",
        principals="*",
        actions=("sqs:*",),
        resources=(arn,),
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
    sqs.QueuePolicy(own, queue_url=queue.id, policy=policy_json(tells, encrypted), opts=child)
    for word, (source, kind) in _EVENTS.items():
        rule = cloudwatch.EventRule(
            f"{own}-{word}",
            name=f"{args.cluster_name}-karpenter-{word}",
            description=f"{kind}, for Karpenter in {args.cluster_name}",
            event_pattern=json.dumps({"source": [source], "detail-type": [kind]}),
            tags=tagged(f"{own}-{word}"),
            opts=child,
        )
        cloudwatch.EventTarget(f"{own}-{word}", rule=rule.name, arn=queue.arn, opts=child)
    return queue


def own_queue(cluster_name: str) -> str:
    """The queue's name."""
    return f"{cluster_name}-karpenter"


def _permissions(args: KubernetesClusterArgs) -> tuple[Statement, ...]:
    """The controller policy of Karpenter's reference ("CloudFormation", KarpenterControllerPolicy), without the making
    of instance profiles, for node classes name ours, and without prices: with settings.isolatedVPC it has its own.
    """
    ec2 = f"arn:aws:ec2:{args.region}"
    owned, pool = f"kubernetes.io/cluster/{args.cluster_name}", "karpenter.sh/nodepool"
    asked: Conditions = {
        "StringEquals": {f"aws:RequestTag/{owned}": "owned", "aws:RequestTag/eks:eks-cluster-name": args.cluster_name},
        "StringLike": {f"aws:RequestTag/{pool}": "*"},
    }
    ours: Conditions = {
        "StringEquals": {f"aws:ResourceTag/{owned}": "owned"},
        "StringLike": {f"aws:ResourceTag/{pool}": "*"},
    }
    made = tuple(
        f"{ec2}:*:{kind}/*"
        for kind in ("fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request")
    )
    given = (
        *(f"{ec2}::{kind}/*" for kind in ("image", "snapshot")),
        *(f"{ec2}:*:{kind}/*" for kind in ("security-group", "subnet", "capacity-reservation")),
    )
    start = ("ec2:CreateFleet", "ec2:RunInstances")
    why = "machines have no names before they are made; tags say whose they are"
    return (
        Statement(sid="StartFrom", actions=start, resources=given, why=why),
        Statement(
            sid="StartByTemplate", actions=start, resources=(f"{ec2}:*:launch-template/*",), conditions=ours, why=why
        ),
        Statement(
            sid="MakeTagged",
            actions=(*start, "ec2:CreateLaunchTemplate"),
            resources=made,
            conditions=asked,
            why=why,
        ),
        Statement(
            sid="TagWhatIsMade",
            actions=("ec2:CreateTags",),
            resources=made,
            conditions={
                **asked,
                "StringEquals": {**asked["StringEquals"], "ec2:CreateAction": [*_names(start), "CreateLaunchTemplate"]},
            },
            why=why,
        ),
        Statement(
            sid="TagNodes",
            actions=("ec2:CreateTags",),
            resources=(f"{ec2}:*:instance/*",),
            conditions={
                **ours,
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]
                },
            },
            why=why,
        ),
        Statement(
            sid="EndOwn",
            actions=("ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"),
            resources=(f"{ec2}:*:instance/*", f"{ec2}:*:launch-template/*"),
            conditions=ours,
            why=why,
        ),
        Statement(
            sid="Look",
            actions=tuple(f"ec2:Describe{what}" for what in _LOOKS_AT),
            resources=("*",),
            conditions={"StringEquals": {"aws:RequestedRegion": args.region}},
            why="describing has no resources",
        ),
        Statement(
            sid="FindImages",
            actions=("ssm:GetParameter",),
            resources=(f"arn:aws:ssm:{args.region}::parameter/aws/service/*",),
        ),
        Statement(
            sid="HearOfInterruptions",
            actions=("sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"),
            resources=(f"arn:aws:sqs:{args.region}:{args.account_id}:{own_queue(args.cluster_name)}",),
        ),
        Statement(
            sid="GiveNodesTheirRole",
            actions=("iam:PassRole",),
            resources=(platform_role_arn(args.account_id, f"{args.cluster_name}-node"),),
            conditions={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        ),
        Statement(sid="FindCluster", actions=("eks:DescribeCluster",), resources=(args.cluster_arn,)),
    )


_LOOKS_AT = (
    "CapacityReservations",
    "Images",
    "Instances",
    "InstanceTypeOfferings",
    "InstanceTypes",
    "LaunchTemplates",
    "SecurityGroups",
    "SpotPriceHistory",
    "Subnets",
)


def _names(actions: tuple[str, ...]) -> list[str]:
    return [action.partition(":")[2] for action in actions]
