"""What there is to read: for every type the call that lists it, and what its answer says of each one's import id."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from policies import tokens


@dataclass(frozen=True)
class Listing:
    """Where the resources of one type are found.

    call: boto3's name of the operation; without one there is one resource for each of `of`, or one called `fixed`.
    found: JMESPath of a page's list of ids; `{id}` is the id of the one that it hangs on.
    own: JMESPath of those that AWS made itself; they help to read the rest, and are not judged.
    of: the type that it hangs on: the call is made for each of those, with its id in `args` as `{id}`.
    form: the import id, made of `{found}`, `{id}` (that of the one that it hangs on) and what this id tells.
    anywhere: services without regions, asked once.
    """

    token: str
    call: str = ""
    found: str = ""
    _: KW_ONLY
    own: str = ""
    of: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    form: str = "{found}"
    fixed: str = ""
    anywhere: bool = False


def _of(parent: str, token: str, call: str = "", found: str = "", /, **more: Any) -> Listing:
    return Listing(token, call, found, of=parent, **more)


def _named(operation: str, key: str, found: str, form: str, parent: str, token: str, **more: Any) -> Listing:
    """What is listed by the name of what it hangs on."""
    return _of(parent, token, operation, found, args={key: "{id}"}, form=form, **more)


_BUCKET_PARTS = (
    *(tokens.BUCKET_PUBLIC_ACCESS, tokens.BUCKET_POLICY, tokens.BUCKET_VERSIONING, tokens.BUCKET_ENCRYPTION),
    *(tokens.BUCKET_LOGGING, tokens.BUCKET_OBJECT_LOCK, tokens.BUCKET_OWNERSHIP, tokens.BUCKET_LIFECYCLE),
    tokens.BUCKET_ACL,
)
BUCKETS = (
    Listing(tokens.BUCKET, "list_buckets", "Buckets[].Name", anywhere=True),
    *(_of(tokens.BUCKET, token) for token in _BUCKET_PARTS),
    Listing(tokens.ACCOUNT_PUBLIC_ACCESS, fixed="{account}", anywhere=True),
)

_RULES = "SecurityGroupRules[?IsEgress == `{}`].SecurityGroupRuleId"
NETWORK = (
    Listing(tokens.VPC, "describe_vpcs", "Vpcs[?!IsDefault].VpcId", own="Vpcs[?IsDefault].VpcId"),
    Listing(
        tokens.SUBNET, "describe_subnets", "Subnets[?!DefaultForAz].SubnetId", own="Subnets[?DefaultForAz].SubnetId"
    ),
    Listing(tokens.SECURITY_GROUP, "describe_security_groups", "SecurityGroups[?GroupName != 'default'].GroupId"),
    Listing(
        tokens.DEFAULT_SECURITY_GROUP,
        "describe_security_groups",
        own="SecurityGroups[?GroupName == 'default'].GroupId",
    ),
    Listing(tokens.INGRESS_RULE, "describe_security_group_rules", _RULES.format("false")),
    Listing(tokens.EGRESS_RULE, "describe_security_group_rules", _RULES.format("true")),
    Listing(tokens.NETWORK_ACL, "describe_network_acls", "NetworkAcls[?!IsDefault].NetworkAclId"),
    _of(
        tokens.NETWORK_ACL,
        tokens.NETWORK_ACL_RULE,
        "describe_network_acls",
        "NetworkAcls[].Entries[?RuleNumber < `32767`][].join(':', [to_string(RuleNumber), Protocol,"
        " to_string(Egress)])",
        args={"NetworkAclIds": ["{id}"]},
        form="{id}:{found}",
    ),
    Listing(
        tokens.ROUTE_TABLE,
        "describe_route_tables",
        "RouteTables[?length(Associations[?Main]) == `0`].RouteTableId",
        own="RouteTables[?length(Associations[?Main]) > `0`].RouteTableId",
    ),
    _of(
        tokens.ROUTE_TABLE,
        tokens.ROUTE,
        "describe_route_tables",
        "RouteTables[].Routes[?GatewayId != 'local'][].[DestinationCidrBlock, DestinationIpv6CidrBlock][]",
        args={"RouteTableIds": ["{id}"]},
        form="{id}_{found}",
    ),
    Listing(
        tokens.ROUTE_TABLE_ASSOCIATION,
        "describe_route_tables",
        "RouteTables[].Associations[?!Main][].RouteTableAssociationId",
    ),
    Listing(
        tokens.MAIN_ROUTE_TABLE_ASSOCIATION,
        "describe_route_tables",
        own="RouteTables[].Associations[?Main][].RouteTableAssociationId",
    ),
    Listing(tokens.INTERNET_GATEWAY, "describe_internet_gateways", "InternetGateways[].InternetGatewayId"),
    Listing(tokens.FLOW_LOG, "describe_flow_logs", "FlowLogs[].FlowLogId"),
    Listing(tokens.VPC_ENDPOINT, "describe_vpc_endpoints", "VpcEndpoints[?State != 'deleted'].VpcEndpointId"),
    Listing(tokens.LAUNCH_TEMPLATE, "describe_launch_templates", "LaunchTemplates[].LaunchTemplateId"),
    Listing(tokens.DISK_ENCRYPTION, fixed="{region}"),
)

_LINKED = "starts_with(Path, '/aws-service-role/')"
IDENTITIES = (
    Listing(
        tokens.ROLE, "list_roles", f"Roles[?!{_LINKED}].RoleName", own=f"Roles[?{_LINKED}].RoleName", anywhere=True
    ),
    Listing(tokens.POLICY, "list_policies", "Policies[].Arn", args={"Scope": "Local"}, anywhere=True),
    Listing(tokens.USER, "list_users", "Users[].UserName", anywhere=True),
    Listing(tokens.GROUP, "list_groups", "Groups[].GroupName", anywhere=True),
    *(
        listing
        for kind, parent, written, attached in (
            ("role", tokens.ROLE, tokens.ROLE_POLICY, tokens.ROLE_POLICY_ATTACHMENT),
            ("user", tokens.USER, tokens.USER_POLICY, tokens.USER_POLICY_ATTACHMENT),
            ("group", tokens.GROUP, tokens.GROUP_POLICY, tokens.GROUP_POLICY_ATTACHMENT),
        )
        for listing in (
            _named(f"list_{kind}_policies", f"{kind.title()}Name", "PolicyNames", "{id}:{found}", parent, written,
                   anywhere=True),
            _named(f"list_attached_{kind}_policies", f"{kind.title()}Name", "AttachedPolicies[].PolicyArn",
                   "{id}/{found}", parent, attached, anywhere=True),
        )
    ),
    _named("list_access_keys", "UserName", "AccessKeyMetadata[].AccessKeyId", "{id}/{found}", tokens.USER,
           tokens.ACCESS_KEY, anywhere=True),
    _of(tokens.USER, tokens.LOGIN_PROFILE, anywhere=True),
    Listing("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "list_open_id_connect_providers",
            "OpenIDConnectProviderList[].Arn", anywhere=True),
    Listing(tokens.PASSWORD_POLICY, fixed="iam-account-password-policy", anywhere=True),
    Listing(tokens.ACCESS_ANALYZER, "list_analyzers", "analyzers[].name"),
)  # fmt: skip

KEYS = (
    Listing(tokens.KEY, "list_keys", "Keys[].KeyId"),
    Listing(tokens.KEY_REPLICA, "list_keys", "Keys[].KeyId"),
    Listing(
        tokens.KEY_ALIAS,
        "list_aliases",
        "Aliases[?TargetKeyId && !starts_with(AliasName, 'alias/aws/')].AliasName",
    ),
)

_MEMBER = "DBClusterIdentifier"
DATABASES = (
    Listing(tokens.DATABASE_CLUSTER, "describe_db_clusters", "DBClusters[].DBClusterIdentifier"),
    Listing(tokens.DATABASE_CLUSTER_INSTANCE, "describe_db_instances", f"DBInstances[?{_MEMBER}].DBInstanceIdentifier"),
    Listing(tokens.DATABASE_INSTANCE, "describe_db_instances", f"DBInstances[?!{_MEMBER}].DbiResourceId"),
    Listing(
        tokens.DATABASE_CLUSTER_PARAMETERS,
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups[?!starts_with(DBClusterParameterGroupName, 'default.')].DBClusterParameterGroupName",
    ),
    Listing(
        tokens.DATABASE_PARAMETERS,
        "describe_db_parameter_groups",
        "DBParameterGroups[?!starts_with(DBParameterGroupName, 'default.')].DBParameterGroupName",
    ),
    Listing(tokens.DATABASE_SUBNETS, "describe_db_subnet_groups", "DBSubnetGroups[].DBSubnetGroupName"),
    Listing(
        tokens.DATABASE_SNAPSHOT,
        "describe_db_snapshots",
        "DBSnapshots[].DBSnapshotIdentifier",
        args={"SnapshotType": "manual"},
    ),
    Listing(
        tokens.DATABASE_CLUSTER_SNAPSHOT,
        "describe_db_cluster_snapshots",
        "DBClusterSnapshots[].DBClusterSnapshotIdentifier",
        args={"SnapshotType": "manual"},
    ),
)

_CLUSTER = tokens.EKS_CLUSTER
CLUSTERS = (
    Listing(_CLUSTER, "list_clusters", "clusters"),
    _named("list_nodegroups", "clusterName", "nodegroups", "{id}:{found}", _CLUSTER, tokens.EKS_NODE_GROUP),
    _named("list_addons", "clusterName", "addons", "{id}:{found}", _CLUSTER, tokens.EKS_ADDON),
    _named("list_access_entries", "clusterName", "accessEntries", "{id}:{found}", _CLUSTER, tokens.EKS_ACCESS_ENTRY),
    _of(tokens.EKS_ACCESS_ENTRY, tokens.EKS_ACCESS_POLICY, "list_associated_access_policies",
        "associatedAccessPolicies[].policyArn", args={"clusterName": "{clusterName}", "principalArn": "{principalArn}"},
        form="{clusterName}#{principalArn}#{found}"),
    _named("list_pod_identity_associations", "clusterName", "associations[].associationId", "{id},{found}", _CLUSTER,
           tokens.POD_IDENTITY),
    Listing(tokens.REPOSITORY, "describe_repositories", "repositories[].repositoryName"),
    _of(tokens.REPOSITORY, tokens.REPOSITORY_POLICY),
    Listing(tokens.REGISTRY_POLICY, fixed="{account}"),
)  # fmt: skip

_SERVICES = "OwningService || starts_with(Name, 'rds!')"  # secrets that a service manages
MESSAGES = (
    Listing(tokens.QUEUE, "list_queues", "QueueUrls"),
    _of(tokens.QUEUE, tokens.QUEUE_POLICY),
    Listing(tokens.TOPIC, "list_topics", "Topics[].TopicArn"),
    _of(tokens.TOPIC, tokens.TOPIC_POLICY),
    Listing(
        "aws:sns/topicSubscription:TopicSubscription",
        "list_subscriptions",
        "Subscriptions[?starts_with(SubscriptionArn, 'arn:')].SubscriptionArn",
    ),
    Listing(tokens.SECRET, "list_secrets", f"SecretList[?!({_SERVICES})].ARN", own=f"SecretList[?{_SERVICES}].ARN"),
    _of(tokens.SECRET, tokens.SECRET_POLICY),
    _of(tokens.SECRET, tokens.SECRET_ROTATION),
)

WATCHING = (
    Listing(tokens.TRAIL, "list_trails", "Trails[?HomeRegion == '{region}'].TrailARN"),
    Listing(tokens.LOG_GROUP, "describe_log_groups", "logGroups[].logGroupName"),
    _named(
        "describe_metric_filters",
        "logGroupName",
        "metricFilters[].filterName",
        "{id}:{found}",
        tokens.LOG_GROUP,
        tokens.LOG_METRIC_FILTER,
    ),
    Listing(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        "describe_resource_policies",
        "resourcePolicies[].policyName",
    ),
    Listing(tokens.METRIC_ALARM, "describe_alarms", "MetricAlarms[].AlarmName"),
    Listing(
        tokens.COMPOSITE_ALARM,
        "describe_alarms",
        "CompositeAlarms[].AlarmName",
        args={"AlarmTypes": ["CompositeAlarm"]},
    ),
    Listing(tokens.THREAT_DETECTOR, "list_detectors", "DetectorIds"),
    _named(
        "get_detector",
        "DetectorId",
        "Features[].Name",
        "{id}/{found}",
        tokens.THREAT_DETECTOR,
        tokens.THREAT_DETECTOR_FEATURE,
    ),
    Listing(tokens.SECURITY_HUB, fixed="{account}"),
    _of(
        tokens.SECURITY_HUB,
        tokens.SECURITY_HUB_STANDARD,
        "get_enabled_standards",
        "StandardsSubscriptions[].StandardsSubscriptionArn",
    ),
    Listing(tokens.CONFIG_RECORDER, "describe_configuration_recorders", "ConfigurationRecorders[].name"),
    _of(tokens.CONFIG_RECORDER, tokens.CONFIG_RECORDER_STATUS),
    Listing(tokens.CONFIG_CHANNEL, "describe_delivery_channels", "DeliveryChannels[].name"),
)

BACKUPS = (
    Listing(
        tokens.BACKUP_VAULT, "list_backup_vaults", "BackupVaultList[?VaultType != 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT']"
        ".BackupVaultName",
    ),
    _of(tokens.BACKUP_VAULT, tokens.BACKUP_VAULT_LOCK),
    _of(tokens.BACKUP_VAULT, tokens.BACKUP_VAULT_POLICY),
    Listing(tokens.BACKUP_PLAN, "list_backup_plans", "BackupPlansList[].BackupPlanId"),
    _named("list_backup_selections", "BackupPlanId", "BackupSelectionsList[].SelectionId", "{id}|{found}",
           tokens.BACKUP_PLAN, tokens.BACKUP_SELECTION),
)  # fmt: skip

_ACLS = {"Scope": "REGIONAL"}
EDGES = (
    Listing(tokens.LOAD_BALANCER, "describe_load_balancers", "LoadBalancers[].LoadBalancerArn"),
    _named("describe_listeners", "LoadBalancerArn", "Listeners[].ListenerArn", "{found}", tokens.LOAD_BALANCER,
           tokens.LISTENER),
    _named("describe_rules", "ListenerArn", "Rules[?!IsDefault].RuleArn", "{found}", tokens.LISTENER,
           tokens.LISTENER_RULE),
    Listing(tokens.WEB_ACL, "list_web_acls", "WebACLs[].Id", args=_ACLS),
    Listing(tokens.WEB_ACL_LOGGING, "list_web_acls", "WebACLs[].ARN", args=_ACLS),
    _of(tokens.LOAD_BALANCER, tokens.WEB_ACL_ASSOCIATION),
    Listing(tokens.INSTANCE, "describe_instances",
            "Reservations[].Instances[?State.Name != 'terminated'][].InstanceId"),
    Listing(tokens.VOLUME, "describe_volumes", "Volumes[?length(Attachments[?DeleteOnTermination]) == `0`].VolumeId"),
    Listing(tokens.INSTANCE_METADATA_DEFAULTS, fixed="{region}"),
    Listing(tokens.PEERING, "describe_vpc_peering_connections",
            "VpcPeeringConnections[?Status.Code == 'active'].VpcPeeringConnectionId"),
    Listing(tokens.REGISTRY_SCANNING, fixed="{account}"),
    Listing(tokens.TABLE, "list_tables", "TableNames"),
)  # fmt: skip

LISTINGS: tuple[Listing, ...] = (
    *(*BUCKETS, *NETWORK, *IDENTITIES, *KEYS, *DATABASES, *CLUSTERS, *MESSAGES, *WATCHING, *BACKUPS, *EDGES),
)
# What every account or region has one of, set or not: nothing that somebody makes beside the code.
SETTINGS = frozenset(listing.token for listing in LISTINGS if listing.fixed)
