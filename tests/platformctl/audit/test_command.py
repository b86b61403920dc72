"""The command from end to end: on a folder, on the sandbox's bucket, and on what --live reaches."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from platformctl.errors import CommandError, Exit
from platformctl.main import app
from platformctl.project import Project
from sandbox import process
from tests.platformctl.audit.trail import ACCOUNT, BUCKET, HOME, Archive, at, digest_key, iso, key_list, log_key

ROOT = Path(__file__).resolve().parents[3]
COMMAND_S = 60
RANGE = ("--from", "2025-11-01", "--to", "2025-11-01T12:00Z")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of its own around the repository's settings, so that its sandbox is its own."""
    root = tmp_path_factory.mktemp("checkout")
    for name in ("Pulumi.yaml", "Pulumi.staging.yaml", "stacks"):
        (root / name).symlink_to(ROOT / name)
    assert Project(root).settings("staging").account.id == ACCOUNT
    return root


@pytest.fixture
def key_file(archive: Archive, tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    file.write_text(key_list(archive.signer))
    return file


@pytest.fixture
def cloud(checkout: Path) -> Iterator[dict[str, str]]:
    """The variables of a sandbox that runs for the checkout."""
    running = process.start(checkout)
    try:
        yield process.environment(running, ACCOUNT, HOME)
    finally:
        process.stop(checkout)


def ctl(
    checkout: Path, *arguments: str, code: int = 0, shell: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "platformctl", "audit", "verify", "staging", *arguments]
    around = {**os.environ, "PYTHONPATH": str(ROOT), **(shell or {})}
    result = subprocess.run(
        line, cwd=checkout, env=around, capture_output=True, text=True, timeout=COMMAND_S, check=False
    )
    assert result.returncode == code, f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result


def upload(archive: Archive, cloud: dict[str, str]) -> Any:
    make: Any = boto3.client
    client = make(
        "s3",
        region_name=HOME,
        endpoint_url=cloud["AWS_ENDPOINT_URL"],
        aws_access_key_id=cloud["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=cloud["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=cloud["AWS_SESSION_TOKEN"],
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": HOME})
    for key, body, metadata in archive:
        client.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=metadata, ContentEncoding="gzip")
    return client


def test_a_folder_that_verifies(archive: Archive, checkout: Path, key_file: Path, tmp_path: Path) -> None:
    folder = archive.save(tmp_path / "copy")
    result = ctl(checkout, *RANGE, "--folder", str(folder), "--public-keys", str(key_file))
    *regions, totals = result.stdout.splitlines()
    assert regions[0] == f"{HOME}: 13 of 13 digests, 26 of 26 log files valid; logging began at {iso(at(0))}"
    assert totals.startswith("Audit: 0 findings; 26 of 26 digests and 52 of 52 log files valid")
    assert "hashing 52 log files" in result.stderr


def test_findings_worst_first_and_a_report_that_seals_itself(
    archive: Archive, checkout: Path, key_file: Path, tmp_path: Path
) -> None:
    archive.delete(digest_key(5), log_key(8))
    folder, output = archive.save(tmp_path / "copy"), tmp_path / "report.json"
    arguments = (*RANGE, "--folder", str(folder), "--public-keys", str(key_file), "--output", str(output))
    text = ctl(checkout, *arguments, code=1).stdout.splitlines()
    assert text[0].startswith(f"log-missing {HOME} {iso(at(8))} {log_key(8)}: ")
    assert text[1] == (
        f"digest-missing {HOME} {iso(at(5))} {digest_key(5)}: "
        f"no digest covers {iso(at(5))} to {iso(at(6))}; log files without proof: 2"
    )
    report = json.loads(output.read_text())
    assert report["summary"] == {
        "digests_expected": 26,
        "digests_found": 25,
        "digests_valid": 25,
        "digests_backfill": 0,
        "log_files_named": 50,
        "log_files_valid": 49,
        "findings": 2,
    }
    assert [finding["kind"] for finding in report["findings"]] == ["log-missing", "digest-missing"]
    rest = {key: value for key, value in report.items() if key != "sha256"}
    text_of_rest = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert report["sha256"] == hashlib.sha256(text_of_rest.encode()).hexdigest()
    assert report["sha256"] in text[-1]
    assert list(tmp_path.glob(".report*")) == []


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq, as the documented command does")
def test_the_documented_command_checks_a_report(
    archive: Archive, checkout: Path, key_file: Path, tmp_path: Path
) -> None:
    folder, output = archive.save(tmp_path / "copy-ä"), tmp_path / "november.json"
    ctl(checkout, *RANGE, "--folder", str(folder), "--public-keys", str(key_file), "--output", str(output))
    page = (ROOT / "docs" / "audit-verification.md").read_text()
    (line,) = [line for line in page.splitlines() if line.startswith("jq ")]
    printed = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert printed.split()[0] == json.loads(output.read_text())["sha256"]


def test_a_report_that_cannot_be_written_leaves_nothing(
    archive: Archive, checkout: Path, key_file: Path, tmp_path: Path
) -> None:
    folder, output = archive.save(tmp_path / "copy"), tmp_path / "taken"
    output.mkdir()
    arguments = (*RANGE, "--folder", str(folder), "--public-keys", str(key_file), "--output", str(output))
    assert f"--output {output}: Is a directory" in ctl(checkout, *arguments, code=2).stderr
    assert list(tmp_path.glob(".taken*")) == []


def test_the_future_is_not_verified(archive: Archive, checkout: Path, key_file: Path, tmp_path: Path) -> None:
    folder = archive.save(tmp_path / "copy")
    arguments = ("--from", "2025-11-01", "--to", "2999-01-01", "--folder", str(folder), "--public-keys", str(key_file))
    result = ctl(checkout, *arguments, "--json", code=1)
    assert "--to lies in the future: verified up to now" in result.stderr
    report = json.loads(result.stdout)
    assert report["to"] == report["checked_at"]
    assert {finding["kind"] for finding in report["findings"]} == {"digest-missing"}


def test_a_bucket_of_the_sandbox_and_of_the_shell(
    archive: Archive, checkout: Path, key_file: Path, cloud: dict[str, str]
) -> None:
    client = upload(archive, cloud)
    keys = ("--public-keys", str(key_file))
    report = json.loads(ctl(checkout, *RANGE, "--bucket", BUCKET, *keys, "--json").stdout)
    assert (report["findings"], report["evidence"], report["trail"]) == ([], f"s3://{BUCKET}/", "account")
    assert report["summary"]["log_files_valid"] == 52

    # With --live, what the shell has says where AWS is.
    shell = {name: value for name, value in cloud.items() if name.startswith("AWS_")}
    gone = [{"Key": key} for key in (digest_key(1), digest_key(13), log_key(7))]
    client.delete_objects(Bucket=BUCKET, Delete={"Objects": gone})
    body = client.get_object(Bucket=BUCKET, Key=digest_key(9))["Body"].read()
    client.put_object(Bucket=BUCKET, Key=digest_key(9), Body=body)  # without its metadata
    live = (*RANGE, "--live", "--bucket", BUCKET)
    found = json.loads(ctl(checkout, *live, *keys, "--json", code=1, shell=shell).stdout)["findings"]
    assert [(one["kind"], one["hour"]) for one in found] == [
        ("log-missing", iso(at(7))),
        ("digest-missing", iso(at(1))),
        ("digest-missing", iso(at(13))),
        ("signature-missing", iso(at(9))),
    ]

    # The sandbox's CloudTrail has no keys to list: what it answers is told, with the remedy.
    refused = ctl(checkout, *live, code=2, shell=shell).stderr
    assert f"the public keys of CloudTrail in {HOME} cannot be read" in refused
    assert "--public-keys" in refused
    refused = ctl(checkout, *RANGE, "--live", "--bucket", "acme-nothing", *keys, code=2, shell=shell).stderr
    assert "s3://acme-nothing/" in refused
    assert "NoSuchBucket" in refused


MISUSES = {
    "a time that is none": (("--from", "yesterday"), "--from yesterday: not an ISO 8601"),
    "an empty range": (("--from", "2025-11-02", "--to", "2025-11-02"), "must be before --to 2025-11-02T00:00:00Z"),
    "a range to come": (("--from", "2999-01-01", "--to", "2999-01-02"), "must be before --to"),
    "no keys": ((*RANGE, "--bucket", BUCKET), "give --public-keys"),
    "no keys for a folder": ((*RANGE, "--folder", "."), "--folder needs --public-keys"),
    "no folder": ((*RANGE, "--folder", "nowhere", "--public-keys", "{keys}"), "--folder nowhere: there is no such"),
    "no key file": ((*RANGE, "--folder", ".", "--public-keys", "nowhere"), "nowhere: No such file"),
    "no keys in a file": ((*RANGE, "--folder", ".", "--public-keys", "Pulumi.yaml"), "Pulumi.yaml: "),
    "no sandbox": ((*RANGE, "--bucket", BUCKET, "--public-keys", "{keys}"), "no sandbox runs here"),
    "no region": ((*RANGE, "--folder", ".", "--region", "Frankfurt"), "--region Frankfurt: not a region's name"),
    "no folder for the report": ((*RANGE, "--folder", ".", "--output", "no/where"), "--output no/where: there is no"),
}


@pytest.mark.parametrize("what", MISUSES)
def test_misuse_is_told(checkout: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    arguments, message = MISUSES[what]
    monkeypatch.chdir(checkout)
    with pytest.raises(CommandError, match=re.escape(message)) as told:
        app(["audit", "verify", "staging", *(it.format(keys=key_file) for it in arguments)], standalone_mode=False)
    assert told.value.code == Exit.USAGE


def test_before_logging_began_there_is_nothing_to_verify(
    archive: Archive, checkout: Path, key_file: Path, tmp_path: Path
) -> None:
    folder = archive.save(tmp_path / "copy")
    keys = ("--folder", str(folder), "--public-keys", str(key_file))
    told = ctl(checkout, "--from", "2025-10-01", "--to", "2025-10-02", *keys, code=2).stderr
    assert "nothing to verify" in told
