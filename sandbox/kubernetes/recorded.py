"""Objects of clusters without a control plane: kept in this process as they were asked for."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.kubernetes.asked import Asked, Cluster
from sandbox.kubernetes.inputs import id_of
from sandbox.kubernetes.kinds import Kind
from sandbox.retry import CloudError

WHY = "recorded only, not checked against an API server: no control plane; platformctl sandbox start --cluster"
_Place = tuple[str, str, str, str]  # server, group, kind, id


@dataclass(frozen=True)
class Record:
    """An object as asked for, by whom, and in which cluster."""

    cluster: Cluster
    manager: str
    manifest: Mapping[str, Any]


class Records:
    """What was recorded of every cluster."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[_Place, Record] = {}

    def put(self, it: Asked, id: str, manifest: Mapping[str, Any]) -> None:  # noqa: A002
        with self._lock:
            self._kept[_place(it, id)] = Record(it.cluster, it.manager, dict(manifest))

    def get(self, it: Asked, id: str) -> Record | None:  # noqa: A002
        with self._lock:
            return self._kept.get(_place(it, id))

    def remove(self, it: Asked, id: str) -> bool:  # noqa: A002
        with self._lock:
            return self._kept.pop(_place(it, id), None) is not None

    def has(self, cluster: Cluster, kind: Kind, id: str) -> bool:  # noqa: A002
        with self._lock:
            return (cluster.server, kind.group, kind.name, id) in self._kept

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def counts(self) -> Iterator[tuple[str, Counter[str]]]:
        """(account, {"kubernetes:deployment": 1}) of each cluster where something is recorded."""
        with self._lock:
            held = [(record.cluster.account or record.cluster.name, place[2]) for place, record in self._kept.items()]
        for account, kind in held:
            yield account, Counter({f"kubernetes:{kind.lower()}": 1})


RECORDS = Records()


class Recorded:
    """What the provider does with objects while there is no control plane."""

    def preview(self, it: Asked) -> dict[str, Any]:
        return it.kept({key: value for key, value in it.inputs.items() if key != "status"})

    def create(self, it: Asked) -> dict[str, Any]:
        it.id = id_of(it.inputs)
        found = RECORDS.get(it, it.id)
        if found and found.manager != it.manager and not it.settings.upsert:
            raise CloudError(
                f"{it} exists already, made by {found.manager}: another resource or stack made it; import it "
                f"(id {it.id}), or give one of them another name"
            )
        RECORDS.put(it, it.id, it.inputs)
        return it.kept(addressed(it.kind, it.inputs))

    def update(self, it: Asked) -> dict[str, Any]:
        if not RECORDS.get(it, it.id):
            raise CloudError(f"{it} does not exist any more: `pulumi refresh` forgets it, and the next update makes it")
        RECORDS.put(it, it.id, it.inputs)
        return it.kept(addressed(it.kind, it.inputs))

    def read(self, it: Asked) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The inputs as they would be asked for, and the state; None when it is gone."""
        found = RECORDS.get(it, it.id)
        if found is None:
            return None
        it.inputs = dict(found.manifest)
        return it.inputs, it.kept(addressed(it.kind, it.inputs))

    def delete(self, it: Asked) -> None:
        RECORDS.remove(it, it.id)


def addressed(kind: Kind, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The object with an address of nobody where a program reads a load balancer's, which nothing here makes."""
    status = manifest.get("status") or {}
    balanced = kind.name == "Ingress" or (
        kind.name == "Service" and (manifest.get("spec") or {}).get("type") == "LoadBalancer"
    )
    if not balanced or not kind.built_in or (status.get("loadBalancer") or {}).get("ingress"):
        return dict(manifest)
    metadata = manifest["metadata"]
    host = ".".join(filter(None, (metadata["name"], metadata.get("namespace"), "sandbox.invalid")))
    return {**manifest, "status": {**status, "loadBalancer": {"ingress": [{"hostname": host}]}}}


def _place(it: Asked, id: str) -> _Place:  # noqa: A002
    return it.cluster.server, it.kind.group, it.kind.name, id
