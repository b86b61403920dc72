"""Which changes of a compliant example may leave its verdict as it is, and why.

Each names a rule and a property; the rule must notice the same property in another of its examples, good or bad.
"""

from collections.abc import Mapping

# Of network rules and of what separate resources say about one thing.
TOGETHER = "decides together with others, and these are harmless: a port that nobody outside reaches, or the reverse"
BY_ID = "a name by which others could refer to it; here they do so by id, or not at all"
PART_OF_ARN = "a part of the ARN, which no selection here names"
SUFFICES = "another property says the same, or makes this one needless"
OUTSIDE = "cut off, it leads to something outside of the graph, about which the rule says nothing"
ANY_VALUE = "every other value is as good; only a certain one, which is not here, is judged"
ELSEWHERE = "a property of the same name stands in another place, which the rule does not read"

EXCEPTIONS: Mapping[str, Mapping[str, str]] = {
    "ALB-01": {"listenerArn": OUTSIDE, "port": SUFFICES, "spec.ingressClassName": SUFFICES},
    "ALB-02": {"spec.ingressClassName": SUFFICES},
    "ALB-03": {"spec.ingressClassName": SUFFICES},
    "ALB-04": {"spec.ingressClassName": SUFFICES},
    "BKP-02": {"tags": SUFFICES, "clusterIdentifier": BY_ID, "region": PART_OF_ARN, "allowedAccountIds": PART_OF_ARN},
    "BKP-03": {"clusterIdentifier": BY_ID, "region": SUFFICES},
    "BKP-04": {
        "schedule": SUFFICES,
        "backupRetentionPeriod": SUFFICES,
        "region": PART_OF_ARN,
        "clusterIdentifier": BY_ID,
        "allowedAccountIds": PART_OF_ARN,
    },
    "CT-01": {"eventSelectors": SUFFICES},
    "CT-04": {"name": BY_ID},
    "CT-05": {"bucket": BY_ID},
    "CT-07": {"role": TOGETHER},
    "DET-04": {"isMultiRegionTrail": SUFFICES},
    "ECR-01": {"name": SUFFICES, "prefix": SUFFICES, "scanType": SUFFICES},
    "EKS-06": {"principalArn": TOGETHER, "accessScope": TOGETHER, "name": BY_ID},
    "EKS-07": {"launchTemplate": OUTSIDE, "vpcId": TOGETHER},
    "EKS-09": {"role": OUTSIDE, "roleName": OUTSIDE, "policy": ANY_VALUE},
    "GEN-01": {"provider": SUFFICES},
    "GEN-02": {
        "defaultTags": SUFFICES,
        "kmsKeyId": OUTSIDE,
        "kmsMasterKeyId": OUTSIDE,
        "kmsKeyArn": OUTSIDE,
        "bucket": OUTSIDE,
    },
    "GEN-03": {"tags": ANY_VALUE},
    "IAM-03": {"role": OUTSIDE, "user": OUTSIDE},
    "IAM-05": {"allowedAccountIds": SUFFICES},
    "IAM-06": {"allowedAccountIds": ANY_VALUE, "role": OUTSIDE},
    "IAM-11": {"tags": ANY_VALUE, "allowedAccountIds": TOGETHER},
    "IAM-13": {"region": ANY_VALUE},
    "IAM-15": {"role": OUTSIDE, "name": SUFFICES, "policy": ANY_VALUE},
    "K8S-04": {"livenessProbe": ANY_VALUE, "readinessProbe": ANY_VALUE},
    "K8S-07": {"automountServiceAccountToken": SUFFICES, "metadata.name": BY_ID, "metadata.namespace": BY_ID},
    "K8S-08": {"type": ELSEWHERE},
    "K8S-09": {"metadata.name": BY_ID},
    "K8S-10": {"metadata.labels": TOGETHER, "metadata.name": BY_ID},
    "K8S-11": {"subjects": TOGETHER, "metadata.name": BY_ID, "metadata.namespace": BY_ID},
    "K8S-13": {
        "readinessProbe": SUFFICES,
        "replicas": SUFFICES,
        "topologySpreadConstraints": TOGETHER,
        "spec.selector": ELSEWHERE,
        "metadata.name": BY_ID,
        "metadata.namespace": BY_ID,
    },
    "K8S-14": {"namespace": ELSEWHERE, "serviceAccount": ELSEWHERE},
    "K8S-15": {"metadata.name": BY_ID},
    "K8S-19": {"id": BY_ID, "vpcConfig": BY_ID},
    "LOG-04": {"name": BY_ID},
    "LOG-06": {"arn": BY_ID},
    "MSG-03": {"name": BY_ID, "tags": ANY_VALUE, "queueUrl": TOGETHER},
    "NET-01": dict.fromkeys(("fromPort", "toPort", "protocol", "ipProtocol", "securityGroupId", "type"), TOGETHER),
    "NET-02": {
        **dict.fromkeys(("fromPort", "toPort", "protocol", "ipProtocol", "securityGroupId", "type"), TOGETHER),
        "prefixListId": OUTSIDE,
    },
    "NET-03": dict.fromkeys(
        (
            *("fromPort", "toPort", "vpcId", "cidrBlock"),
            *("protocol", "ipProtocol", "securityGroupId", "type"),
        ),
        TOGETHER,
    ),
    "NET-04": {
        **dict.fromkeys(("cidrIpv4", "fromPort", "toPort", "protocol", "ipProtocol"), TOGETHER),
        **dict.fromkeys(("securityGroupId", "type"), TOGETHER),
        "prefixListId": OUTSIDE,
    },
    "NET-06": {"type": ANY_VALUE},
    "NET-07": dict.fromkeys(("cidrIpv4", "securityGroupId", "type", "prefixListIds"), TOGETHER),
    "NET-08": dict.fromkeys(
        ("ruleNumber", "ruleAction", "protocol", "fromPort", "toPort", "cidrBlock", "networkAclId"), TOGETHER
    ),
    "NET-10": {
        **dict.fromkeys(("subnetId", "routeTableId", "gatewayId", "destinationCidrBlock", "vpcId"), TOGETHER),
        "cidrBlock": ELSEWHERE,
    },
    "NET-14": dict.fromkeys(
        ("cidrBlock", "ipv6CidrBlock", "routeTableId", "transitGatewayRouteTableId", "vpcId"), TOGETHER
    ),
    "NET-16": {"httpEndpoint": SUFFICES},
    "NET-17": {"bucket": BY_ID},
    "RDS-01": {"dbClusterInstanceClass": SUFFICES},
    "RDS-02": {"availabilityZone": SUFFICES, "vpcId": TOGETHER},
    "RDS-04": {"family": SUFFICES, "clusterIdentifier": BY_ID, "dbParameterGroupName": SUFFICES},
    "RDS-07": {"clusterIdentifier": BY_ID, "dbParameterGroupName": SUFFICES},
    "RDS-11": {"skipFinalSnapshot": ANY_VALUE},
    "RDS-12": {"engine": SUFFICES, "clusterIdentifier": BY_ID},
    "RDS-14": {"allowedAccountIds": SUFFICES},
    "RES-01": {"sourceArn": SUFFICES, "allowedAccountIds": SUFFICES},
    "S3-04": {"bucket": BY_ID, "kmsMasterKeyId": ANY_VALUE, "bucketKeyEnabled": ANY_VALUE},
    "S3-06": {"logging": SUFFICES},
    "S3-07": {"bucket": BY_ID},
    "S3-08": {"tags": ANY_VALUE},
    "S3-10": {"bucket": BY_ID, "allowedAccountIds": SUFFICES, "arn": BY_ID},
    "SEC-02": {"region": ANY_VALUE},
    "SEC-03": {"every input": ANY_VALUE},
    "WAF-01": {"spec.ingressClassName": SUFFICES},
    "WAF-03": {"redactedFields": SUFFICES},
}
# Declared although no change of a property shows them.
UNCHANGEABLE = {("IAM-08", "type"): "the type of the resource itself: its examples that fail are of other types"}
# Rules about what a program writes down itself: what is not known yet is made by a resource, and is no literal.
ABOUT_LITERALS = ("SEC-03", "K8S-08")
# Read, but no example shows yet that they decide.
UNCHANGEABLE |= dict.fromkeys(
    (
        ("IAM-03", "arn"),
        *(("IAM-15", key) for key in ("inlinePolicies", "managedPolicyArns", "permissionsBoundary", "id")),
        ("BKP-04", "region"),
        ("MSG-03", "arn"),
    ),
    "read, but no example shows yet that it decides",
)
# Rules that fail a trust policy only if it is no policy document at all.
ABOUT_OTHERS = ("IAM-03", "IAM-15")
