"""Which types can carry tags."""

# Types of this platform that take tags; those that AWS gives none are left out.
TAGGABLE = frozenset(
    f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"
    for module, names in {
        "acm": "Certificate",
        "backup": "LogicallyAirGappedVault Plan Vault",
        "cloudtrail": "EventDataStore Trail",
        "cloudwatch": "CompositeAlarm LogGroup MetricAlarm",
        "dynamodb": "Table",
        "ec2": "DefaultNetworkAcl DefaultRouteTable DefaultSecurityGroup DefaultSubnet"
        " EgressOnlyInternetGateway Eip FlowLog Instance InternetGateway LaunchTemplate NatGateway NetworkAcl"
        " NetworkInterface RouteTable SecurityGroup Subnet VpcEndpoint Vpc VpcPeeringConnection",
        "ec2transitgateway": "TransitGateway VpcAttachment",
        "ebs": "Snapshot Volume",
        "ecr": "Repository",
        "efs": "AccessPoint FileSystem",
        "eks": "AccessEntry Addon Cluster FargateProfile NodeGroup",
        "elasticache": "ReplicationGroup SubnetGroup",
        "iam": "InstanceProfile OpenIdConnectProvider Policy Role User",
        "kms": "Key ReplicaKey",
        "lambda": "Function",
        "lb": "Listener ListenerRule LoadBalancer TargetGroup",
        "rds": "Cluster ClusterInstance ClusterParameterGroup ClusterSnapshot ClusterSnapshotCopy GlobalCluster"
        " Instance ParameterGroup Proxy Snapshot SnapshotCopy SubnetGroup",
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
