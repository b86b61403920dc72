"""Which types can carry tags, and which hold what cannot be made again."""

# Types of this platform that take tags; those that AWS gives none are left out.
TAGGABLE = frozenset(
    f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"
    for module, names in {
        "acm": "Certificate",
        "backup": "Plan Vault",
        "cloudtrail": "EventDataStore Trail",
        "cloudwatch": "CompositeAlarm LogGroup MetricAlarm",
        "dynamodb": "Table",
        "ec2": "DefaultNetworkAcl DefaultRouteTable DefaultSecurityGroup DefaultSubnet"
        " EgressOnlyInternetGateway Eip FlowLog Instance InternetGateway LaunchTemplate NatGateway NetworkAcl NetworkInterface RouteTable"
        " SecurityGroup Subnet TransitGateway VpcEndpoint Vpc VpcPeeringConnection",
        "ebs": "Snapshot Volume",
        "ecr": "Repository",
        "efs": "AccessPoint FileSystem",
        "eks": "AccessEntry Addon Cluster FargateProfile NodeGroup",
        "elasticache": "ReplicationGroup SubnetGroup",
        "iam": "InstanceProfile OpenIdConnectProvider Policy Role User",
        "kms": "Key ReplicaKey",
        "lambda": "Function",
        "lb": "Listener ListenerRule LoadBalancer TargetGroup",
        "rds": "Cluster ClusterInstance ClusterParameterGroup Instance ParameterGroup Proxy Snapshot"
        " SubnetGroup",
        "route53": "ResolverQueryLogConfig ResolverEndpoint Zone",
        "s3": "Bucket",
        "secretsmanager": "Secret",
        "sns": "Topic",
        "sqs": "Queue",
        "ssm": "Parameter",
        "vpc": "SecurityGroupEgressRule SecurityGroupIngressRule",
        "wafv2": "RuleGroup WebAcl",
    }.items()
    for name in names.split()
)

# Types whose loss loses data, or an address that others have written down.
STATEFUL = (
    "aws:backup/vault:Vault",
    "aws:cloudtrail/eventDataStore:EventDataStore",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:dynamodb/table:Table",
    "aws:ebs/volume:Volume",
    "aws:ec2/eip:Eip",
    "aws:ecr/repository:Repository",
    "aws:efs/fileSystem:FileSystem",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
    "aws:route53/zone:Zone",
    "aws:s3/bucket:Bucket",
    "aws:secretsmanager/secret:Secret",
)
# A log group is what it holds: only these data classes make one worth protecting.
STATEFUL_LOG_CLASSES = ("audit",)
