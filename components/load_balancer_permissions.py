"""What the load balancer controller may do in AWS: see the network, and change what carries its cluster's tag."""

from components.policy_document import Conditions, Statement

_TAG = "elbv2.k8s.aws/cluster"  # on all that it makes, with the cluster's name as its value
_READS = """
    ec2:DescribeAccountAttributes ec2:DescribeAddresses ec2:DescribeAvailabilityZones ec2:DescribeInstances
    ec2:DescribeInternetGateways ec2:DescribeNetworkInterfaces ec2:DescribeRouteTables ec2:DescribeSecurityGroups
    ec2:DescribeSubnets ec2:DescribeTags ec2:DescribeVpcPeeringConnections ec2:DescribeVpcs
    ec2:GetSecurityGroupsForVpc elasticloadbalancing:DescribeCapacityReservation
    elasticloadbalancing:DescribeListenerAttributes elasticloadbalancing:DescribeListenerCertificates
    elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeLoadBalancerAttributes
    elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeRules
    elasticloadbalancing:DescribeSSLPolicies elasticloadbalancing:DescribeTags
    elasticloadbalancing:DescribeTargetGroupAttributes elasticloadbalancing:DescribeTargetGroups
    elasticloadbalancing:DescribeTargetHealth
"""
_MADE = ("Listener", "LoadBalancer", "Rule", "TargetGroup")
_CHANGES = """
    AddListenerCertificates AddTags DeleteListener DeleteLoadBalancer DeleteRule DeleteTargetGroup DeregisterTargets
    ModifyListener ModifyListenerAttributes ModifyLoadBalancerAttributes ModifyRule ModifyTargetGroup
    ModifyTargetGroupAttributes RegisterTargets RemoveListenerCertificates RemoveTags SetIpAddressType
    SetRulePriorities SetSecurityGroups SetSubnets
"""
_WEB_ACLS = ("AssociateWebACL", "DisassociateWebACL", "GetWebACL", "GetWebACLForResource")


def load_balancer_permissions(region: str, account_id: str, cluster_name: str) -> tuple[Statement, ...]:
    """Source: kubernetes-sigs/aws-load-balancer-controller, docs/install/iam_policy.json, without what is off here
    (Cognito, Shield, WAF Classic, certificates by host name), and with the tag's value instead of its presence.
    """
    asked: Conditions = {"StringEquals": {f"aws:RequestTag/{_TAG}": cluster_name}}
    owned: Conditions = {"StringEquals": {f"aws:ResourceTag/{_TAG}": cluster_name}}
    nodes: Conditions = {"StringEquals": {f"aws:ResourceTag/kubernetes.io/cluster/{cluster_name}": "owned"}}
    return (
        _see(),
        *_load_balancers(f"arn:aws:elasticloadbalancing:{region}:{account_id}:", asked, owned),
        *_groups(f"arn:aws:ec2:{region}:{account_id}:", asked, owned, nodes),
        Statement(
            sid="ProtectLoadBalancers",
            actions=tuple(f"wafv2:{action}" for action in _WEB_ACLS),
            resources=(
                f"arn:aws:wafv2:{region}:{account_id}:*",
                f"arn:aws:elasticloadbalancing:{region}:{account_id}:*",
            ),
            why="web ACLs are another layer's; the Ingress names the one that is meant",
        ),
        Statement(
            sid="LetWebAclsProtect",
            actions=("elasticloadbalancing:SetWebAcl",),
            resources=("*",),
            why="it knows neither resources nor tags (service authorization reference); wafv2's own actions limit it",
        ),
    )


def _see() -> Statement:
    why = "EC2 and Elastic Load Balancing have no resources for what only describes"
    return Statement(sid="SeeTheNetwork", actions=tuple(_READS.split()), resources=("*",), why=why)


def _load_balancers(prefix: str, asked: Conditions, owned: Conditions) -> tuple[Statement, ...]:
    everything, service = (f"{prefix}*",), "elasticloadbalancing"
    why = "what it makes has no name before; the cluster's tag says what is its own"
    made = tuple(f"Create{kind}" for kind in _MADE)
    creating: Conditions = {"StringEquals": {**asked["StringEquals"], f"{service}:CreateAction": list(made)}}
    return (
        _statement("MakeItsOwn", service, made, everything, asked, why),
        _statement("TagWhatItMakes", service, ("AddTags",), everything, creating, why),
        _statement("ChangeItsOwn", service, _CHANGES.split(), everything, owned, why),
    )


def _groups(prefix: str, asked: Conditions, owned: Conditions, nodes: Conditions) -> tuple[Statement, ...]:
    groups = (f"{prefix}security-group/*",)
    creating: Conditions = {"StringEquals": {**asked["StringEquals"], "ec2:CreateAction": "CreateSecurityGroup"}}
    later = "ids are AWS's to give; what it makes carries the cluster's tag, and nothing else does"
    changes = ("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress")
    own = (*changes, "CreateTags", "DeleteSecurityGroup", "DeleteTags")
    return (
        _statement("MakeGroupsInVpcs", "ec2", ("CreateSecurityGroup",), (f"{prefix}vpc/*",), {}, later),
        _statement("MakeGroups", "ec2", ("CreateSecurityGroup",), groups, asked, later),
        _statement("TagGroups", "ec2", ("CreateTags",), groups, creating, later),
        _statement("ChangeItsGroups", "ec2", own, groups, owned, later),
        # Lets its load balancers in to the nodes, whose group EKS tags with the cluster.
        _statement("OpenNodes", "ec2", changes, groups, nodes, later),
    )


def _statement(
    sid: str, service: str, actions: tuple[str, ...] | list[str], resources: tuple[str, ...], when: Conditions, why: str
) -> Statement:
    named = tuple(f"{service}:{action}" for action in actions)
    return Statement(sid=sid, actions=named, resources=resources, conditions=when, why=why)
