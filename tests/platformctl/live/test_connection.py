"""Whose credentials these are is settled before anything is read, with a message of its own for each way to fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from platformctl.errors import CommandError, Exit
from platformctl.live.connection import connect
from tests.platformctl.live.conftest import REGION, Cloud

OTHER = "999988887777"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL")


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in _KEYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    return monkeypatch


def _with_keys(shell: pytest.MonkeyPatch, endpoint: str) -> None:
    shell.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    shell.setenv("AWS_SECRET_ACCESS_KEY", "example")
    shell.setenv("AWS_ENDPOINT_URL", endpoint)


def _message(account: str = OTHER, role: str | None = None) -> str:
    with pytest.raises(CommandError) as caught:
        connect(account, REGION, role)
    assert caught.value.code is Exit.USAGE
    return str(caught.value)


def test_takes_the_credentials_of_the_environments_account(cloud: Cloud) -> None:
    assert cloud.account.account == cloud.engine.account


def test_refuses_another_account(cloud: Cloud) -> None:
    _ = cloud.account  # sets the shell's variables
    message = _message()
    assert cloud.engine.account in message
    assert OTHER in message


def test_takes_a_role_under_the_callers_name(cloud: Cloud) -> None:
    _ = cloud.account
    role = f"arn:aws:iam::{cloud.engine.account}:role/foundation/auditor"
    account = connect(cloud.engine.account, REGION, role)
    caller = account.boto.client("sts", endpoint_url=account.endpoint).get_caller_identity()["Arn"]
    assert caller.endswith("/platformctl-audit-live"), caller
    assert "auditor" in caller


@pytest.mark.parametrize("role", ["auditor", "arn:aws:iam::1:role/x", f"arn:aws:iam::{OTHER}:user/x"])
def test_refuses_what_is_no_role(role: str) -> None:
    assert "not the ARN of a role" in _message(role=role)


def test_refuses_a_role_of_another_account() -> None:
    assert "another account" in _message("111122223333", f"arn:aws:iam::{OTHER}:role/x")


def test_says_that_there_are_no_credentials(shell: pytest.MonkeyPatch) -> None:
    assert "no AWS credentials" in _message()


def test_says_that_a_profile_does_not_exist(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("AWS_PROFILE", "nobody")
    assert "nobody" in _message()


def test_says_that_nothing_answers(shell: pytest.MonkeyPatch) -> None:
    _with_keys(shell, "http://127.0.0.1:9")
    assert "does not answer at http://127.0.0.1:9" in _message()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ExpiredToken", "have expired"),
        ("InvalidClientTokenId", "does not know the credentials"),
        ("AccessDenied", "refuses to say who the caller is"),
    ],
)
def test_says_why_sts_refuses(shell: pytest.MonkeyPatch, code: str, said: str) -> None:
    with _sts_answering(code) as endpoint:
        _with_keys(shell, endpoint)
        assert said in _message()


@contextmanager
def _sts_answering(code: str) -> Iterator[str]:
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>".encode()

    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
