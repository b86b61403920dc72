"""An environment of which every series can be told: databases, vaults and evidence, in a cloud of tests."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from platformctl.records.record import chained, head, head_name, record_name, sealed
from platformctl.signing.canonical import digest
from tests.platformctl.audit.trail import ACCOUNT, BUCKET, packed
from tests.platformctl.exporter.cloud import HOME, RECOVERY, Cloud
from tests.platformctl.records.chains import STACK, key

ARCHIVE = BUCKET
RECORDS = f"deployments/{STACK[0]}/{STACK[1]}/"
ROLLOUT = f"urn:pulumi:{STACK[1]}::{STACK[0]}::platform:services:BillingService$kubernetes:argoproj.io/v1alpha1:Rollout"
OBSERVED: dict[str, Any] = {
    "account": ACCOUNT,
    "region": HOME,
    "project": STACK[0],
    "stack": STACK[1],
    "databases": {
        "ledger": {"identifier": "staging-ledger", "is_cluster": True},
        "subscriptions": {"identifier": "staging-subscriptions", "is_cluster": False},
    },
    "vaults": {"staging-financial": HOME, "staging-financial-copy": RECOVERY},
    "archive": ARCHIVE,
    "trail": "account",
    "trail_prefix": "",
    "streams": ["kubernetes/kubernetes/"],
    "records_prefix": RECORDS,
}


def config_file(folder: Path, **changes: Any) -> Path:
    file = folder / "observed.json"
    file.write_text(json.dumps({**OBSERVED, **changes}))
    return file


def databases(cloud: Cloud) -> None:
    """An Aurora cluster with a writer and a reader, and an instance that has no replica."""
    rds = cloud.client("rds")
    secret = {"MasterUsername": "root", "MasterUserPassword": "not-a-secret"}
    rds.create_db_cluster(DBClusterIdentifier="staging-ledger", Engine="aurora-postgresql", **secret)
    for number in (1, 2):
        rds.create_db_instance(
            DBInstanceIdentifier=f"staging-ledger-{number}",
            DBClusterIdentifier="staging-ledger",
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
        )
    rds.create_db_instance(
        DBInstanceIdentifier="staging-subscriptions",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        AllocatedStorage=20,
        **secret,
    )


def lag(cloud: Cloud, value_ms: float, at: datetime, instance: str = "staging-ledger-2") -> None:
    dimension = {"Name": "DBInstanceIdentifier", "Value": instance}
    data = {"MetricName": "AuroraReplicaLag", "Dimensions": [dimension], "Value": value_ms, "Timestamp": at}
    cloud.client("cloudwatch").put_metric_data(Namespace="AWS/RDS", MetricData=[data])


def bucket(cloud: Cloud) -> Any:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=ARCHIVE, CreateBucketConfiguration={"LocationConstraint": HOME})
    return s3


def trail_file(s3: Any, delivered: datetime, events: list[datetime], number: int = 0) -> str:
    """A file of CloudTrail, which moto dates as delivered when it is put."""
    name = f"{ACCOUNT}_CloudTrail_{HOME}_{delivered:%Y%m%dT%H%MZ}_Mu0KsOhtH1ar15Z{number}.json.gz"
    key_ = f"AWSLogs/{ACCOUNT}/CloudTrail/{HOME}/{delivered:%Y/%m/%d}/{name}"
    records = [{"eventTime": f"{one:%Y-%m-%dT%H:%M:%SZ}", "eventName": "GetObject"} for one in events]
    s3.put_object(Bucket=ARCHIVE, Key=key_, Body=packed({"Records": records}))
    return key_


def stream_file(s3: Any, arrived: datetime, number: int = 0) -> str:
    name = f"staging-kubernetes-1-{arrived:%Y-%m-%d-%H-%M-%S}-5f3b1a2c-0000-4000-8000-00000000000{number}.gz"
    key_ = f"kubernetes/kubernetes/{arrived:%Y/%m/%d}/{name}"
    s3.put_object(Bucket=ARCHIVE, Key=key_, Body=b"")
    return key_


def change(ended: datetime, services: tuple[str, ...] = ("api",), **more: Any) -> dict[str, Any]:
    """A change record's body."""
    touched = [{"urn": f"{ROLLOUT}::service-{name}", "operation": "update"} for name in services]
    return {
        "id": f"{ended:%s}",
        "project": STACK[0],
        "stack": STACK[1],
        "command": "up",
        "outcome": "succeeded",
        "started_at": (ended - timedelta(minutes=5)).isoformat(),
        "ended_at": ended.isoformat(),
        "what": {"changes": touched},
        **more,
    }


def chain(*bodies: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a chain of these changes."""
    files, before = {}, None
    for number, body in enumerate(bodies, 1):
        record = chained(dict(body), number, before)
        before = digest(record)
        files[record_name(number)], files[head_name(number)] = sealed(record, key()), head(record, key())
    return files


def keep(s3: Any, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        s3.put_object(Bucket=ARCHIVE, Key=f"{RECORDS}{name}", Body=content)
