"""Which types of resources no rule looks at: a report must not be silent about what nobody judged."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Rule, always

# Rules that ask the same of everything: a region, tags, a namespace, no credential. They say nothing about what a
# resource is for, so they cover no type.
EVERYWHERE = frozenset({"GEN-01", "GEN-02", "K8S-09", "SEC-03"})

# Types that a rule covers without naming them: it reads them when it judges another resource, or forbids them (IAM-08).
# Its examples hold such a resource.
COVERED_BY = {
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": "IAM-08",
    "aws:iam/signingCertificate:SigningCertificate": "IAM-08",
    "aws:iam/sshKey:SshKey": "IAM-08",
    tokens.ACCESS_ANALYZER: "IAM-13",
    tokens.ACCESS_KEY: "IAM-08",
    tokens.ACCOUNT_PUBLIC_ACCESS: "S3-02",
    tokens.AUTOSCALER: "K8S-13",
    tokens.BACKUP_SELECTION: "BKP-02",
    tokens.BACKUP_VAULT_LOCK: "BKP-01",
    tokens.BUCKET_ACL: "S3-09",
    tokens.BUCKET_ENCRYPTION: "S3-04",
    tokens.BUCKET_LIFECYCLE: "S3-08",
    tokens.BUCKET_LOGGING: "S3-06",
    tokens.BUCKET_OBJECT_LOCK: "S3-07",
    tokens.BUCKET_OWNERSHIP: "S3-09",
    tokens.BUCKET_PUBLIC_ACCESS: "S3-01",
    tokens.BUCKET_VERSIONING: "S3-05",
    tokens.CERTIFICATE: "ALB-02",
    tokens.CONFIG_CHANNEL: "DET-03",
    tokens.CONFIG_RECORDER: "DET-03",
    tokens.CONFIG_RECORDER_STATUS: "DET-03",
    tokens.CONFIG_RULE: "SEC-02",
    tokens.DATABASE_CLUSTER_PARAMETERS: "RDS-04",
    tokens.DATABASE_PARAMETERS: "RDS-04",
    tokens.DATABASE_SUBNETS: "RDS-02",
    tokens.DEFAULT_ROUTE_TABLE: "NET-10",
    tokens.DISK_ENCRYPTION: "EKS-08",
    tokens.FLOW_LOG: "NET-11",
    tokens.INGRESS_CLASS: "WAF-01",
    tokens.INGRESS_CLASS_PARAMS: "WAF-01",
    tokens.INSTANCE_METADATA_DEFAULTS: "NET-16",
    tokens.INTERNET_GATEWAY: "NET-10",
    tokens.KEY_ALIAS: "GEN-02",
    tokens.LAUNCH_TEMPLATE: "EKS-08",
    tokens.LOGIN_PROFILE: "IAM-08",
    tokens.LOG_METRIC_FILTER: "LOG-03",
    tokens.MAIN_ROUTE_TABLE_ASSOCIATION: "NET-10",
    tokens.PEERING: "NET-14",
    tokens.PEERING_ACCEPTER: "NET-14",
    tokens.PREFIX_LIST: "NET-14",
    tokens.PREFIX_LIST_ENTRY: "NET-14",
    tokens.REGISTRY_SCANNING: "ECR-01",
    tokens.ROUTE: "NET-10",
    tokens.ROUTE_TABLE: "NET-10",
    tokens.ROUTE_TABLE_ASSOCIATION: "NET-10",
    tokens.SECRET_ROTATION: "SEC-02",
    tokens.SECURITY_HUB: "DET-02",
    tokens.SECURITY_HUB_STANDARD: "DET-02",
    tokens.THREAT_DETECTOR: "DET-01",
    tokens.THREAT_DETECTOR_FEATURE: "DET-01",
    tokens.USER: "IAM-08",
    tokens.WEB_ACL_ASSOCIATION: "WAF-01",
    tokens.WEB_ACL_LOGGING: "WAF-03",
    tokens.WEB_ACL_RULE: "WAF-02",
    tokens.WEB_ACL_RULE_GROUP: "WAF-02",
}

_JOINS = "only joins two resources, and holds nothing that could be set wrongly by itself"
_REHEARSES = "rehearses restores: it may add evidence, and can take nothing away"
_LIMITS = "can only limit what a namespace uses"
_METRICS = "names when to alert: nothing is reached or kept by it"
_EVENTS = "passes on what happened; who may publish to its target is the target's policy, which RES-01 judges"

# Types that need no rule, and why. An entry is a decision: it is reviewed like a waiver.
NOT_NEEDED = {
    "aws:athena/namedQuery:NamedQuery": "is the text of a query, and runs with the rights of whoever starts it",
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": _REHEARSES,
    "aws:backup/restoreTestingSelection:RestoreTestingSelection": _REHEARSES,
    "aws:backup/vaultNotifications:VaultNotifications": _EVENTS,
    "aws:cloudwatch/eventRule:EventRule": _EVENTS,
    "aws:cloudwatch/eventTarget:EventTarget": _EVENTS,
    "aws:cloudwatch/logStream:LogStream": "is a name in a log group, which LOG-01 and LOG-02 judge",
    "aws:ec2/natGateway:NatGateway": "lets nothing in; which subnets it serves is said by routes, which NET-10 reads",
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": _JOINS,
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": _JOINS,
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": _JOINS,
    "aws:glue/catalogDatabase:CatalogDatabase": "describes tables; the rows are in buckets, which S3-01 to S3-09 judge",
    "aws:glue/catalogTable:CatalogTable": "describes files; they are in buckets, which S3-01 to S3-09 judge",
    "aws:rds/eventSubscription:EventSubscription": _EVENTS,
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": _JOINS,
    "aws:securityhub/findingAggregator:FindingAggregator": "copies findings to one region; each keeps its own",
    "kubernetes:core/v1:LimitRange": _LIMITS,
    "kubernetes:core/v1:ResourceQuota": _LIMITS,
    "kubernetes:monitoring.coreos.com/v1:PrometheusRule": _METRICS,
    "random:index/randomId:RandomId": "is a part of a name, and no secret",
    "random:index/randomPet:RandomPet": "is a part of a name, and no secret",
    "random:index/randomString:RandomString": "is a part of a name; for secrets there is RandomPassword",
    "time:index/staticTime:StaticTime": "is a date in the state",
}


def uncovered(graph: Graph, resources: Iterable[Resource]) -> dict[str, int]:
    """The types among `resources` (of `graph`) that no rule covers and the tables above do not explain, with how many
    resources of each there are, ordered by type. Whatever rules run now, all of them count.

    A rule covers the types that it names. One that is for a pattern (`kubernetes:*`) covers those of which it judges
    a resource, because its `applies` picks it out; without `applies` it covers none.
    """
    counted = Counter(resource.type for resource in resources if resource.custom)
    open_ = {type_ for type_ in counted if type_ not in _explained()}
    for resource in graph.of_type(*sorted(open_)):
        if resource.type in open_ and any(_picks(rule, resource, graph) for rule in _of_patterns()):
            open_.discard(resource.type)
    return {type_: counted[type_] for type_ in sorted(open_)}


@cache
def _explained() -> frozenset[str]:
    named = (type_ for rule in _rules() for type_ in rule.types)
    return frozenset(named) | COVERED_BY.keys() | NOT_NEEDED.keys()


@cache
def _of_patterns() -> tuple[Rule, ...]:
    return tuple(rule for rule in _rules() if rule.applies is not always and any(t.endswith("*") for t in rule.types))


def _rules() -> list[Rule]:
    from policies.rules import ALL  # late: the rules import half of this package

    return [rule for rule in ALL if rule.id not in EVERYWHERE]


def _picks(rule: Rule, resource: Resource, graph: Graph) -> bool:
    if not any(type_.endswith("*") and resource.type.startswith(type_[:-1]) for type_ in rule.types):
        return False
    try:
        return rule.applies(resource, graph)
    except Exception:  # the rule has it among its findings, undecided or failed
        return True
