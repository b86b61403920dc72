"""Type tokens: one spelling for each kind of resource, whatever name a program or an old state uses."""

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_ACL = "aws:s3/bucketAcl:BucketAcl"
BUCKET_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
BUCKET_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
BUCKET_LOGGING = "aws:s3/bucketLogging:BucketLogging"
BUCKET_OBJECT_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
BUCKET_OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
BUCKET_PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
BUCKET_REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
BUCKET_VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ACCOUNT_PUBLIC_ACCESS = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"

KEY = "aws:kms/key:Key"
KEY_ALIAS = "aws:kms/alias:Alias"
KEY_GRANT = "aws:kms/grant:Grant"
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
KEY_REPLICA = "aws:kms/replicaKey:ReplicaKey"
EXTERNAL_KEY = "aws:kms/externalKey:ExternalKey"
EXTERNAL_KEY_REPLICA = "aws:kms/replicaExternalKey:ReplicaExternalKey"
KEYS = (KEY, KEY_REPLICA, EXTERNAL_KEY, EXTERNAL_KEY_REPLICA)

VPC = "aws:ec2/vpc:Vpc"
VPC_CIDR = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
VPC_ENDPOINT_POLICY = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
SUBNET = "aws:ec2/subnet:Subnet"
INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
ROUTE = "aws:ec2/route:Route"
ROUTE_TABLE = "aws:ec2/routeTable:RouteTable"
ROUTE_TABLE_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN_ROUTE_TABLE_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
DEFAULT_ROUTE_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
PEERING_ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
PREFIX_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
DNS_LOG = "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig"
DNS_LOG_ASSOCIATION = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"
TRANSIT_ROUTE = "aws:ec2transitgateway/route:Route"
TRANSIT_PREFIX_LIST = "aws:ec2transitgateway/prefixListReference:PrefixListReference"
NETWORK_ACL = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_NETWORK_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
NETWORK_ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

TRAIL = "aws:cloudtrail/trail:Trail"
TOPIC = "aws:sns/topic:Topic"

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ROLE_POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ROLE_POLICY_ATTACHMENTS = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
POLICY = "aws:iam/policy:Policy"
POLICY_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
GROUP = "aws:iam/group:Group"
GROUP_MEMBERSHIP = "aws:iam/groupMembership:GroupMembership"
GROUP_POLICY = "aws:iam/groupPolicy:GroupPolicy"
GROUP_POLICY_ATTACHMENT = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment"
GROUP_POLICY_ATTACHMENTS = "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive"
USER = "aws:iam/user:User"
USER_GROUP_MEMBERSHIP = "aws:iam/userGroupMembership:UserGroupMembership"
USER_POLICY = "aws:iam/userPolicy:UserPolicy"
USER_POLICIES = "aws:iam/userPoliciesExclusive:UserPoliciesExclusive"
USER_POLICY_ATTACHMENT = "aws:iam/userPolicyAttachment:UserPolicyAttachment"
USER_POLICY_ATTACHMENTS = "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive"
ACCESS_KEY = "aws:iam/accessKey:AccessKey"
LOGIN_PROFILE = "aws:iam/userLoginProfile:UserLoginProfile"
PASSWORD_POLICY = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"  # noqa: S105  # a type, no password
ACCESS_ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
OIDC_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
PERMISSION_SET_POLICY = "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy"
PERMISSION_SET_ATTACHMENT = "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment"

BACKUP_VAULT_POLICY = "aws:backup/vaultPolicy:VaultPolicy"
FUNCTION_PERMISSION = "aws:lambda/permission:Permission"
FUNCTION_POLICY = "aws:lambda/resourcePolicy:ResourcePolicy"
QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
REGISTRY_POLICY = "aws:ecr/registryPolicy:RegistryPolicy"
REGISTRY_SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
REPOSITORY = "aws:ecr/repository:Repository"
REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
REPOSITORY_TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105  # a type, no password
SECRET_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"  # noqa: S105
SECRET_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"  # noqa: S105
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"

CONFIG_CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"
CONFIG_RECORDER = "aws:cfg/recorder:Recorder"
CONFIG_RECORDER_STATUS = "aws:cfg/recorderStatus:RecorderStatus"
CONFIG_RULE = "aws:cfg/rule:Rule"
THREAT_DETECTOR = "aws:guardduty/detector:Detector"
THREAT_DETECTOR_FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
SECURITY_HUB = "aws:securityhub/account:Account"
SECURITY_HUB_STANDARD = "aws:securityhub/standardsSubscription:StandardsSubscription"

DATABASE_INSTANCE = "aws:rds/instance:Instance"
DATABASE_CLUSTER = "aws:rds/cluster:Cluster"
DATABASE_CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
DATABASE_CLUSTER_PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
DATABASE_PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
DATABASE_SUBNETS = "aws:rds/subnetGroup:SubnetGroup"
DATABASE_SNAPSHOT = "aws:rds/snapshot:Snapshot"
DATABASE_SNAPSHOT_COPY = "aws:rds/snapshotCopy:SnapshotCopy"
DATABASE_CLUSTER_SNAPSHOT = "aws:rds/clusterSnapshot:ClusterSnapshot"
DATABASE_CLUSTER_SNAPSHOT_COPY = "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy"

DATABASE_BACKUPS_REPLICATION = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"

SNAPSHOT_BLOCK = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"
VOLUME = "aws:ebs/volume:Volume"
FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
TABLE = "aws:dynamodb/table:Table"

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
LOG_METRIC_FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
LOG_SUBSCRIPTION = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
DELIVERY_STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
DATA_STREAM = "aws:kinesis/stream:Stream"
FUNCTION = "aws:lambda/function:Function"
WORKGROUP = "aws:athena/workgroup:Workgroup"
METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm"

