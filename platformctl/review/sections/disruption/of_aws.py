"""What changes of AWS resources do, beyond what the notes on databases and versions say."""

from platformctl.review.sections.disruption.effect import DELETE, GONE, REPLACE, UPDATE, Effect
from policies import tokens

_NODES = (tokens.EKS_NODE_GROUP,)
_CACHES = ("aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/cluster:Cluster")
_SEARCH = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")
_GATEWAYS = ("aws:ec2/natGateway:NatGateway",)
_ADDRESSES = ("aws:ec2/eip:Eip", "aws:ec2/eipAssociation:EipAssociation")
_BALANCERS = (tokens.LOAD_BALANCER, tokens.CLASSIC_LOAD_BALANCER)
_TARGETS = ("aws:lb/targetGroup:TargetGroup", "aws:lb/targetGroupAttachment:TargetGroupAttachment")
_BROKERS = ("aws:mq/broker:Broker", "aws:msk/cluster:Cluster")
_RECORDS = ("aws:route53/record:Record",)
_PHASES = "EKS user guide, Understand each phase of node updates"
_EC2 = "EC2 API reference, ModifyInstanceAttribute: the instance must be stopped"

OF_AWS = (
    Effect(
        _NODES,
        UPDATE,
        "rolling",
        "new nodes join, then the old ones are drained as disruption budgets allow and ended",
        _PHASES,
        ("launchTemplate", "releaseVersion", "version", "amiType"),
    ),
    Effect(
        _NODES,
        UPDATE,
        "rolling",
        "nodes end and their pods move, if there are fewer than before",
        "EKS API reference, UpdateNodegroupConfig",
        ("scalingConfig",),
    ),
    Effect(_NODES, REPLACE, "rolling", "all its nodes are replaced: their pods move to other nodes, or wait", _PHASES),
    Effect(_NODES, DELETE, "outage", "its nodes end: pods that fit nowhere else do not run", _PHASES),
    Effect(
        (tokens.LAUNCH_TEMPLATE,),
        UPDATE,
        "rolling",
        "node groups that follow its version replace their nodes one after another",
        "EKS user guide, Customize managed nodes with launch templates",
    ),
    Effect(
        (tokens.EKS_ADDON,),
        (*UPDATE, *REPLACE),
        "rolling",
        "its pods restart; while those of the network or the names do, new pods wait",
        "EKS user guide, Update an Amazon EKS add-on",
        ("addonVersion", "configurationValues", "addonName", "serviceAccountRoleArn"),
    ),
    Effect(
        (tokens.EKS_CLUSTER,), GONE, "outage", "everything that runs in it ends", "EKS user guide, Delete a cluster"
    ),
    Effect(
        (tokens.EKS_CLUSTER,),
        UPDATE,
        "cut",
        "who uses the API by the closed endpoint is cut off",
        "EKS user guide, Cluster API server endpoint",
        ("vpcConfig",),
    ),
    Effect(
        _GATEWAYS,
        GONE,
        "cut",
        "connections to the internet through it end, and others may see another address",
        "VPC user guide, NAT gateways: connections are not moved",
    ),
    Effect(
        _ADDRESSES,
        GONE,
        "cut",
        "the public address changes: whoever lists it must be told",
        "EC2 user guide, Elastic IP addresses",
    ),
    Effect(
        _BALANCERS,
        GONE,
        "outage",
        "its name and addresses change: requests fail until clients have the new ones",
        "Elastic Load Balancing user guide, Delete a load balancer",
    ),
    Effect(
        _BALANCERS,
        UPDATE,
        "cut",
        "addresses of a zone or a kind go, with the connections to them",
        "Elastic Load Balancing API reference, SetSubnets",
        ("subnets", "subnetMappings", "ipAddressType"),
    ),
    Effect(
        (tokens.LISTENER,),
        GONE,
        "outage",
        "its port answers nothing until there is a new one",
        "Elastic Load Balancing API reference, DeleteListener",
    ),
    Effect(
        _TARGETS,
        GONE,
        "outage",
        "requests find no target until new ones are healthy",
        "Elastic Load Balancing user guide, Target groups",
    ),
    Effect(
        _CACHES,
        UPDATE,
        "outage",
        "nodes are replaced, with a failover where there are replicas",
        "ElastiCache API reference, ModifyReplicationGroup",
        ("engineVersion", "nodeType", "parameterGroupName"),
    ),
    Effect(
        _SEARCH,
        UPDATE,
        "rolling",
        "a blue/green deployment: slower while it runs",
        "OpenSearch Service developer guide, Making configuration changes",
        ("engineVersion", "clusterConfig", "ebsOptions"),
    ),
    Effect(
        _BROKERS,
        UPDATE,
        "reboot",
        "brokers restart in the maintenance window",
        "Amazon MQ developer guide, Maintenance window",
        ("engineVersion", "hostInstanceType", "configuration"),
    ),
    Effect(
        (tokens.INSTANCE,),
        UPDATE,
        "restart",
        "the machine stops and starts",
        _EC2,
        ("instanceType", "userData", "ebsOptimized"),
    ),
    Effect((tokens.INSTANCE,), GONE, "outage", "the machine ends", _EC2),
    Effect(
        (tokens.VPC_ENDPOINT,),
        GONE,
        "cut",
        "calls to the service go elsewhere or fail until there is another",
        "AWS PrivateLink guide, Delete an interface endpoint",
    ),
    Effect(
        (tokens.ROUTE, tokens.ROUTE_TABLE_ASSOCIATION),
        GONE,
        "cut",
        "traffic of its subnets finds no way until there is another route",
        "VPC user guide, Route tables",
    ),
    Effect(
        (tokens.SUBNET, tokens.VPC),
        GONE,
        "outage",
        "everything that has an address in it is replaced or ends",
        "VPC user guide, Subnets",
    ),
    Effect(
        (tokens.KEY_ALIAS,),
        GONE,
        "cut",
        "who names the key by the alias cannot use it meanwhile",
        "KMS developer guide, Aliases",
    ),
    Effect(
        (tokens.CERTIFICATE,),
        GONE,
        "cut",
        "listeners need the new certificate before the old one goes",
        "ACM user guide, Delete certificates",
    ),
    Effect(
        _RECORDS,
        GONE,
        "cut",
        "the name resolves to nothing, and resolvers remember that",
        "RFC 2308, Negative Caching of DNS Queries",
    ),
    Effect(
        (tokens.QUEUE, tokens.TOPIC),
        REPLACE,
        "cut",
        "who sends to the old one fails until it knows the new one",
        "Amazon SQS developer guide, Delete a queue",
    ),
)
