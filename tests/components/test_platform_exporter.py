"""The exporter as it is deployed: its rights, its pods, who asks them, and that it reads what it is given."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.exporter.observed import Observed, ObservedDatabase
from components.labels import Labels
from components.platform_exporter import PlatformExporter, PlatformExporterArgs
from components.pod_role import ClusterFacts
from platformctl.exporter.config import read
from tests.components.conftest import Built, build

ACCOUNT, HOME, AWAY = "730218645519", "eu-central-1", "eu-west-1"
DIGEST = f"sha256:{'ab' * 32}"
OBSERVED: dict[str, Any] = {
    "account": ACCOUNT,
    "region": HOME,
    "project": "billing-platform",
    "stack": "prod",
    "databases": {
        "ledger": ObservedDatabase(identifier="prod-ledger", is_cluster=True),
        "tax": ObservedDatabase(identifier="prod-tax", is_cluster=False),
    },
    "vaults": {"prod-financial": HOME, "prod-financial-copy": AWAY},
    "archive": "acme-archive",
    "trail": "prod",
    "trail_prefix": "trail",
    "streams": ("postgres/postgres-ledger/",),
    "records_prefix": "deployments/billing-platform/prod/",
}
ARGS: dict[str, Any] = {
    "namespace": "platform-telemetry",
    "labels": Labels(owner="platform", environment="prod", data_class="internal", pci_scope="connected"),
    "cluster": ClusterFacts(name="billing", arn="arn:aws:eks:c", account_id=ACCOUNT, region=HOME),
    "cluster_name": "billing",
    "image": "registry/billing/platform-exporter",
    "digest": DIGEST,
    "observed": Observed(**OBSERVED),
    "key_alias": "prod-audit",
}


@pytest.fixture(scope="module")
def built() -> Built:
    return build(lambda: PlatformExporter("exporter", PlatformExporterArgs(**ARGS)))


def test_it_may_read_by_name_what_it_tells_of_and_nothing_else(built: Built) -> None:
    policy = json.loads(built.one("RolePolicy", "exporter").inputs["policy"])
    granted = {one["Sid"]: (one["Action"], one["Resource"]) for one in policy["Statement"]}
    rds, archive = f"arn:aws:rds:{HOME}:{ACCOUNT}", "arn:aws:s3:::acme-archive"
    assert granted == {
        "DescribeClusters": (["rds:DescribeDBClusters"], [f"{rds}:cluster:prod-ledger"]),
        "DescribeInstances": (["rds:DescribeDBInstances"], [f"{rds}:db:prod-tax", f"{rds}:db:prod-ledger-*"]),
        "ReadReplicaLag": (["cloudwatch:GetMetricData"], ["*"]),
        "FindCopies": (
            ["backup:DescribeBackupVault", "backup:ListRecoveryPointsByBackupVault"],
            [
                f"arn:aws:backup:{HOME}:{ACCOUNT}:backup-vault:prod-financial",
                f"arn:aws:backup:{AWAY}:{ACCOUNT}:backup-vault:prod-financial-copy",
            ],
        ),
        "ListEvidence": (["s3:ListBucket"], [archive]),
        "ReadEvidence": (
            ["s3:GetObject"],
            [f"{archive}/trail/AWSLogs/{ACCOUNT}/*", f"{archive}/deployments/billing-platform/prod/*"],
        ),
        "DecryptEvidence": (["kms:Decrypt"], [f"arn:aws:kms:{HOME}:{ACCOUNT}:key/*"]),
        "KnowKeysOfDigests": (["cloudtrail:ListPublicKeys"], ["*"]),
    }
    conditions = {one["Sid"]: one["Condition"] for one in policy["Statement"] if "Condition" in one}
    assert conditions["ListEvidence"]["StringLike"]["s3:prefix"] == [
        f"trail/AWSLogs/{ACCOUNT}/*",
        "deployments/billing-platform/prod/*",
        "postgres/postgres-ledger/*",
    ]
    association = built.one("PodIdentityAssociation", "exporter").inputs
    assert (association["namespace"], association["serviceAccount"]) == ("platform-telemetry", "platform-exporter")


def test_it_reads_what_it_is_given(built: Built, tmp_path: Path) -> None:
    (name, text), *more = built.one("ConfigMap", "exporter").inputs["data"].items()
    (tmp_path / name).write_text(text)
    told = read(tmp_path / name)
    assert not more
    assert (told.databases["ledger"].identifier, told.databases["ledger"].is_cluster) == ("prod-ledger", True)
    assert (told.databases["tax"].is_cluster, told.vaults, told.streams) == (
        False,
        OBSERVED["vaults"],
        OBSERVED["streams"],
    )
    pods = built.one("StatefulSet", "exporter-pods").inputs["spec"]["template"]["spec"]
    (container,) = pods["containers"]
    assert container["args"][0] == f"{container['volumeMounts'][0]['mountPath']}/{name}"
    assert pods["volumes"] == [{"name": "observed", "configMap": {"name": "platform-exporter"}}]


def test_a_change_of_what_is_watched_starts_pods_anew(built: Built) -> None:
    def said(made: Built) -> str:
        annotations = made.one("StatefulSet", "exporter-pods").inputs["spec"]["template"]["metadata"]["annotations"]
        return str(annotations["platform/observed"])

    args = {**ARGS, "observed": Observed(**{**OBSERVED, "trail": "other"})}
    assert said(built) != said(build(lambda: PlatformExporter("exporter", PlatformExporterArgs(**args))))


def test_series_are_told_apart_by_names_that_outlive_a_pod(built: Built) -> None:
    (monitor,) = [made for made in built.resources if made.type.endswith("PodMonitor")]
    (endpoint,) = monitor.inputs["spec"]["podMetricsEndpoints"]
    assert endpoint["relabelings"] == [
        {"targetLabel": "job", "replacement": "platform-exporter"},
        {"sourceLabels": ["__meta_kubernetes_pod_name"], "targetLabel": "instance"},
    ]
    workload = built.one("StatefulSet", "exporter-pods").inputs["spec"]
    assert workload["replicas"] == 2
    assert workload["template"]["spec"]["containers"][0]["image"] == f"registry/billing/platform-exporter@{DIGEST}"
    assert monitor.inputs["spec"]["selector"] == workload["selector"]


def test_prometheus_alone_comes_in(built: Built) -> None:
    policy = built.one("NetworkPolicy", "exporter").inputs["spec"]
    (rule,) = policy["ingress"]
    (peer,) = rule["from"]
    assert peer["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "prometheus"}
    assert rule["ports"] == [{"port": 9400, "protocol": "TCP"}]
    assert policy["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "platform-exporter"}


def test_pods_wait_for_their_role_and_for_what_they_read(built: Built) -> None:
    waited = {
        urn.rpartition("::")[0].rpartition(":")[2] for urn in built.one("StatefulSet", "exporter-pods").dependencies
    }
    assert {"ConfigMap", "NetworkPolicy", "PodDisruptionBudget", "PodIdentityAssociation"} <= waited


def test_an_image_that_could_be_another_tomorrow_is_refused() -> None:
    with pytest.raises(ValueError, match=r"digest must begin with sha256:, got '1.2.3'"):
        PlatformExporterArgs(**{**ARGS, "digest": "1.2.3"})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"databases": {}}, "databases must be at least one"),
        ({"vaults": {}}, "vaults must be at least one"),
        ({"streams": ("postgres",)}, "prefixes must end with /, got 'postgres'"),
    ],
)
def test_what_would_leave_a_level_unmeasured_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Observed(**{**OBSERVED, **changes})
