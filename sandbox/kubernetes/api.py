"""The API server of a control plane, by kinds and names rather than by paths."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.cluster import ControlPlane
from sandbox.cluster.client import ApiError, Client
from sandbox.faults import Struck
from sandbox.kubernetes.kinds import Kind
from sandbox.retry import ATTEMPTS, BACKOFF_FIRST_S, BACKOFF_MOST_S, CloudError

_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_BUSY = (429, 503)
_REFUSALS = {
    "throttled": (
        429,
        "TooManyRequests",
        "the server has received too many requests",
    ),
    "denied": (403, "Forbidden", "an ordered fault denies it"),
}
Strike = Callable[[str, Callable[[], Any]], Any]
FRESH_S = 0.5  # how long an answer to "is there such a kind?" is believed when it was no
Manifest = Mapping[str, Any]


class NoSuchKindError(CloudError):
    """The API server has no such kind: its definition is missing, or not yet served."""


@dataclass(frozen=True)
class Place:
    """Where the objects of a kind are."""

    plural: str
    namespaced: bool


class Api:
    """One control plane, as the provider calls it."""

    def __init__(self, plane: ControlPlane, strike: Strike | None = None):
        """`strike` is told of each call, as "PATCH Deployment", and may do something else instead: ordered faults."""
        self._strike = strike
        self._client = Client(plane.url, plane.ca, plane.certificate, plane.key)
        self._lock = threading.Lock()
        self._places: dict[Kind, Place] = {}
        self._asked = -FRESH_S

    def place(self, kind: Kind) -> Place:
        """Where this kind's objects are; raises NoSuchKindError."""
        with self._lock:
            if kind not in self._places and time.monotonic() - self._asked >= FRESH_S:
                self._places = dict(self._discovered())
                self._asked = time.monotonic()
            if kind in self._places:
                return self._places[kind]
        raise NoSuchKindError(
            f"the API server has no kind {kind}: apply its CustomResourceDefinition first, or mend the version"
        )

    def serves(self, kind: Kind) -> bool:
        try:
            return bool(self.place(kind))
        except NoSuchKindError:
            return False

    def forget(self) -> None:
        """Ask for the kinds again: a definition has come or gone."""
        with self._lock:
            self._asked, self._places = -FRESH_S, {}

    def path(self, kind: Kind, namespace: str, name: str = "", **query: str) -> str:
        place = self.place(kind)
        base = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.api_version}"
        scope = f"/namespaces/{quote(namespace)}" if place.namespaced and namespace else ""
        asked = f"?{urlencode(query)}" if query else ""
        return f"{base}{scope}/{place.plural}{f'/{quote(name)}' if name else ''}{asked}"

    def get(self, kind: Kind, namespace: str, name: str) -> dict[str, Any] | None:
        """The object; None when there is none. Raises NoSuchKindError, ApiError."""
        try:
            found: dict[str, Any] = self._call("GET", kind, self.path(kind, namespace, name))
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        return found

    def all(self, kind: Kind, namespace: str, **query: str) -> list[dict[str, Any]]:
        """The objects of a kind; `query` is labelSelector or fieldSelector."""
        items: list[dict[str, Any]] = self._call("GET", kind, self.path(kind, namespace, **query)).get("items") or []
        return items

    def apply(
        self,
        kind: Kind,
        manifest: Manifest,
        manager: str,
        *,
        force: bool = False,
        dry_run: bool = False,
        warned: Callable[[str], None] = lambda _: None,
    ) -> dict[str, Any]:
        """Server-side apply; gives the object as it is, or with `dry_run` would be. Unknown fields are refused."""
        query = {"fieldManager": manager, "force": str(force).lower(), "fieldValidation": "Strict"}
        if dry_run:
            query["dryRun"] = "All"
        metadata = manifest["metadata"]
        path = self.path(kind, str(metadata.get("namespace") or ""), str(metadata["name"]), **query)
        applied: dict[str, Any] = self._call(
            "PATCH", kind, path, manifest, content_type="application/apply-patch+yaml", warned=warned
        )
        return applied

    def take_away(self, kind: Kind, live: Manifest, pointers: list[str], manager: str) -> dict[str, Any]:
        """Remove fields of the object as it was read, by JSON pointers; refused when it has changed since."""
        metadata = live["metadata"]
        version = {"op": "test", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"]}
        path = self.path(kind, str(metadata.get("namespace") or ""), str(metadata["name"]), fieldManager=manager)
        steps: Any = [version, *({"op": "remove", "path": pointer} for pointer in pointers)]
        changed: dict[str, Any] = self._call("PATCH", kind, path, steps, content_type="application/json-patch+json")
        return changed

    def delete(self, kind: Kind, namespace: str, name: str, *, policy: str, uid: str) -> None:
        options: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": policy}
        if uid:
            options["preconditions"] = {"uid": uid}
        self._call("DELETE", kind, self.path(kind, namespace, name), options)

    def _call(self, method: str, kind: Kind, path: str, body: Any = None, **more: Any) -> Any:
        """The answer; again with growing pauses while the server has too much to do."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._called(f"{method} {kind.name}", lambda: self._client.call(method, path, body, **more))
            except ApiError as error:
                if error.status not in _BUSY or attempt == ATTEMPTS:
                    raise
            time.sleep(random.uniform(0, min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2**attempt)))  # noqa: S311  jitter is no secret
        raise AssertionError("the last attempt returns or raises")

    def _called(self, operation: str, call: Callable[[], Any]) -> Any:
        if self._strike is None:
            return call()
        try:
            return self._strike(operation, call)
        except Struck as struck:
            raise ApiError(*_REFUSALS[str(struck)]) from None

    def _discovered(self) -> Mapping[Kind, Place]:
        found: dict[Kind, Place] = {}
        for root in ("/api", "/apis"):
            for group in self._client.call("GET", root, headers={"Accept": _DISCOVERY})["items"]:
                name = group["metadata"].get("name", "")
                for version in group["versions"]:
                    for one in version.get("resources") or ():
                        kind = Kind(name, version["version"], one["responseKind"]["kind"])
                        found[kind] = Place(one["resource"], one["scope"] == "Namespaced")
        return found
