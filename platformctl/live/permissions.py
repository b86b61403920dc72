"""Every call that reading an account may make, and the IAM action that allows it: one table, and nothing outside it."""

import functools
from collections.abc import Mapping

from botocore import xform_name

# Operations by their names in AWS's API. None of them gives a secret, decrypts, or changes anything.
_OPERATIONS: Mapping[str, str] = {
    "accessanalyzer": "ListAnalyzers",
    "backup": """
        DescribeBackupVault GetBackupPlan GetBackupSelection GetBackupVaultAccessPolicy ListBackupPlans
        ListBackupSelections ListBackupVaults ListTags
    """,
    "cloudtrail": """
        GetEventSelectors GetInsightSelectors GetTrail GetTrailStatus ListTags ListTrails
    """,
    "cloudwatch": "DescribeAlarms ListTagsForResource",
    "config": """
        DescribeConfigurationRecorderStatus DescribeConfigurationRecorders DescribeDeliveryChannels
    """,
    "dynamodb": "DescribeTable ListTables ListTagsOfResource",
    "ec2": """
        DescribeFlowLogs DescribeInstances DescribeInternetGateways DescribeLaunchTemplateVersions
        DescribeLaunchTemplates DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroupRules
        DescribeSecurityGroups DescribeSubnets DescribeVolumes DescribeVpcAttribute DescribeVpcEndpoints
        DescribeVpcPeeringConnections DescribeVpcs GetEbsEncryptionByDefault GetInstanceMetadataDefaults
    """,
    "ecr": """
        DescribeRepositories GetRegistryPolicy GetRegistryScanningConfiguration GetRepositoryPolicy
        ListTagsForResource
    """,
    "eks": """
        DescribeAccessEntry DescribeAddon DescribeCluster DescribeNodegroup DescribePodIdentityAssociation
        ListAccessEntries ListAddons ListAssociatedAccessPolicies ListClusters ListNodegroups
        ListPodIdentityAssociations ListTagsForResource
    """,
    "elbv2": "DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeRules DescribeTags",
    "guardduty": "GetDetector ListDetectors ListTagsForResource",
    "iam": """
        GetAccountPasswordPolicy GetGroup GetGroupPolicy GetLoginProfile GetOpenIDConnectProvider GetPolicy
        GetPolicyVersion GetRole GetRolePolicy GetUser GetUserPolicy ListAccessKeys ListAttachedGroupPolicies
        ListAttachedRolePolicies ListAttachedUserPolicies ListGroupPolicies ListGroups ListOpenIDConnectProviderTags
        ListOpenIDConnectProviders ListPolicies ListPolicyTags ListRolePolicies ListRoleTags ListRoles
        ListUserPolicies ListUserTags ListUsers
    """,
    "kms": "DescribeKey GetKeyPolicy GetKeyRotationStatus ListAliases ListKeys ListResourceTags",
    "logs": "DescribeLogGroups DescribeMetricFilters DescribeResourcePolicies ListTagsForResource",
    "rds": """
        DescribeDBClusterParameterGroups DescribeDBClusterParameters DescribeDBClusterSnapshotAttributes
        DescribeDBClusterSnapshots DescribeDBClusters DescribeDBInstances DescribeDBParameterGroups
        DescribeDBParameters DescribeDBSnapshotAttributes DescribeDBSnapshots DescribeDBSubnetGroups
        ListTagsForResource
    """,
    "s3": """
        GetBucketAcl GetBucketEncryption GetBucketLifecycleConfiguration GetBucketLocation GetBucketLogging
        GetBucketOwnershipControls GetBucketPolicy GetBucketTagging GetBucketVersioning GetObjectLockConfiguration
        GetPublicAccessBlock ListBuckets
    """,
    "s3control": "GetPublicAccessBlock",
    "secretsmanager": "DescribeSecret GetResourcePolicy ListSecrets",
    "securityhub": "DescribeHub GetEnabledStandards",
    "sns": "GetSubscriptionAttributes GetTopicAttributes ListSubscriptions ListTagsForResource ListTopics",
    "sqs": "GetQueueAttributes ListQueueTags ListQueues",
    "wafv2": "GetLoggingConfiguration GetWebACL GetWebACLForResource ListWebACLs",
}
_PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "elbv2": "elasticloadbalancing",
    "s3control": "s3",
}  # where IAM calls a service otherwise
# Where IAM calls the action otherwise than the API the operation: Service Authorization Reference, Amazon S3.
_ACTIONS = {
    ("s3", "GetBucketEncryption"): "s3:GetEncryptionConfiguration",
    ("s3", "GetBucketLifecycleConfiguration"): "s3:GetLifecycleConfiguration",
    ("s3", "GetObjectLockConfiguration"): "s3:GetBucketObjectLockConfiguration",
    ("s3", "GetPublicAccessBlock"): "s3:GetBucketPublicAccessBlock",
    ("s3", "ListBuckets"): "s3:ListAllMyBuckets",
    ("s3control", "GetPublicAccessBlock"): "s3:GetAccountPublicAccessBlock",
}


class NotPermitted(RuntimeError):  # noqa: N818  # a fault of the program, never of its caller
    """A reader asks for a call that the table does not hold."""


@functools.cache
def actions() -> Mapping[tuple[str, str], str]:
    """The IAM action of each call, by service and method of boto3: ("s3", "list_buckets") -> "s3:ListAllMyBuckets"."""
    return {
        (service, xform_name(name)): _ACTIONS.get((service, name), f"{_PREFIXES.get(service, service)}:{name}")
        for service, names in _OPERATIONS.items()
        for name in names.split()
    }


def permit(service: str, operation: str) -> str:
    """The IAM action of a call; raises NotPermitted for one outside the table, so that nothing else is ever sent."""
    if action := actions().get((service, operation)):
        return action
    raise NotPermitted(f"{service}.{operation} is not in platformctl/live/permissions.py: audits read what it lists")
