"""Each thing that a real account needs is looked at before anything runs, and told with its own remedy."""

import hashlib
import json
import stat
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from platformctl.errors import CommandError
from platformctl.preflight.check import demand, obstacles
from tests.engine.conftest import ROOT

ACCOUNT, REGION = "111122223333", "eu-central-1"
BUCKET = f"kestrel-billing-prod-state-{ACCOUNT}"
SALT, KEY = "v1:abc=:v1:def", "awskms://alias/prod-state-secrets?region=eu-central-1"
OTHER_KEY = {"type": "cloud", "state": {"url": "awskms://other"}}
PASSPHRASE = {"type": "passphrase", "state": {"salt": SALT}}
EXPORT = f"export PULUMI_BACKEND_URL='s3://{BUCKET}?region={REGION}'"
STATE = ".pulumi/stacks/billing-platform/prod.json"


def _state(engine: str = "v3.200.0", secrets: Any = None) -> bytes:
    manifest = {"time": "2026-11-26T10:00:00Z", "version": engine, "magic": hashlib.sha256(engine.encode()).hexdigest()}
    provider = secrets or {"type": "cloud", "state": {"url": KEY}}
    latest: dict[str, Any] = {"manifest": manifest, "secrets_providers": provider, "resources": []}
    return json.dumps(
        {"version": 3, "checkpoint": {"stack": "organization/billing-platform/prod", "latest": latest}}
    ).encode()


@dataclass
class Cloud:
    """STS and one bucket, as far as they are asked."""

    account: str = ACCOUNT
    sts_error: str = ""
    bucket: int = 200
    region: str = REGION
    state: bytes | None = field(default_factory=_state)
    asked: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str) -> tuple[int, bytes]:
        self.asked.append(f"{method} {path}")
        if method == "POST":
            if self.sts_error:
                return (
                    403,
                    f"<ErrorResponse><Error><Code>{self.sts_error}</Code><Message>m</Message></Error></ErrorResponse>".encode(),
                )
            told = f"<Account>{self.account}</Account><Arn>arn:aws:sts::{self.account}:assumed-role/deploy/ada</Arn>"
            result = f"<GetCallerIdentityResult>{told}</GetCallerIdentityResult>"
            return 200, f'<GetCallerIdentityResponse xmlns="x">{result}</GetCallerIdentityResponse>'.encode()
        if self.bucket != 200:
            code = {403: "AccessDenied", 404: "NoSuchBucket", 500: "InternalError"}[self.bucket]
            return self.bucket, f"<Error><Code>{code}</Code></Error>".encode()
        if path.endswith(STATE):
            return (404, b"<Error><Code>NoSuchKey</Code></Error>") if self.state is None else (200, self.state)
        if ".json" in path.partition("?")[0]:
            return 404, b"<Error><Code>NoSuchKey</Code></Error>"
        return 200, b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"


