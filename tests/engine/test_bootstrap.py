"""The one-time bootstrap of an account with the ordinary CLI, and the loss of what holds its state."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError

from sandbox import process
from tests.engine.conftest import COMMAND_S, ROOT, Checkout, make_checkout

FOUNDATION = "foundation/sandbox"
STATE = ".pulumi/stacks/billing-foundation/sandbox.json"
WITHOUT_LOCKS = (".pulumi/meta.yaml", ".pulumi/stacks/")  # a lock that came back would hold the stack
HOME, AWAY = "eu-central-1", "eu-west-1"


@dataclass(frozen=True)
class Bootstrap:
    """An account whose foundation is deployed, and what an administrator's shell has."""

    checkout: Checkout
    variables: Mapping[str, str]
    outputs: Mapping[str, Any]

    @property
    def folder(self) -> Path:
        return self.checkout.root / "stacks" / "foundation"

    @property
    def settings_file(self) -> Path:
        return self.folder / "Pulumi.sandbox.yaml"

    @property
    def bucket(self) -> str:
        return bucket_of(self.outputs["backend_url"])

    @property
    def copy(self) -> str:
        return bucket_of(self.outputs["backend_copy_url"])

    def client(self, service: str, region: str = HOME) -> Any:
        """A boto3 client on the account."""
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        keys: dict[str, Any] = {name.lower(): self.variables[name] for name in names}
        return boto3.client(service, region, endpoint_url=self.checkout.sandbox.aws_url, **keys)

    def pulumi(self, backend: str | None, *arguments: str, passphrase: str | None = None) -> str:
        """Runs the ordinary CLI in the foundation's folder, without a passphrase unless one is given."""
        variables = {**self.variables, **({"PULUMI_CONFIG_PASSPHRASE": passphrase} if passphrase else {})}
        if backend is not None:
            variables["PULUMI_BACKEND_URL"] = self._reachable(backend)
        line = ["pulumi", *arguments, "--non-interactive"]
        result = subprocess.run(
            line, cwd=self.folder, env=variables, capture_output=True, text=True, timeout=COMMAND_S, check=False
        )
        assert result.returncode == 0, f"{arguments}: {result.stdout}\n{result.stderr}"
        return result.stdout

    def _reachable(self, backend: str) -> str:
        """The CLI's S3 client asks no variable where the cloud is, and loopback has no host names for buckets."""
        host = self.checkout.sandbox.aws_url.removeprefix("http://")
        return f"{backend}&endpoint={host}&disableSSL=true&s3ForcePathStyle=true"

    def previewed(self, backend: str) -> dict[str, int]:
        """How many resources a preview with the state in `backend` finds, by what it would do with them."""
        document = json.loads(self.pulumi(backend, "preview", "--json"))
        counts: dict[str, int] = document["changeSummary"]
        return counts


def bucket_of(url: str) -> str:
    return url.removeprefix("s3://").partition("?")[0]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bootstrap]:
    """Step one: the foundation, with its state in a folder. The settings are copies: the steps change them."""
    root = make_checkout(tmp_path_factory.mktemp("bootstrap"))
    (root / "stacks").unlink()
    shutil.copytree(ROOT / "stacks", root / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    checkout = Checkout(root, process.start(root))
    try:
        checkout.ctl("up", FOUNDATION, "--yes")
        variables = checkout.variables("sandbox")
        printed = subprocess.run(
            ["pulumi", "stack", "output", "--json"],
            cwd=root / "stacks" / "foundation",
            env=variables,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=True,
        )
        without = {name: value for name, value in variables.items() if name != "PULUMI_CONFIG_PASSPHRASE"}
        yield Bootstrap(checkout, without, json.loads(printed.stdout))
    finally:
        process.stop(root)


@pytest.fixture(scope="module")
def moved(deployed: Bootstrap) -> Bootstrap:
    """Step two: the state moves into the bucket, and its secrets to the key, that step one made."""
    backend, file = deployed.outputs["backend_url"], str(deployed.checkout.root / "foundation.json")
    deployed.pulumi(None, "stack", "export", "--file", file, passphrase="sandbox")
    deployed.pulumi(backend, "stack", "init", "sandbox", passphrase="sandbox")
    deployed.pulumi(backend, "stack", "import", "--file", file, passphrase="sandbox")
    key = deployed.outputs["secrets_provider"]
    deployed.pulumi(backend, "stack", "change-secrets-provider", key, passphrase="sandbox")
    return deployed


def test_the_moved_state_describes_what_was_deployed_and_needs_no_passphrase(moved: Bootstrap) -> None:
    counts = moved.previewed(moved.outputs["backend_url"])
    assert set(counts) == {"same"}
    assert counts["same"] > 90
    settings = yaml.safe_load(moved.settings_file.read_text())
    assert settings["secretsprovider"] == moved.outputs["secrets_provider"]
    assert settings["encryptedkey"]
    assert "encryptionsalt" not in settings


def test_the_state_is_in_the_bucket_encrypted_versioned_and_locked(moved: Bootstrap) -> None:
    s3 = moved.client("s3")
    held = s3.head_object(Bucket=moved.bucket, Key=STATE)
    key = moved.client("kms").describe_key(KeyId="alias/sandbox-state")["KeyMetadata"]["Arn"]
    assert (held["ServerSideEncryption"], held["SSEKMSKeyId"]) == ("aws:kms", key)
    assert held["ObjectLockMode"] == "GOVERNANCE"
    exported = json.loads(moved.pulumi(moved.outputs["backend_url"], "stack", "export"))
    assert exported["deployment"]["secrets_providers"]["type"] == "cloud"
    versions = s3.list_object_versions(Bucket=moved.bucket, Prefix=STATE)["Versions"]
    assert len(versions) > 1
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=moved.bucket, Key=STATE, VersionId=versions[-1]["VersionId"])


