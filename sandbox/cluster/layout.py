"""Where a control plane's files and ports are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.cluster.ports import HOST, Ports

PORTS = (
    "etcd",
    "etcd-peer",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok",
    "rollouts-health",
    "rollouts-metrics",
    "prometheus",
)
ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")


@dataclass(frozen=True)
class Options:
    """What a control plane is started with."""

    zones: tuple[str, ...] = ZONES  # of the nodes
    scrape_interval_s: float = 15.0  # of Prometheus, and how often it evaluates rules

    def __post_init__(self) -> None:
        if not self.zones or len(set(self.zones)) != len(self.zones):
            raise ValueError(f"zones must be one or more different names, got {list(self.zones)}")
        if not 0.1 <= self.scrape_interval_s <= 300:
            raise ValueError(f"scrape_interval_s must be 0.1 to 300, got {self.scrape_interval_s}")


@dataclass(frozen=True)
class Layout:
    """The files of one control plane in `directory`, and the ports that are reserved for it."""

    directory: Path
    ports: Ports
    tools: Mapping[str, Path]  # executables by name
    options: Options = field(default_factory=Options)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.ports['kube-apiserver']}"

    @property
    def prometheus_url(self) -> str:
        return f"http://{HOST}:{self.ports['prometheus']}"

    def data(self, name: str) -> Path:
        return self.directory / "data" / name

    def log(self, name: str) -> Path:
        return self.directory / "logs" / f"{name}.log"

    def pki(self, file: str) -> Path:
        return self.directory / "pki" / file

    def kubeconfig(self, user: str) -> Path:
        return self.directory / "kubeconfig" if user == "admin" else self.directory / "pki" / f"{user}.kubeconfig"


def kubeconfig(layout: Layout, user: str) -> str:
    """The text of a kubeconfig that names the user's certificate and key; JSON, which is YAML."""
    cluster = {"server": layout.url, "certificate-authority": str(layout.pki("ca.crt"))}
    pair = {"client-certificate": str(layout.pki(f"{user}.crt")), "client-key": str(layout.pki(f"{user}.key"))}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "sandbox", "cluster": cluster}],
        "users": [{"name": user, "user": pair}],
        "contexts": [{"name": "sandbox", "context": {"cluster": "sandbox", "user": user}}],
        "current-context": "sandbox",
    }
    return json.dumps(content, indent=2) + "\n"
