"""One control plane for all of these tests, a namespace for each, and calls of its API."""

from __future__ import annotations

import itertools
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox import cluster
from sandbox.cluster import ControlPlane
from sandbox.cluster.client import ApiError, Client

SCRAPE_INTERVAL_S = 1.0
_numbers = itertools.count(1)


class Api(Client):
    """The API as the administrator, by manifests and kinds rather than by paths."""

    def __init__(self, plane: ControlPlane):
        super().__init__(plane.url, plane.ca, plane.certificate, plane.key)
        self._kinds: dict[tuple[str, str], tuple[str, bool]] = {}

    def path(self, api_version: str, kind: str, namespace: str = "", name: str = "") -> str:
        """Where objects of a kind are; asked of the server, so also for kinds defined a moment ago."""
        base = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        if (api_version, kind) not in self._kinds:
            for one in self.get(base)["resources"]:
                if "/" not in one["name"]:
                    self._kinds[api_version, one["kind"]] = (one["name"], one["namespaced"])
        plural, namespaced = self._kinds[api_version, kind]
        scope = f"/namespaces/{namespace}" if namespaced and namespace else ""
        return f"{base}{scope}/{plural}{f'/{name}' if name else ''}"

    def put(
        self, manifest: Mapping[str, Any], namespace: str = "", *, manager: str = "test", force: bool = True
    ) -> Any:
        """Server-side apply; gives the object as it is kept. Raises ApiError.

        A namespace that an earlier test has deleted is awaited first: while it ends, nothing can be made in it.
        """
        metadata = manifest["metadata"]
        if manifest["kind"] == "Namespace":
            self._ended(metadata["name"])
        where = self.path(
            manifest["apiVersion"], manifest["kind"], metadata.get("namespace", namespace), metadata["name"]
        )
        return self.apply(where, manifest, manager=manager, force=force)

    def _ended(self, namespace: str) -> None:
        def gone() -> bool:
            found = self.find("v1", "Namespace", "", namespace)
            return found is None or found["status"]["phase"] != "Terminating"

        eventually(f"the earlier namespace {namespace} has ended", gone, 60)

    def find(self, api_version: str, kind: str, namespace: str, name: str) -> Any:
        """The object, or None."""
        try:
            return self.get(self.path(api_version, kind, namespace, name))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def all(self, api_version: str, kind: str, namespace: str = "", labels: str = "") -> list[Any]:
        """The objects of a kind; `labels` is a selector such as `app=x`."""
        query = f"?labelSelector={labels}" if labels else ""
        items: list[Any] = self.get(f"{self.path(api_version, kind, namespace)}{query}")["items"]
        return items

    def remove(self, api_version: str, kind: str, namespace: str, name: str) -> Any:
        return self.delete(self.path(api_version, kind, namespace, name))

    def allowed(
        self, verb: str, resource: str, namespace: str = "", *, user: str = "someone", groups: tuple[str, ...] = ()
    ) -> bool:
        """SubjectAccessReview; `resource` is as in `pods/exec` or `rollouts.argoproj.io/status`."""
        named, _, sub = resource.partition("/")
        plural, _, group = named.partition(".")
        attributes = {"verb": verb, "resource": plural, "group": group, "subresource": sub, "namespace": namespace}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {"user": user, "groups": [*groups, "system:authenticated"], "resourceAttributes": attributes},
        }
        answer = self.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
        return bool(answer["status"]["allowed"])


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane that ends with the session, and with this process at the latest."""
    directory = Path(tmp_path_factory.mktemp("sandbox"))
    yield cluster.start(directory, scrape_interval_s=SCRAPE_INTERVAL_S, die_with=os.getpid())
    cluster.stop(directory)


@pytest.fixture(scope="session")
def api(plane: ControlPlane) -> Api:
    return Api(plane)


@pytest.fixture
def namespace(api: Api, request: pytest.FixtureRequest) -> Iterator[str]:
    """A namespace of the test's own, without Pod Security; its end is not waited for."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:40].strip("-")
    name = f"{words}-{next(_numbers)}"
    api.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    yield name
    api.remove("v1", "Namespace", "", name)


def eventually(what: str, look: Callable[[], Any], timeout_s: float = 20) -> Any:
    """What `look` gives once it is true; fails with `what` and the last it gave."""
    until = time.monotonic() + timeout_s
    while not (seen := look()):
        if time.monotonic() > until:
            pytest.fail(f"{what}: not within {timeout_s:.0f} s; last seen: {seen!r}")
        time.sleep(0.1)
    return seen


def pod(name: str, *, labels: Mapping[str, str] | None = None, annotations: Mapping[str, str] | None = None) -> Any:
    """A pod that every Pod Security level admits."""
    security = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}
    container = {
        "name": "main",
        "image": "registry.test/app@sha256:" + "0" * 64,
        "securityContext": {**security, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels or {}, "annotations": annotations or {}},
        "spec": {"containers": [container]},
    }


def scrape(plane: ControlPlane, name: str, port: int, labels: Mapping[str, str]) -> None:
    """Let Prometheus scrape a port of loopback, with these labels: `job` is its job."""
    group = [{"targets": [f"127.0.0.1:{port}"], "labels": dict(labels)}]
    new = plane.targets / f".{name}.new"
    new.write_text(json.dumps(group))
    new.replace(plane.targets / f"{name}.json")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the control plane's tools: `-m "not cluster"` leaves it out."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.cluster)
