"""What the exporter watches is what the program makes, in every environment."""

import json
from typing import Any

import pytest

from components.databases.topology import Aurora
from platformctl.records.places import ARCHIVE_PREFIX
from stacks.exporter import observed
from stacks.sections.data import topology
from stacks.settings import Settings, load_file
from tests.stacks.programs import ENVIRONMENTS, ROOT
from tests.stacks.programs import run as _run


def _settings(environment: str) -> Settings:
    return load_file(ROOT / f"Pulumi.{environment}.yaml")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_database_and_vault_of_the_program_is_watched(environment: str) -> None:
    built, told = _run(environment), observed(_settings(environment))
    clusters = {made.inputs["clusterIdentifier"] for made in built.resources if made.type == "aws:rds/cluster:Cluster"}
    alone = {made.inputs["identifier"] for made in built.resources if made.type == "aws:rds/instance:Instance"}
    watched = {(one.identifier, one.is_cluster) for one in told.databases.values()}
    assert watched == {*((name, True) for name in clusters), *((name, False) for name in alone)}
    vaults = {made.inputs["name"]: made.inputs["region"] for made in built.resources if made.type.endswith(":Vault")}
    assert told.vaults == vaults


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_stream_and_the_trail_are_watched_where_they_are_delivered(environment: str) -> None:
    built, told = _run(environment), observed(_settings(environment))
    streams = [made.inputs for made in built.resources if made.type.endswith(":FirehoseDeliveryStream")]
    delivered = {one["extendedS3Configuration"]["prefix"].partition("!{")[0] for one in streams}
    assert {*told.streams} == delivered
    (trail,) = [made.inputs for made in built.resources if made.type == "aws:cloudtrail/trail:Trail"]
    assert (told.trail, told.trail_prefix) == (trail["name"], trail["s3KeyPrefix"].rstrip("/"))
    assert told.archive == trail["s3BucketName"]
    assert told.records_prefix == f"{ARCHIVE_PREFIX}{told.project}/{told.stack}/"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_key_of_evidence_lets_its_role_decrypt_and_admission_its_image_in(environment: str) -> None:
    built, settings = _run(environment), _settings(environment)
    role = f"arn:aws:iam::{settings.account.id}:role/platform/{environment}-platform-exporter"
    policy = json.loads(built.one("Key", "key-audit").inputs["policy"])
    (reads,) = [one for one in policy["Statement"] if one["Sid"] == "LaterReadersDecrypt"]
    assert reads["Condition"]["ArnEquals"]["aws:PrincipalArn"] == [role]
    others = [made for made in built.all("Key") if "LaterReadersDecrypt" in str(made.inputs["policy"])]
    assert [made.name for made in others] == ["key-audit"]
    (workload,) = [made.inputs for made in built.all("StatefulSet")]
    image: Any = workload["spec"]["template"]["spec"]["containers"][0]["image"]
    admitted = [made for made in built.all("ValidatingAdmissionPolicy") if image.partition("@")[0] in str(made.inputs)]
    assert [made.inputs["metadata"]["name"] for made in admitted] == ["platform-images-of-platform-telemetry"]


def test_a_cluster_s_instances_are_called_as_its_role_may_see_them() -> None:
    for environment in ENVIRONMENTS:
        for name, one in _settings(environment).data.databases.items():
            if isinstance(topology(one), Aurora):
                members = [
                    made.inputs["identifier"]
                    for made in _run(environment).resources
                    if made.type == "aws:rds/clusterInstance:ClusterInstance"
                ]
                assert [member for member in members if member.startswith(f"{environment}-{name}-")]