BACKUP_VAULT = "aws:backup/vault:Vault"
BACKUP_VAULT_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
AIR_GAPPED_VAULT = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"
BACKUP_PLAN = "aws:backup/plan:Plan"
BACKUP_SELECTION = "aws:backup/selection:Selection"

EKS_CLUSTER = "aws:eks/cluster:Cluster"
EKS_NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
EKS_ADDON = "aws:eks/addon:Addon"
EKS_ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry"
EKS_ACCESS_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
INSTANCE = "aws:ec2/instance:Instance"
INSTANCE_METADATA_DEFAULTS = "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults"
LAUNCH_CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
SPOT_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest"
SPOT_INSTANCE = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
DISK_ENCRYPTION = "aws:ebs/encryptionByDefault:EncryptionByDefault"
POD_IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation"

CERTIFICATE = "aws:acm/certificate:Certificate"
CERTIFICATE_VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
CLASSIC_LOAD_BALANCER = "aws:elb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
LISTENER_CERTIFICATE = "aws:lb/listenerCertificate:ListenerCertificate"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
WEB_ACL_LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
WEB_ACL_RULE = "aws:wafv2/webAclRule:WebAclRule"
WEB_ACL_RULE_GROUP = "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"

POD = "kubernetes:core/v1:Pod"
POD_TEMPLATE = "kubernetes:core/v1:PodTemplate"
REPLICATION_CONTROLLER = "kubernetes:core/v1:ReplicationController"
NAMESPACE = "kubernetes:core/v1:Namespace"
SERVICE = "kubernetes:core/v1:Service"
SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
KUBERNETES_SECRET = "kubernetes:core/v1:Secret"  # noqa: S105  # a type, no password
DAEMON_SET = "kubernetes:apps/v1:DaemonSet"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
REPLICA_SET = "kubernetes:apps/v1:ReplicaSet"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
CRON_JOB = "kubernetes:batch/v1:CronJob"
JOB = "kubernetes:batch/v1:Job"
AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
DISRUPTION_BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
INGRESS_CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"
AUTO_INGRESS_CLASS_PARAMS = "kubernetes:eks.amazonaws.com/v1:IngressClassParams"
INGRESS_CLASS_PARAMS = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
ADMISSION_POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
ADMISSION_BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding"
SERVICE_MONITOR = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"
POD_MONITOR = "kubernetes:monitoring.coreos.com/v1:PodMonitor"
CHART_RELEASE = "kubernetes:helm.sh/v3:Release"
CLUSTER_SECRET_STORE = "kubernetes:external-secrets.io/v1:ClusterSecretStore"  # noqa: S105
EXTERNAL_SECRET = "kubernetes:external-secrets.io/v1:ExternalSecret"  # noqa: S105
SECRET_STORE = "kubernetes:external-secrets.io/v1:SecretStore"  # noqa: S105
POD_SECURITY_GROUPS = "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
CLUSTER_ROLE_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
KUBERNETES_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
ROLE_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
ANALYSIS_TEMPLATE = "kubernetes:argoproj.io/v1alpha1:AnalysisTemplate"
ANALYSIS_RUN = "kubernetes:argoproj.io/v1alpha1:AnalysisRun"
CLUSTER_ANALYSIS_TEMPLATE = "kubernetes:argoproj.io/v1alpha1:ClusterAnalysisTemplate"
EXPERIMENT = "kubernetes:argoproj.io/v1alpha1:Experiment"
ROLLOUT = "kubernetes:argoproj.io/v1alpha1:Rollout"

STACK = "pulumi:pulumi:Stack"
AWS_PROVIDER = "pulumi:providers:aws"

_BUCKET_PARTS_V2 = (
    "Bucket",
    "BucketAccelerateConfiguration",
    "BucketAcl",
    "BucketCorsConfiguration",
    "BucketLifecycleConfiguration",
    "BucketLogging",
    "BucketObjectLockConfiguration",
    "BucketRequestPaymentConfiguration",
    "BucketServerSideEncryptionConfiguration",
    "BucketVersioning",
    "BucketWebsiteConfiguration",
)


def _token(module: str, name: str) -> str:
    return f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"


_SAME_AS = (
    {_token("s3", f"{name}V2"): _token("s3", name) for name in _BUCKET_PARTS_V2}
    | {
        _token(old, name): _token("lb", name)
        for old in ("alb", "applicationloadbalancing", "elasticloadbalancingv2")
        for name in (
            "Listener",
            "ListenerCertificate",
            "ListenerRule",
            "LoadBalancer",
            "TargetGroup",
            "TargetGroupAttachment",
        )
    }
    | {_token("elasticloadbalancing", "LoadBalancer"): _token("elb", "LoadBalancer")}
)


_KUBERNETES = {
    value.rpartition(":")[2]: value for value in list(globals().values()) if str(value).startswith("kubernetes:")
}


def kubernetes(api_version: str, kind: str) -> str:
    """The type of an object as Pulumi's Kubernetes provider calls it."""
    return f"kubernetes:{api_version if '/' in api_version else f'core/{api_version}'}:{kind}"


def _current(token: str) -> str:
    """A kind of Kubernetes' own in the version that is served now, whichever it was written in."""
    group, _, kind = token.removeprefix("kubernetes:").replace("/", ":", 1).split(":", 2)
    now = _KUBERNETES.get(kind, "")
    return now if now.startswith(f"kubernetes:{group}/") or (now and group == "extensions") else token


def canonical(token: str) -> str:
    """The one spelling that rules use for the type `token`."""
    if token.startswith("kubernetes:") and token.count(":") == 2 and "/" in token:
        return _current(token)
    return _SAME_AS.get(token, token)
