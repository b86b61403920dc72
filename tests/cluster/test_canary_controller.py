"""The real controller as our service account: it releases and aborts, asks for nothing it may not, and tells."""

import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.controller_access import ControllerAccess, ControllerAccessArgs
from components.controller_grants import CONTROLLERS
from components.namespace import Namespace, NamespaceArgs
from components.release_notifications import notification_values
from sandbox import tools
from sandbox.cluster import ControlPlane
from tests.cluster.conftest import Api, eventually, pod
from tests.cluster.delivered import LABELS, manifests

SERVICE, OWN = "billing-controlled", CONTROLLERS["rollouts"].namespace
OTHER = "billing-closed"  # lets no controller in
ROLLOUT = "argoproj.io/v1alpha1"
MINE = {"argo-rollouts.argoproj.io/controller-instance-id": "own-rights"}


@dataclass
class Heard:
    """What the webhook was told."""

    url: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)

    def of(self, event: str) -> dict[str, Any] | None:
        return next((one for one in self.events if one["event"] == event), None)


@pytest.fixture(scope="module")
def heard() -> Iterator[Heard]:
    told = Heard()

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.events.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    told.url = f"http://127.0.0.1:{server.server_address[1]}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()


def _program() -> None:
    for name, controllers in ((SERVICE, ("rollouts",)), (OTHER, ()), (OWN, ())):
        args = NamespaceArgs(
            name=name,
            owner="payments",
            environment="prod",
            data_class="financial",
            pci_scope="cde",
            controllers=controllers,  # type: ignore[arg-type]
        )
        Namespace(name, args)
    ControllerAccess("rollouts", ControllerAccessArgs(controller="rollouts", labels=LABELS))


def _notifications(url: str) -> dict[str, Any]:
    """As the chart writes them (templates/controller/notifications-configmap.yaml)."""
    values = notification_values(url, "prod")
    data = {**values["notifiers"], **values["templates"], **values["triggers"]}
    meta = {"name": "argo-rollouts-notification-configmap", "namespace": OWN}
    data["subscriptions"] = yaml.safe_dump(values["subscriptions"])
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def _free_port() -> str:
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def _kubeconfig(plane: ControlPlane, token: str) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "it", "cluster": {"server": plane.url, "certificate-authority": str(plane.ca)}}],
            "users": [{"name": "it", "user": {"token": token}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
            "current-context": "it",
        }
    )


@pytest.fixture(scope="module")
def log(api: Api, plane: ControlPlane, heard: Heard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the controller logs, which runs with the rights of the platform's account."""
    made = manifests(_program)
    for manifest in (*made, _notifications(heard.url)):
        api.put(manifest)
    account = f"{api.path('v1', 'ServiceAccount', OWN)}/{CONTROLLERS['rollouts'].account}/token"
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    token = api.create(account, request)["status"]["token"]
    folder = tmp_path_factory.mktemp("controller")
    (folder / "kubeconfig").write_text(_kubeconfig(plane, token))
    found = tools.locate("rollouts-controller")
    assert found
    command = [str(found.path), "--kubeconfig", str(folder / "kubeconfig"), "--leader-elect=false"]
    command += [
        "--instance-id",
        next(iter(MINE.values())),
        "--healthzPort",
        _free_port(),
        "--metricsport",
        _free_port(),
    ]
    file = folder / "log"
    with file.open("w") as written:
        process = subprocess.Popen(command, stdout=written, stderr=written, env={**os.environ, "POD_NAMESPACE": OWN})
    yield file
    process.kill()
    process.wait()
    for manifest in made:
        if manifest["kind"] == "Namespace":
            api.remove("v1", "Namespace", "", manifest["metadata"]["name"])


def _rollout(namespace: str, digest: str) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": "api"}
    template = pod("unused", labels=labels)
    template["spec"]["containers"][0]["image"] = f"registry.test/app@sha256:{digest * 64}"
    template["spec"]["serviceAccountName"] = "default"
    steps = [{"setWeight": 50}, {"analysis": {"templates": [{"templateName": "trial"}]}}, {"pause": {}}]
    return {
        "apiVersion": ROLLOUT,
        "kind": "Rollout",
        "metadata": {"name": "api", "namespace": namespace, "labels": {**MINE, "platform/owner": "payments"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": template["spec"]},
            "strategy": {"canary": {"stableService": "stable", "canaryService": "canary", "steps": steps}},
        },
    }


def _trial() -> dict[str, Any]:
    """A job, as the preflight is one."""
    spec = {**pod("unused")["spec"], "restartPolicy": "Never"}
    job = {"spec": {"backoffLimit": 0, "template": {"metadata": {"labels": MINE}, "spec": spec}}}
    metric = {"name": "trial", "provider": {"job": job}}
    meta = {"name": "trial", "namespace": SERVICE, "labels": MINE}
    return {"apiVersion": ROLLOUT, "kind": "AnalysisTemplate", "metadata": meta, "spec": {"metrics": [metric]}}


def _status(api: Api, namespace: str = SERVICE) -> dict[str, Any]:
    found: dict[str, Any] = api.find(ROLLOUT, "Rollout", namespace, "api").get("status", {})
    return found


def test_a_release_goes_on_aborts_and_is_told_with_the_rights_of_the_platform(
    api: Api, log: Path, heard: Heard
) -> None:
    api.put(_trial())
    for name in ("stable", "canary"):
        spec = {"selector": {"app.kubernetes.io/name": "api"}, "ports": [{"port": 80}]}
        meta = {"name": name, "namespace": SERVICE}
        api.put({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})
    api.put(_rollout(SERVICE, "0"))
    eventually("it serves", lambda: _status(api).get("phase") == "Healthy", 60)
    api.put(_rollout(SERVICE, "1"))
    eventually("its trial runs", lambda: api.all("batch/v1", "Job", SERVICE), 60)
    eventually("it pauses", lambda: heard.of("paused"), 60)
    path = f"{api.path(ROLLOUT, 'Rollout', SERVICE)}/api"
    api.patch(f"{path}/status", {"status": {"abort": True}})
    told = eventually("the abort is told", lambda: heard.of("aborted"), 60)
    assert {key: told[key] for key in ("environment", "namespace", "rollout", "owner", "revision")} == {
        "environment": "prod",
        "namespace": SERVICE,
        "rollout": "api",
        "owner": "payments",
        "revision": "2",
    }
    assert "traffic is back on the stable version" in told["remedy"]
    eventually("it is back", lambda: _status(api).get("phase") == "Degraded", 60)
    refused = [line for line in log.read_text().splitlines() if "forbidden" in line.lower()]
    assert refused == []


def test_it_cannot_act_in_a_namespace_that_does_not_let_it_in(api: Api, log: Path) -> None:
    api.put(_rollout(OTHER, "0"))
    eventually("it is refused", lambda: f'namespace "{OTHER}"' in log.read_text().replace("\\", ""), 60)
    assert api.all("apps/v1", "ReplicaSet", OTHER) == []
