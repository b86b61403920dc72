"""Changes of the objects of all releases as they happen, each with the moment at which it was seen."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import urllib3

from sandbox.cluster import ControlPlane

PATHS = {
    "Ingress": "/apis/networking.k8s.io/v1/ingresses",
    "ReplicaSet": "/apis/apps/v1/replicasets",
    "Rollout": "/apis/argoproj.io/v1alpha1/rollouts",
}
Listener = Callable[[float, str, dict[str, Any]], None]  # when, kind, object


class Watcher:
    """Tells the listener of a namespace every change in it, in order of each kind."""

    def __init__(self, plane: ControlPlane):
        self._url = plane.url
        self._pool = urllib3.PoolManager(
            maxsize=len(PATHS), ca_certs=str(plane.ca), cert_file=str(plane.certificate), key_file=str(plane.key)
        )
        self._listeners: dict[str, Listener] = {}
        self._ended = threading.Event()
        for kind, path in PATHS.items():
            threading.Thread(target=self._follow, args=(kind, path), daemon=True).start()

    def listen(self, namespace: str, listener: Listener) -> None:
        self._listeners[namespace] = listener

    def close(self) -> None:
        self._ended.set()
        self._pool.clear()

    def _follow(self, kind: str, path: str) -> None:
        while not self._ended.is_set():
            try:
                for one in self._changes(path):
                    listener = self._listeners.get(one["metadata"].get("namespace", ""))
                    if listener:
                        listener(time.monotonic(), kind, one)
            except (urllib3.exceptions.HTTPError, OSError, ValueError, KeyError):
                self._ended.wait(0.1)  # the connection ended, or the version that was asked for is too old

    def _changes(self, path: str) -> Iterator[dict[str, Any]]:
        found = json.loads(self._pool.request("GET", f"{self._url}{path}").data)
        yield from found["items"]
        query = f"watch=1&resourceVersion={found['metadata']['resourceVersion']}"
        answer = self._pool.request("GET", f"{self._url}{path}?{query}", preload_content=False)
        rest = b""
        for chunk in answer.stream(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                change = json.loads(line)
                if change["type"] == "ERROR":
                    raise ValueError(change["object"])
                if change["type"] != "DELETED":
                    yield change["object"]
