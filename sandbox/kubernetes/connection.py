"""One instance of the kubernetes provider: its cluster, and whether that has a control plane."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import engine_pb2

from sandbox.connections import EngineConnection
from sandbox.kubernetes import releases
from sandbox.kubernetes.asked import Asked, Cluster
from sandbox.kubernetes.config import Settings, settings
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.recorded import WHY, Recorded
from sandbox.kubernetes.replacement import replacing


@dataclass
class KubernetesConnection(EngineConnection):
    """What one provider instance of one engine was configured with."""

    directory: Path = Path()  # of the sandbox
    settings: Settings | None = None
    cluster: Cluster | None = None
    backend: Any = None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def configure(self, values: Mapping[str, Any]) -> None:
        """For known settings; raises ValueError with what is wrong with them."""
        self.settings = settings(values)
        self.cluster = _found(self.settings)
        self.backend = Recorded()

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
            **request,
        )

    def replacing(self, kind: Kind, old: Mapping[str, Any]) -> tuple[str, ...]:
        """The fields of which a change replaces the object."""
        mutable = self.settings.mutable_kinds if self.settings else frozenset()
        return replacing(kind, contents_mutable=kind.name in mutable and not old.get("immutable"))

    def why_unchecked(self, *, release: bool) -> str:
        """Why nothing checks such a resource; empty when an API server does."""
        return releases.WHY if release else WHY

    def warn_unchecked(self, *, release: bool) -> None:
        """Say once for all of a kind that nothing checks them."""
        if reason := self.why_unchecked(release=release):
            what = "Helm releases are" if release else "Kubernetes objects are"
            self.warn_once((what,), f"sandbox: {what} {reason}")


def _found(configured: Settings) -> Cluster:
    """The cluster of this endpoint in moto, in whichever account it is."""
    if "moto.eks.models" in sys.modules:
        from moto.backends import get_backend

        for account, regions in list(get_backend("eks").items()):
            for region, backend in list(regions.items()):
                for cluster in list(backend.clusters.values()):
                    if str(cluster.endpoint).rstrip("/") == configured.server:
                        return Cluster(configured.server, cluster.name, account, region)
    return Cluster(configured.server, configured.cluster_name)