def _lose(moved: Bootstrap) -> None:
    """Deletes every current object, as a disaster would; the lock keeps their versions."""
    s3 = moved.client("s3")
    found = s3.list_objects_v2(Bucket=moved.bucket)["Contents"]
    s3.delete_objects(Bucket=moved.bucket, Delete={"Objects": [{"Key": one["Key"]} for one in found]})
    assert "Contents" not in s3.list_objects_v2(Bucket=moved.bucket)


def test_a_state_whose_objects_were_deleted_is_restored_from_its_versions(moved: Bootstrap) -> None:
    s3, backend = moved.client("s3"), moved.outputs["backend_url"]
    before = moved.pulumi(backend, "stack", "export")
    _lose(moved)
    assert json.loads(moved.pulumi(backend, "stack", "ls", "--json")) == []
    for marker in s3.list_object_versions(Bucket=moved.bucket)["DeleteMarkers"]:
        if marker["IsLatest"] and marker["Key"].startswith(WITHOUT_LOCKS):
            s3.delete_object(Bucket=moved.bucket, Key=marker["Key"], VersionId=marker["VersionId"])
    assert json.loads(moved.pulumi(backend, "stack", "export")) == json.loads(before)


def _replicate(moved: Bootstrap) -> None:
    """What S3 does within 15 minutes; moto keeps the rules of replication and copies nothing."""
    home, away = moved.client("s3"), moved.client("s3", AWAY)
    for one in home.list_objects_v2(Bucket=moved.bucket)["Contents"]:
        body = home.get_object(Bucket=moved.bucket, Key=one["Key"])["Body"].read()
        away.put_object(Bucket=moved.copy, Key=one["Key"], Body=body)


def _name_the_replica(moved: Bootstrap) -> None:
    """The state and the settings file name the key's region: both are told the other one."""
    away = moved.client("s3", AWAY)
    state = away.get_object(Bucket=moved.copy, Key=STATE)["Body"].read().decode()
    changed, places = re.subn(rf'("url": "awskms:[^"]*region=){HOME}', rf"\g<1>{AWAY}", state)
    assert places == 1
    away.put_object(Bucket=moved.copy, Key=STATE, Body=changed.encode())
    settings = moved.settings_file.read_text()
    moved.settings_file.write_text(re.sub(rf"(secretsprovider: .*region=){HOME}", rf"\g<1>{AWAY}", settings))


def test_the_copy_and_the_keys_replica_serve_when_the_region_is_lost(moved: Bootstrap) -> None:
    _replicate(moved)
    _lose(moved)
    moved.client("kms").delete_alias(AliasName="alias/sandbox-state-secrets")
    _name_the_replica(moved)
    counts = moved.previewed(moved.outputs["backend_copy_url"])
    assert set(counts) == {"same"}
    assert counts["same"] > 90
    held = moved.client("s3", AWAY).head_object(Bucket=moved.copy, Key=STATE)
    key = moved.client("kms", AWAY).describe_key(KeyId="alias/sandbox-state-copy")["KeyMetadata"]["Arn"]
    assert (held["SSEKMSKeyId"], held["ObjectLockMode"]) == (key, "GOVERNANCE")
