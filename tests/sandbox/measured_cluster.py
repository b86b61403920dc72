"""Which changes replace, as measured, for the types that clusters are made of."""

MEASURED_CLUSTER = {
    "aws:eks/accessEntry:AccessEntry": ("clusterName principalArn", ""),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": (
        "accessScope.type clusterName policyArn principalArn",
        "",
    ),
    "aws:eks/addon:Addon": ("addonName clusterName", ""),
    "aws:eks/cluster:Cluster": (
        "name roleArn",
        "accessConfig.authenticationMode enabledClusterLogTypes encryptionConfig.provider.keyArn version "
        "vpcConfig.endpointPrivateAccess vpcConfig.endpointPublicAccess vpcConfig.subnetIds",
    ),
    "aws:eks/nodeGroup:NodeGroup": (
        "clusterName instanceTypes nodeRoleArn subnetIds",
        "scalingConfig.desiredSize scalingConfig.maxSize scalingConfig.minSize",
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": ("clusterName namespace serviceAccount", "roleArn"),
}
