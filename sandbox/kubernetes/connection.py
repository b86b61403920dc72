"""One instance of the kubernetes provider: its cluster, and whether that has a control plane."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import engine_pb2

from sandbox import cluster as control_planes
from sandbox.cluster import ControlPlane
from sandbox.connections import EngineConnection
from sandbox.kubernetes import nodes, releases
from sandbox.kubernetes.api import Strike
from sandbox.kubernetes.asked import Asked, Cluster
from sandbox.kubernetes.config import Settings, settings
from sandbox.kubernetes.inputs import id_of
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.live import Live
from sandbox.kubernetes.recorded import RECORDS, WHY, Recorded
from sandbox.kubernetes.replacement import replacing


@dataclass
class KubernetesConnection(EngineConnection):
    """What one provider instance of one engine was configured with."""

    directory: Path = Path()  # of the sandbox
    strike: Strike | None = None
    settings: Settings | None = None
    cluster: Cluster | None = None
    backend: Any = None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def configure(self, values: Mapping[str, Any]) -> None:
        """For known settings; raises ValueError with what is wrong with them."""
        self.settings = settings(values)
        self.cluster = _found(self.settings)
        plane = control_planes.find(self.directory)
        if plane:
            claim(plane, self.cluster)
            nodes.follow(plane, self.cluster)
        self.backend = Live(plane, self.strike) if plane else Recorded()

    def cancel(self) -> None:
        self.cancelled.set()

    def asked(self, **request: Any) -> Asked:
        """The object of one request; ValueError on a connection that was never configured."""
        if self.settings is None or self.cluster is None:
            raise ValueError("the kubernetes provider is not configured on this connection: run the command again")
        urn = request["urn"]
        return Asked(
            cluster=self.cluster,
            settings=self.settings,
            cancelled=self.cancelled,
            say=lambda message: self.log(message, urn, engine_pb2.INFO, passing=True),
            warn=lambda message: self.warn_once((urn, message), f"{urn.rpartition('::')[2]}: {message}", urn),
            tell=lambda message: self.warn_once((message,), f"sandbox: {message}", urn),
            **request,
        )

    def was_recorded(self, kind: Kind, inputs: Mapping[str, Any]) -> bool:
        """Whether there is a control plane now, but this object is only recorded yet."""
        if not self.is_live or self.cluster is None or "metadata" not in inputs:
            return False
        return RECORDS.has(self.cluster, kind, id_of(inputs))

    def replacing(self, kind: Kind, old: Mapping[str, Any]) -> tuple[str, ...]:
        """The fields of which a change replaces the object."""
        mutable = self.settings.mutable_kinds if self.settings else frozenset()
        return replacing(kind, contents_mutable=kind.name in mutable and not old.get("immutable"))

    @property
    def is_live(self) -> bool:
        return isinstance(self.backend, Live)

    def why_unchecked(self, *, release: bool) -> str:
        """Why nothing checks such a resource; empty when an API server does."""
        if release:
            return releases.WHY
        return "" if self.is_live else WHY

    def warn_unchecked(self, *, release: bool) -> None:
        """Say once for all of a kind that nothing checks them."""
        if reason := self.why_unchecked(release=release):
            what = "Helm releases are" if release else "Kubernetes objects are"
            self.warn_once((what,), f"sandbox: {what} {reason}")


def claim(plane: ControlPlane, cluster: Cluster) -> None:
    """Make the control plane that of this cluster; ValueError when it is another one's that still exists."""
    file = plane.directory / "cluster.json"
    with _CLAIMING:
        try:
            held = Cluster(**json.loads(file.read_text()))
        except FileNotFoundError:
            held = None
        # One that is not in moto is not known to exist: it gives way to one that is.
        if held and held.server != cluster.server and (_in_moto(held.server) or not cluster.account):
            raise ValueError(
                f"the control plane of this sandbox is cluster {held}'s, so it cannot be {cluster}'s as well: destroy "
                f"the environment of the former, or `platformctl sandbox reset` and deploy this one alone, or use "
                f"another checkout"
            )
        if held != cluster:
            new = file.with_suffix(".new")
            new.write_text(json.dumps(asdict(cluster)))
            new.replace(file)


def _found(configured: Settings) -> Cluster:
    return _in_moto(configured.server) or Cluster(configured.server, configured.cluster_name)


def _in_moto(server: str) -> Cluster | None:
    """The cluster of this endpoint, in whichever account it is."""
    if "moto.eks.models" not in sys.modules:
        return None
    from moto.backends import get_backend

    for account, regions in list(get_backend("eks").items()):
        for region, backend in list(regions.items()):
            for cluster in list(backend.clusters.values()):
                if str(cluster.endpoint).rstrip("/") == server:
                    return Cluster(server, cluster.name, account, region)
    return None


_CLAIMING = threading.Lock()
