"""Where evidence and keys come from when nobody says: the stack's own outputs, and CloudTrail itself."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from platformctl.audit.bucket import Connection, listed_keys
from platformctl.audit.evidence import Choice, choose
from platformctl.errors import CommandError
from platformctl.project import Project
from tests.platformctl.audit.run import SPAN
from tests.platformctl.audit.trail import HOME, Archive, fingerprint, public_der

LIVE = Choice(live=True, bucket=None, prefix=None, folder=None, key_files=())


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The outputs of a deployed stack; without any, none is deployed."""
    outputs: dict[str, Any] = {}

    @contextmanager
    def target(*_: object, **__: object) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(place="the real account")

    monkeypatch.setattr("platformctl.target.open_target", target)
    monkeypatch.setattr("platformctl.engine.stack_exists", lambda _: bool(outputs))
    monkeypatch.setattr("platformctl.engine.query", lambda *_: json.dumps(outputs))
    monkeypatch.setenv("AWS_DEFAULT_REGION", HOME)
    return outputs


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("s3://acme/AWSLogs/1/CloudTrail/", ("acme", "", "s3://acme/")),
        ("s3://acme/audit/trail/AWSLogs/1/CloudTrail/", ("acme", "audit/trail", "s3://acme/audit/trail")),
    ],
)
def test_bucket_and_prefix_come_from_the_stack(
    stack: dict[str, Any], location: str, expected: tuple[str, str, str]
) -> None:
    stack["log_locations"] = {"flow": "s3://other/", "trail": location}
    evidence = choose(Project.find(), "staging", LIVE, SPAN)
    assert (evidence.bucket, evidence.prefix, evidence.place) == expected


@pytest.mark.parametrize(
    ("outputs", "message"),
    [({}, "nothing is deployed"), ({"vpc_id": "vpc-1"}, "does not say"), ({"log_locations": {}}, "does not say")],
)
def test_a_stack_that_does_not_say_is_told(stack: dict[str, Any], outputs: dict[str, Any], message: str) -> None:
    stack.update(outputs)
    with pytest.raises(CommandError, match=f"{message}.*give --bucket"):
        choose(Project.find(), "staging", LIVE, SPAN)


def test_a_bucket_that_is_named_needs_no_stack(tmp_path: Path) -> None:
    evidence = choose(Project.find(), "staging", Choice(True, "acme", "audit", None, ()), SPAN)
    assert (evidence.bucket, evidence.prefix) == ("acme", "audit")


def test_keys_are_listed_for_the_range_and_what_is_signed_after_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = boto3.client("cloudtrail", region_name=HOME, aws_access_key_id="a", aws_secret_access_key="b")
    answer = {"PublicKeyList": [{"Value": public_der(archive.signer), "Fingerprint": fingerprint(archive.signer)}]}
    asked = {"StartTime": SPAN.start - timedelta(hours=2), "EndTime": SPAN.end + timedelta(hours=2)}
    monkeypatch.setattr(Connection, "client", lambda *_: client)
    with Stubber(client) as stub:
        stub.add_response("list_public_keys", answer, asked)
        keys = listed_keys(Connection(None), HOME, SPAN)
        assert keys[fingerprint(archive.signer)].public_numbers() == archive.signer.public_key().public_numbers()
        stub.add_response("list_public_keys", {"PublicKeyList": [{"Value": b"?", "Fingerprint": "f"}]}, asked)
        with pytest.raises(CommandError, match=f"public keys of CloudTrail in {HOME} cannot be read: .*--public-keys"):
            listed_keys(Connection(None), HOME, SPAN)
