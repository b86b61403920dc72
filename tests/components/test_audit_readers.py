"""Readers ask in one workgroup whose answers only they get; tables say where each stream's files are."""

import json
import re
from typing import Any

import pytest

from components.evidence.readers import WHO_DID_WHAT, AuditReaders, AuditReadersArgs
from components.evidence.tables import audit_tables
from components.key_permissions import NamedKey
from tests.components.conftest import Built, build

ACCOUNT = "123456789012"
AUDITOR = f"arn:aws:iam::{ACCOUNT}:role/foundation/auditor"
TABLES = {"trail", "flow", "dns", "kubernetes", "postgres"}


def _args(**changes: Any) -> AuditReadersArgs:
    values: dict[str, Any] = {"environment": "pre-prod", "account_id": ACCOUNT, "region": "eu-central-1"}
    values |= {"archive": "archive", "results": "results", "access_log_bucket": "access", "readers": (AUDITOR,)}
    values |= {"key": NamedKey("audit", "arn:key"), "result_key": NamedKey("internal", "arn:internal")}
    return AuditReadersArgs(**{**values, **changes})


def _build(**changes: Any) -> Built:
    return build(lambda: AuditReaders("readers", _args(**changes)))


def _allowed(built: Built) -> dict[str, Any]:
    policy = json.loads(built.one("Policy", "readers").inputs["policy"])
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def test_answers_for_nobody_are_refused() -> None:
    with pytest.raises(ValueError, match="readers must name at least one role"):
        _args(readers=())


def test_makes_exactly_the_workgroup_tables_query_policy_and_bucket() -> None:
    kind = "platform:audit:AuditReaders"
    own = {one for one in _build().identities() if "PrivateBucket$" not in one}
    assert own == {
        f"{kind}::readers",
        f"{kind}$platform:audit:PrivateBucket::readers-results",
        f"{kind}$aws:athena/workgroup:Workgroup::readers",
        f"{kind}$aws:athena/namedQuery:NamedQuery::readers-who-did-what",
        f"{kind}$aws:glue/catalogDatabase:CatalogDatabase::readers",
        *(f"{kind}$aws:glue/catalogTable:CatalogTable::readers-{table}" for table in TABLES),
        f"{kind}$aws:iam/policy:Policy::readers",
    }


def test_the_workgroup_lets_no_client_send_answers_elsewhere() -> None:
    workgroup = _build().one("Workgroup", "readers").inputs
    assert workgroup["name"] == "pre-prod-audit"
    assert workgroup["forceDestroy"] is False
    assert workgroup["configuration"]["enforceWorkgroupConfiguration"] is True
    assert workgroup["configuration"]["resultConfiguration"] == {
        "outputLocation": "s3://results/",
        "expectedBucketOwner": ACCOUNT,
        "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKeyArn": "arn:internal"},
    }


def test_answers_end_and_are_for_readers_alone() -> None:
    built = _build()
    (rule,) = built.one("BucketLifecycleConfiguration", "readers-results").inputs["rules"]
    assert rule["expiration"] == {"days": 30}
    policy = json.loads(built.one("BucketPolicy", "readers-results").inputs["policy"])
    (deny,) = [one for one in policy["Statement"] if one["Sid"] == "DenyOthersReading"]
    assert (deny["Effect"], deny["Resource"]) == ("Deny", ["arn:aws:s3:::results/*"])
    assert deny["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": [AUDITOR]}}


def test_readers_read_evidence_and_change_nothing() -> None:
    allowed = _allowed(_build())
    changing = {action for one in allowed.values() for action in one["Action"] if "Put" in action or "Delete" in action}
    assert changing == {"s3:PutObject"}
    assert allowed["KeepAnswers"]["Resource"] == ["arn:aws:s3:::results/*"]
    assert allowed["ReadEvidence"]["Resource"] == ["arn:aws:s3:::archive/*"]
    assert allowed["AskInWorkgroup"]["Resource"] == [f"arn:aws:athena:eu-central-1:{ACCOUNT}:workgroup/pre-prod-audit"]
    assert allowed["DecryptEvidence"]["Action"] == ["kms:Decrypt"]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_folders_are_made_of_exactly_the_partitions_that_are_projected(table: str) -> None:
    made = _build().one("CatalogTable", f"readers-{table}").inputs
    partitions = {one["name"] for one in made["partitionKeys"]}
    parameters = made["parameters"]
    assert parameters["projection.enabled"] == "true"
    assert parameters["storage.location.template"].startswith(made["storageDescriptor"]["location"])
    assert {*re.findall(r"\$\{(\w+)\}", parameters["storage.location.template"])} == partitions
    assert {key.split(".")[1] for key in parameters if key.endswith(".type")} == partitions
    columns = {one["name"] for one in made["storageDescriptor"]["columns"]}
    assert not columns & partitions, "a column and a partition of one name"
    assert all(name == name.lower() for name in columns)


def test_tables_look_where_the_services_write() -> None:
    tables = audit_tables(ACCOUNT, "eu-central-1")
    places = {name: f"{table.prefix}{table.folders}" for name, table in tables.items()}
    flow = f"AWSLogs/aws-account-id={ACCOUNT}/aws-service=vpcflowlogs/aws-region=eu-central-1"
    assert places == {
        "trail": f"trail/AWSLogs/{ACCOUNT}/CloudTrail/${{region}}/${{day}}",
        "flow": f"{flow}/year=${{year}}/month=${{month}}/day=${{day}}/hour=${{hour}}",
        "dns": f"AWSLogs/{ACCOUNT}/vpcdnsquerylogs/${{vpc}}/${{day}}",
        "kubernetes": "kubernetes/${stream}/${day}",
        "postgres": "postgres/${stream}/${day}",
    }


def test_the_saved_query_asks_only_for_what_its_table_has() -> None:
    built = _build()
    query = built.one("NamedQuery", "readers-who-did-what").inputs
    assert (query["query"], query["database"], query["workgroup"]) == (
        WHO_DID_WHAT,
        "audit_pre_prod",
        "pre-prod-audit",
    )
    assert WHO_DID_WHAT.count("?") == 3
    assert "WHERE day BETWEEN ? AND ?" in WHO_DID_WHAT  # else every day's files are read
    trail = audit_tables(ACCOUNT, "eu-central-1")["trail"]
    columns = {*trail.columns, *trail.projection}
    used = {*re.findall(r"(?:SELECT|,|\(|^)\s*([a-z]+)(?=[ ,.\n])", WHO_DID_WHAT, re.MULTILINE)}
    assert used >= {"eventtime", "useridentity", "eventname", "requestparameters", "region"}
    assert used - {"day", "json"} <= columns
