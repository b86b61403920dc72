"""How the cluster is reached: kubeconfigs of every form that is used here."""

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from components.kubernetes_cluster import kubeconfig
from platformctl.errors import CommandError
from platformctl.releases import reach

DATA = base64.b64encode(b"an authority").decode()


made: list["Made"] = []


class Made:
    """What a client was made with."""

    def __init__(self, *arguments: Any) -> None:
        made.append(self)
        self.url, self.ca, self.certificate, self.key, self.token = arguments
        self.ca_text = self.ca.read_text()

    def call(self, method: str, path: str) -> str:
        return f"{self.token} {method} {path}"


@pytest.fixture(autouse=True)
def client(monkeypatch: pytest.MonkeyPatch) -> None:
    made.clear()
    monkeypatch.setattr(reach, "Client", Made)


@pytest.fixture
def aws(tmp_path: Path) -> dict[str, str]:
    """A PATH with an `aws` that makes a token, and notes how it was asked."""
    command = tmp_path / "aws"
    token = json.dumps({"kind": "ExecCredential", "status": {"token": "t-1"}})
    command.write_text(f"#!/bin/sh\necho \"$@\" > {tmp_path}/asked\necho '{token}'\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return {"PATH": f"{tmp_path}:/usr/bin:/bin"}


def provider(text: Any) -> dict[str, Any]:
    return {"type": "pulumi:providers:kubernetes", "inputs": {"kubeconfig": text}}


def test_what_the_component_writes_is_read(
    aws: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", aws["PATH"])
    written = kubeconfig(("billing-staging", "https://x.eks.amazonaws.com", DATA), "eu-central-1")
    with reach.cluster([provider(written)], aws) as client:
        assert client.get("/healthz") == "t-1 GET /healthz"
    (found,) = made
    assert (found.url, found.token, found.ca_text) == ("https://x.eks.amazonaws.com", "t-1", "an authority")
    assert not found.ca.exists()
    asked = (tmp_path / "asked").read_text().strip()
    assert asked == "eks get-token --cluster-name billing-staging --region eu-central-1 --output json"


def test_kubeconfig_counts_first(tmp_path: Path) -> None:
    (tmp_path / "ca").write_text("the file's")
    config = {
        "clusters": [
            {"name": "c", "cluster": {"server": "https://127.0.0.1", "certificate-authority": f"{tmp_path}/ca"}}
        ],
        "users": [{"name": "u", "user": {"client-certificate": "/c", "client-key": "/k"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    (tmp_path / "config").write_text(json.dumps(config))
    with reach.cluster([provider("no")], {"KUBECONFIG": str(tmp_path / "config")}):
        (found,) = made
        assert (found.url, found.certificate, found.token) == ("https://127.0.0.1", Path("/c"), "")
        assert found.ca_text == "the file's"


@pytest.mark.parametrize(
    ("resources", "variables", "why"),
    [
        ([], {}, "no Kubernetes provider"),
        ([provider({"4dabf18193072939515e22adb298388d": "secret"})], {}, "no Kubernetes provider"),
        ([provider("kind: Config")], {}, "not a kubeconfig"),
        ([provider("[")], {}, "not a kubeconfig"),
        ([], {"KUBECONFIG": "/nowhere"}, "/nowhere: No such file"),
    ],
)
def test_what_is_no_kubeconfig_is_named(resources: Any, variables: dict[str, str], why: str) -> None:
    with pytest.raises(CommandError, match=why), reach.cluster(resources, variables):
        pass


@pytest.mark.parametrize(
    ("script", "why"), [("exit 1", "made no token"), ("echo '{}'", "made no token"), (None, "is not on PATH")]
)
def test_a_command_without_a_token_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, why: str
) -> None:
    if script:
        (tmp_path / "aws").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "aws").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}")
    written = kubeconfig(("n", "https://x", DATA), "eu-central-1")
    with pytest.raises(CommandError, match=why), reach.cluster([provider(written)], {"PATH": f"{tmp_path}:/bin"}):
        pass


def test_a_token_is_made_anew_before_it_ends(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("platformctl.releases.reach.time.monotonic", lambda: now[0])
    written = kubeconfig(("n", "https://x", DATA), "eu-central-1")
    with reach.cluster([provider(written)], aws) as client:
        for now[0], clients in ((599.0, 1), (601.0, 2), (900.0, 2), (1202.0, 3)):
            assert client.get("/") == "t-1 GET /"
            assert len(made) == clients
