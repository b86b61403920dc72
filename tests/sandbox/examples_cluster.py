"""Examples of the types that clusters are made of."""

from __future__ import annotations

import json
from typing import Any

_ROLE = "arn:aws:iam::{account}:role/needed"
_SUBNETS = {"subnetIds": ["{subnet}"]}
_SIZES = {"minSize": 1, "desiredSize": 2, "maxSize": 4}
# What these examples need, by the name they use for it.
CLUSTER_MAKERS: dict[str, tuple[str, dict[str, Any]]] = {
    "kubernetes": ("aws:eks/cluster:Cluster", {"name": "given", "roleArn": _ROLE, "vpcConfig": _SUBNETS}),
    "template": ("aws:ec2/launchTemplate:LaunchTemplate", {"name": "given"}),
}
CLUSTER: dict[str, dict[str, Any]] = {
    "aws:eks/cluster:Cluster": {
        "name": "billing",
        "roleArn": _ROLE,
        "version": "1.34",
        "vpcConfig": {
            **_SUBNETS,
            "securityGroupIds": ["{group}"],
            "endpointPrivateAccess": True,
            "endpointPublicAccess": False,
        },
        "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
        "encryptionConfig": {
            "provider": {"keyArn": "arn:aws:kms:eu-central-1:{account}:key/{key}"},
            "resources": ["secrets"],
        },
        "enabledClusterLogTypes": ["api", "audit"],
        "kubernetesNetworkConfig": {"ipFamily": "ipv4", "serviceIpv4Cidr": "172.21.0.0/16"},
        "upgradePolicy": {"supportType": "STANDARD"},
        "zonalShiftConfig": {"enabled": True},
        "bootstrapSelfManagedAddons": False,
    },
    "aws:eks/nodeGroup:NodeGroup": {
        "clusterName": "{kubernetes}",
        "nodeGroupName": "general",
        "nodeRoleArn": _ROLE,
        "subnetIds": ["{subnet}"],
        "amiType": "AL2023_ARM_64_STANDARD",
        "capacityType": "ON_DEMAND",
        "instanceTypes": ["m7g.large", "m6g.large"],
        "launchTemplate": {"id": "{template}", "version": "1"},
        "scalingConfig": _SIZES,
        "updateConfig": {"maxUnavailablePercentage": 33, "updateStrategy": "DEFAULT"},
        "nodeRepairConfig": {"enabled": True},
        "labels": {"platform/node-group": "general"},
        "taints": [{"key": "platform/pci-scope", "value": "cde", "effect": "NO_SCHEDULE"}],
        "version": "1.34",
    },
    "aws:eks/addon:Addon": {
        "clusterName": "{kubernetes}",
        "addonName": "vpc-cni",
        "addonVersion": "v1.22.4-eksbuild.3",
        "configurationValues": json.dumps({"enableNetworkPolicy": "true"}),
        "podIdentityAssociations": [{"roleArn": _ROLE, "serviceAccount": "aws-node"}],
        "resolveConflictsOnCreate": "OVERWRITE",
    },
    "aws:eks/accessEntry:AccessEntry": {
        "clusterName": "{kubernetes}",
        "principalArn": "arn:aws:iam::{account}:role/engineer",
        "kubernetesGroups": ["platform:engineer"],
    },
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
        "clusterName": "{kubernetes}",
        "principalArn": "arn:aws:iam::{account}:role/break-glass",
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        "accessScope": {"type": "cluster"},
    },
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
        "clusterName": "{kubernetes}",
        "namespace": "billing-api",
        "serviceAccount": "billing-api",
        "roleArn": _ROLE,
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        "name": "nodes",
        "description": "Nodes",
        "updateDefaultVersion": True,
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpTokens": "required",
            "httpPutResponseHopLimit": 1,
            "instanceMetadataTags": "disabled",
        },
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "ebs": {"volumeType": "gp3", "volumeSize": 50, "encrypted": "true", "deleteOnTermination": "true"},
            }
        ],
        "tagSpecifications": [{"resourceType": "volume", "tags": {"owner": "platform"}}],
        "vpcSecurityGroupIds": ["{group}"],
    },
}
