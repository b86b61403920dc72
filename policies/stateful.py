"""Resource types whose replacement or deletion loses data, keys or addresses that others depend on."""

STATEFUL_TYPES = frozenset(
    {
        "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
        "aws:backup/vault:Vault",
        "aws:cloudtrail/eventDataStore:EventDataStore",
        "aws:cloudtrail/trail:Trail",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:dynamodb/table:Table",
        "aws:ebs/volume:Volume",
        "aws:ec2/eip:Eip",
        "aws:ecr/repository:Repository",
        "aws:efs/fileSystem:FileSystem",
        "aws:eks/cluster:Cluster",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:opensearch/domain:Domain",
        "aws:rds/cluster:Cluster",
        "aws:rds/clusterInstance:ClusterInstance",
        "aws:rds/clusterSnapshot:ClusterSnapshot",
        "aws:rds/globalCluster:GlobalCluster",
        "aws:rds/instance:Instance",
        "aws:rds/snapshot:Snapshot",
        "aws:route53/zone:Zone",
        "aws:s3/bucket:Bucket",
        "aws:secretsmanager/secret:Secret",
        "aws:sqs/queue:Queue",
    }
)
