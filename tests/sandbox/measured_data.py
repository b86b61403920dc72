"""Which changes replace, as measured, for the types that hold, record and watch data."""

MEASURED_DATA = {
    "aws:accessanalyzer/analyzer:Analyzer": ("analyzerName type", ""),
    "aws:athena/workgroup:Workgroup": (
        "name",
        "configuration.enforceWorkgroupConfiguration "
        "configuration.resultConfiguration.encryptionConfiguration.encryptionOption "
        "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn "
        "configuration.resultConfiguration.outputLocation",
    ),
    "aws:backup/plan:Plan": ("name", "rules.lifecycle.deleteAfter rules.ruleName rules.schedule rules.targetVaultName"),
    "aws:backup/selection:Selection": ("iamRoleArn name planId selectionTags.key selectionTags.value", ""),
    "aws:backup/vault:Vault": ("kmsKeyArn name", ""),
    "aws:cfg/deliveryChannel:DeliveryChannel": ("name", "s3BucketName"),
    "aws:cfg/recorder:Recorder": (
        "name",
        "recordingGroup.allSupported recordingGroup.includeGlobalResourceTypes roleArn",
    ),
    "aws:cfg/recorderStatus:RecorderStatus": ("", "isEnabled name"),
    "aws:cfg/rule:Rule": ("name", "source.owner source.sourceIdentifier"),
    "aws:cloudtrail/trail:Trail": (
        "name",
        "cloudWatchLogsGroupArn cloudWatchLogsRoleArn enableLogFileValidation isMultiRegionTrail kmsKeyId s3BucketName",
    ),
    "aws:glue/catalogDatabase:CatalogDatabase": ("name", ""),
    "aws:guardduty/detector:Detector": ("", "enable findingPublishingFrequency"),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (
        "name",
        "extendedS3Configuration.bucketArn extendedS3Configuration.bufferingInterval extendedS3Configuration.roleArn",
    ),
    "aws:rds/cluster:Cluster": (
        "clusterIdentifier dbSubnetGroupName engine kmsKeyId masterUsername",
        "backupRetentionPeriod dbClusterParameterGroupName deletionProtection "
        "enabledCloudwatchLogsExports engineVersion finalSnapshotIdentifier manageMasterUserPassword "
        "serverlessv2ScalingConfiguration.maxCapacity",
    ),
    "aws:rds/clusterInstance:ClusterInstance": (
        "clusterIdentifier engine identifier",
        "instanceClass performanceInsightsEnabled",
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": (
        "description family name",
        "parameters.applyMethod parameters.name parameters.value",
    ),
    "aws:rds/subnetGroup:SubnetGroup": ("name", "description subnetIds"),
    "aws:securityhub/account:Account": ("enableDefaultStandards", ""),
}