@pytest.fixture
def cloud() -> Iterator[tuple[Cloud, str]]:
    served = Cloud()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = served.answer(self.command, self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-amz-bucket-region", served.region)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = _serve  # noqa: N815

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield served, f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def shell(cloud: tuple[Cloud, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables of an engineer's shell in which everything fits."""
    _, host = cloud
    engine = tmp_path / "bin" / "pulumi"
    _engine(engine, "v3.200.0")
    variables = {
        "AWS_ENDPOINT_URL": f"http://{host}",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_MAX_ATTEMPTS": "1",
        "PATH": f"{engine.parent}:/usr/bin:/bin",
        "PULUMI_BACKEND_URL": f"s3://{BUCKET}?region={REGION}&endpoint={host}&disableSSL=true",
        "PULUMI_DEBUG_PROVIDERS": "aws:1,kubernetes:2",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "PULUMI_CONFIG_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


def _engine(file: Path, version: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\necho {version}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def _target(tmp_path: Path, shell: dict[str, str], settings: str = f"secretsprovider: {KEY}\nencryptedkey: k\n") -> Any:
    (tmp_path / "components").mkdir(exist_ok=True)
    (tmp_path / "components" / "account_names.py").write_text((ROOT / "components" / "account_names.py").read_text())
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(settings)
    account = SimpleNamespace(id=ACCOUNT, region=REGION, recovery_region="eu-west-1", organisation="kestrel-billing")
    read = SimpleNamespace(account=account, policy=SimpleNamespace(protect_stateful=True))
    names = {"name": "billing-platform", "key": "platform", "root": tmp_path, "shown": lambda one: one.name}
    project = SimpleNamespace(settings=lambda _: read, settings_file=lambda _: file, **names)
    return SimpleNamespace(project=project, environment="prod", name="prod", variables=shell, sandbox=None)


def _told(tmp_path: Path, shell: dict[str, str], **of: Any) -> list[tuple[str, str]]:
    return [(one.id, f"{one.message} | {one.remedy}") for one in obstacles(_target(tmp_path, shell, **of))]


def test_a_shell_that_fits_has_nothing_in_its_way_and_nothing_was_written(
    tmp_path: Path, shell: dict[str, str], cloud: tuple[Cloud, str]
) -> None:
    started = time.monotonic()
    demand(_target(tmp_path, shell))
    print(f"preflight: {time.monotonic() - started:.2f} s")
    assert {line.partition(" ")[0] for line in cloud[0].asked} == {"POST", "HEAD", "GET"}


# What the shell has (None: unset), what stands in the way, and words of message and remedy.
SHELLS: tuple[tuple[dict[str, str | None], str, str], ...] = (
    ({"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, "credentials", "this shell has no AWS credentials"),
    ({"AWS_REGION": "us-east-1"}, "region", f"account.region is {REGION} | export AWS_REGION={REGION}"),
    ({"PULUMI_BACKEND_URL": None}, "backend", f"is not set: --live needs the bucket that holds the state | {EXPORT}"),
    ({"PULUMI_BACKEND_URL": "file:///tmp/state"}, "backend", "a folder is no place for this environment's state"),
    ({"PULUMI_BACKEND_URL": "azblob://a"}, "backend", "the state is kept in a bucket of S3"),
    ({"PULUMI_BACKEND_URL": "https://api.pulumi.com"}, "backend", "the state is kept in a bucket of S3"),
    ({"PULUMI_BACKEND_URL": "s3://"}, "backend", "the state is kept in a bucket of S3"),
    ({"PULUMI_BACKEND_URL": "s3://other-1"}, "backend", f"names the bucket other-1, not the environment's: {BUCKET}"),
    ({"PULUMI_BACKEND_URL": f"s3://{BUCKET}?region=eu-west-1"}, "backend", "says region eu-west-1, but that bucket is"),
    ({"PULUMI_DEBUG_PROVIDERS": "kubernetes:2", "PULUMI_HOME": "/nonexistent"}, "plugin", "the plugin aws"),
    ({"PATH": "/nonexistent"}, "engine", "no Pulumi engine answers on PATH"),
)  # fmt: skip


@pytest.mark.parametrize(("changed", "id_", "words"), SHELLS, ids=[f"{s[1]}: {s[2][:40]}" for s in SHELLS])
def test_what_the_shell_lacks_is_told_before_the_cloud_is_asked(
    changed: dict[str, str | None], id_: str, words: str,
    tmp_path: Path, shell: dict[str, str], cloud: tuple[Cloud, str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name, value in changed.items():
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    own = {name: value for name, value in {**shell, **changed}.items() if value is not None}
    (found,) = _told(tmp_path, own)
    assert found[0] == id_
    assert words in found[1]
    assert cloud[0].asked == []


CLOUDS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"sts_error": "ExpiredToken"}, "credentials", "the AWS credentials have expired"),
    ({"sts_error": "InvalidClientTokenId"}, "credentials", "AWS does not know the credentials"),
    ({"account": "999988887777"}, "credentials", "are of account 999988887777"),
    ({"bucket": 404}, "backend", f"there is no bucket {BUCKET}"),
    ({"bucket": 403}, "backend", f"may not read the states in {BUCKET}"),
    ({"region": "eu-west-1"}, "backend", "is in region eu-west-1, and the engine would ask eu-central-1"),
    ({"bucket": 500}, "backend", "fails"),
    ({"state": None}, "stack", "holds no stack 'prod' of billing-platform"),
    ({"state": _state("v3.201.0")}, "engine", "written by engine 3.201.0, this one is 3.200.0"),
    ({"state": _state(secrets=OTHER_KEY)}, "secrets", f"awskms://other, but Pulumi.prod.yaml names {KEY}"),
    ({"state": _state(secrets=PASSPHRASE)}, "secrets", f"a passphrase, but Pulumi.prod.yaml names {KEY}"),
)  # fmt: skip


@pytest.mark.parametrize(("changed", "id_", "words"), CLOUDS, ids=[f"{c[1]}: {c[2][:40]}" for c in CLOUDS])
def test_what_account_and_bucket_lack_is_told(
    changed: dict[str, Any], id_: str, words: str, tmp_path: Path, shell: dict[str, str], cloud: tuple[Cloud, str]
) -> None:
    for name, value in changed.items():
        setattr(cloud[0], name, value)
    (found,) = _told(tmp_path, shell)
    assert found[0] == id_
    assert words in found[1]


@pytest.mark.parametrize(("version", "words"), [("v3.199.9", "too old"), ("v4.0.0", "too new"), ("v2.9.0", "too old")])
def test_an_engine_of_another_age_is_told(version: str, words: str, tmp_path: Path, shell: dict[str, str]) -> None:
    _engine(tmp_path / "bin" / "pulumi", version)
    (found,) = _told(tmp_path, shell)
    assert found[0] == "engine"
    assert words in found[1]
    assert version.removeprefix("v") in found[1]


def test_a_passphrase_must_be_the_settings_files_own_and_in_the_shell(
    tmp_path: Path, shell: dict[str, str], cloud: tuple[Cloud, str]
) -> None:
    cloud[0].state = _state(secrets=PASSPHRASE)
    (other,) = _told(tmp_path, shell, settings="encryptionsalt: v1:another\n")
    assert "another salt" in other[1]
    (none,) = _told(tmp_path, shell, settings=f"encryptionsalt: {SALT}\n")
    assert "this shell has none" in none[1]
    assert _told(tmp_path, {**shell, "PULUMI_CONFIG_PASSPHRASE": "x"}, settings=f"encryptionsalt: {SALT}\n") == []


def test_a_bucket_that_does_not_answer_is_told(tmp_path: Path, shell: dict[str, str]) -> None:
    url = f"s3://{BUCKET}?region={REGION}&endpoint=127.0.0.1:9&disableSSL=true"
    (found,) = _told(tmp_path, {**shell, "PULUMI_BACKEND_URL": url})
    assert found[0] == "backend"
    assert "does not answer (EndpointConnectionError at http://127.0.0.1:9)" in found[1]


def test_all_that_this_machine_lacks_is_told_at_once_with_exit_code_2(tmp_path: Path, shell: dict[str, str]) -> None:
    _engine(tmp_path / "bin" / "pulumi", "v3.100.0")
    with pytest.raises(CommandError) as refused:
        demand(_target(tmp_path, {**shell, "AWS_REGION": "us-east-1", "PULUMI_BACKEND_URL": ""}))
    assert refused.value.code == 2
    lines = str(refused.value).splitlines()
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "backend",
        "remedy",
        "region",
        "remedy",
        "engine",
        "remedy",
    ]


def test_the_copy_in_the_recovery_region_serves_too(
    tmp_path: Path, shell: dict[str, str], cloud: tuple[Cloud, str]
) -> None:
    cloud[0].region = "eu-west-1"
    url = f"s3://kestrel-billing-prod-state-copy-{ACCOUNT}?region=eu-west-1&endpoint={cloud[1]}&disableSSL=true"
    assert _told(tmp_path, {**shell, "PULUMI_BACKEND_URL": url}) == []
