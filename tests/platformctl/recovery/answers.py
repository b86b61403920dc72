"""What AWS answers of types that moto does not have, in the form of its service models, which the stubs check."""

from typing import Any, NamedTuple

_DETECTOR = "12abc34d567e8fa901bc2d34e56789f0"
_PLAN = {"name": "monthly", "restoreTestingPlanName": "monthly"}
_CLUSTER = "arn:aws:rds:eu-central-1:111122223333:cluster:ledger"
_SOURCE = "arn:aws:rds:eu-central-1:111122223333:db:subscriptions"
_COPY = "arn:aws:rds:eu-west-1:111122223333:auto-backup:ab-1"
_OTHER = "arn:aws:rds:eu-west-1:111122223333:auto-backup:ab-2"
_ENTRY = {"clusterName": "prod", "principalArn": "arn:aws:iam::111122223333:role/on-call"}
_VIEW, _EDIT = (f"arn:aws:eks::aws:cluster-access-policy/AmazonEKS{name}Policy" for name in ("View", "Edit"))
_HUB = "arn:aws:securityhub:eu-central-1:111122223333:finding-aggregator/1"
_ACCOUNT = {"clusterName": "prod", "namespace": "billing", "serviceAccount": "api"}
_ARN = "arn:aws:backup:eu-central-1:111122223333:restore-testing-plan:monthly"


class Answer(NamedTuple):
    """`sent` is the whole of the request; `found` is the import id, in the form of the provider's documentation."""

    inputs: dict[str, Any]
    service: str
    operation: str
    sent: dict[str, Any]
    answer: dict[str, Any]
    found: str


ANSWERS = {
    "aws:accessanalyzer/analyzer:Analyzer": Answer(
        {"analyzerName": "external"},
        "accessanalyzer",
        "get_analyzer",
        {"analyzerName": "external"},
        {
            "analyzer": {
                "arn": "arn:aws:access-analyzer:eu-central-1:111122223333:analyzer/external",
                "name": "external",
                "type": "ACCOUNT",
                "createdAt": 0,
                "status": "ACTIVE",
            }
        },
        "external",
    ),
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": Answer(
        _PLAN,
        "backup",
        "get_restore_testing_plan",
        {"RestoreTestingPlanName": "monthly"},
        {
            "RestoreTestingPlan": {
                "CreationTime": 0,
                "RecoveryPointSelection": {},
                "RestoreTestingPlanArn": _ARN,
                "RestoreTestingPlanName": "monthly",
                "ScheduleExpression": "cron(0 3 1 * ? *)",
            }
        },
        "monthly",
    ),
    "aws:backup/restoreTestingSelection:RestoreTestingSelection": Answer(
        {**_PLAN, "name": "databases"},
        "backup",
        "get_restore_testing_selection",
        {"RestoreTestingPlanName": "monthly", "RestoreTestingSelectionName": "databases"},
        {
            "RestoreTestingSelection": {
                "CreationTime": 0,
                "IamRoleArn": "arn:aws:iam::111122223333:role/restore",
                "ProtectedResourceType": "RDS",
                "RestoreTestingPlanName": "monthly",
                "RestoreTestingSelectionName": "databases",
            }
        },
        "databases:monthly",
    ),
    "aws:backup/selection:Selection": Answer(
        {"planId": "plan-1", "name": "data"},
        "backup",
        "list_backup_selections",
        {"BackupPlanId": "plan-1"},
        {
            "BackupSelectionsList": [
                {"SelectionName": "others", "SelectionId": "1"},
                {"SelectionName": "data", "SelectionId": "2"},
            ]
        },
        "plan-1|2",
    ),
    "aws:cloudwatch/queryDefinition:QueryDefinition": Answer(
        {"name": "denied"},
        "logs",
        "describe_query_definitions",
        {},
        {
            "queryDefinitions": [
                {"name": "denied too", "queryDefinitionId": "1"},
                {"name": "denied", "queryDefinitionId": "2"},
            ]
        },
        "2",
    ),
    "aws:eks/accessEntry:AccessEntry": Answer(
        _ENTRY, "eks", "describe_access_entry", _ENTRY, {"accessEntry": _ENTRY}, ":".join(_ENTRY.values())
    ),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": Answer(
        {**_ENTRY, "policyArn": _VIEW},
        "eks",
        "list_associated_access_policies",
        _ENTRY,
        {**_ENTRY, "associatedAccessPolicies": [{"policyArn": _EDIT}, {"policyArn": _VIEW}]},
        "#".join([*_ENTRY.values(), _VIEW]),
    ),
    "aws:eks/addon:Addon": Answer(
        {"clusterName": "prod", "addonName": "coredns"},
        "eks",
        "describe_addon",
        {"clusterName": "prod", "addonName": "coredns"},
        {"addon": {"addonName": "coredns", "clusterName": "prod", "status": "ACTIVE"}},
        "prod:coredns",
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": Answer(
        _ACCOUNT,
        "eks",
        "list_pod_identity_associations",
        _ACCOUNT,
        {"associations": [{**_ACCOUNT, "associationId": "a-1"}]},
        "prod,a-1",
    ),
    "aws:guardduty/publishingDestination:PublishingDestination": Answer(
        {"detectorId": _DETECTOR},
        "guardduty",
        "list_publishing_destinations",
        {"DetectorId": _DETECTOR},
        {"Destinations": [{"DestinationId": "d-1", "DestinationType": "S3", "Status": "PUBLISHING"}]},
        f"{_DETECTOR}:d-1",
    ),
    "aws:rds/clusterActivityStream:ClusterActivityStream": Answer(
        {"resourceArn": _CLUSTER},
        "rds",
        "describe_db_clusters",
        {"DBClusterIdentifier": _CLUSTER},
        {"DBClusters": [{"DBClusterArn": _CLUSTER, "ActivityStreamStatus": "starting"}]},
        _CLUSTER,
    ),
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": Answer(
        {"sourceDbInstanceArn": _SOURCE},
        "rds",
        "describe_db_instance_automated_backups",
        {},
        {
            "DBInstanceAutomatedBackups": [
                {"DBInstanceArn": f"{_SOURCE}-too", "DBInstanceAutomatedBackupsArn": _OTHER},
                {"DBInstanceArn": _SOURCE, "DBInstanceAutomatedBackupsArn": _COPY},
            ]
        },
        _COPY,
    ),
    "aws:securityhub/findingAggregator:FindingAggregator": Answer(
        {"linkingMode": "ALL_REGIONS"},
        "securityhub",
        "list_finding_aggregators",
        {},
        {"FindingAggregators": [{"FindingAggregatorArn": _HUB}]},
        _HUB,
    ),
}
