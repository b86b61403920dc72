"""The processes of the control plane: what each is started with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sandbox.cluster.layout import Layout
from sandbox.cluster.ports import HOST
from sandbox.cluster.stages import FILE as STAGES

SERVICES = "10.96.0.0/16"
PODS = "10.244.0.0/16"
ROLLOUTS_NAMESPACE = "platform-rollouts"  # where the controller looks for its notifications' settings
ISSUER = "https://kubernetes.default.svc.cluster.local"
Command = list[str | Path]


def etcd(layout: Layout) -> Command:
    client, peer = (f"https://{HOST}:{layout.ports[name]}" for name in ("etcd", "etcd-peer"))
    pair = {"cert-file": "etcd.crt", "key-file": "etcd.key", "trusted-ca-file": "etcd-ca.crt"}
    flags = {
        "name": "sandbox",
        "data-dir": layout.data("etcd"),
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"sandbox={peer}",
        "client-cert-auth": "true",
        "peer-client-cert-auth": "true",
        **{name: layout.pki(file) for name, file in pair.items()},
        **{f"peer-{name}": layout.pki(file) for name, file in pair.items()},
        "unsafe-no-fsync": "true",  # what it holds ends with it
        "log-level": "warn",
    }
    return _command(layout, "etcd", flags)


def kube_apiserver(layout: Layout) -> Command:
    flags = {
        "bind-address": HOST,
        "secure-port": layout.ports["kube-apiserver"],
        "advertise-address": HOST,
        "endpoint-reconciler-type": "none",  # an address on loopback may not be an endpoint
        "etcd-servers": f"https://{HOST}:{layout.ports['etcd']}",
        "etcd-cafile": layout.pki("etcd-ca.crt"),
        "etcd-certfile": layout.pki("apiserver-etcd-client.crt"),
        "etcd-keyfile": layout.pki("apiserver-etcd-client.key"),
        "tls-cert-file": layout.pki("apiserver.crt"),
        "tls-private-key-file": layout.pki("apiserver.key"),
        "client-ca-file": layout.pki("ca.crt"),
        "anonymous-auth": "false",
        "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction",  # PodSecurity and ValidatingAdmissionPolicy are on by default
        "allow-privileged": "true",  # as in EKS: policies refuse privileged pods, not this flag
        "service-cluster-ip-range": SERVICES,
        "service-account-issuer": ISSUER,
        "service-account-key-file": layout.pki("service-accounts.pub"),
        "service-account-signing-key-file": layout.pki("service-accounts.key"),
        "audit-policy-file": layout.directory / "audit-policy.json",
        "audit-log-path": layout.directory / "logs" / "audit.log",
        "audit-log-maxsize": 50,  # MB
        "audit-log-maxbackup": 1,
        "profiling": "false",
    }
    return _command(layout, "kube-apiserver", flags)


def kube_controller_manager(layout: Layout) -> Command:
    flags = {
        "kubeconfig": layout.kubeconfig("kube-controller-manager"),
        **_serving(layout, "kube-controller-manager"),
        "leader-elect": "false",
        "use-service-account-credentials": "true",
        "service-account-private-key-file": layout.pki("service-accounts.key"),
        "root-ca-file": layout.pki("ca.crt"),
        "cluster-signing-cert-file": layout.pki("ca.crt"),
        "cluster-signing-key-file": layout.pki("ca.key"),
        "kube-api-qps": 200,
        "kube-api-burst": 400,
        "profiling": "false",
    }
    return _command(layout, "kube-controller-manager", flags)


def kube_scheduler(layout: Layout) -> Command:
    flags = {
        "kubeconfig": layout.kubeconfig("kube-scheduler"),
        **_serving(layout, "kube-scheduler"),
        "leader-elect": "false",
        "kube-api-qps": 200,
        "kube-api-burst": 400,
        "profiling": "false",
    }
    return _command(layout, "kube-scheduler", flags)


def _serving(layout: Layout, name: str) -> dict[str, object]:
    """Health is served to all who ask; the rest to nobody, as no kubeconfig says who may."""
    pair = {"tls-cert-file": layout.pki("loopback.crt"), "tls-private-key-file": layout.pki("loopback.key")}
    return {"bind-address": HOST, "secure-port": layout.ports[name], **pair}


def kwok(layout: Layout) -> Command:
    flags = {
        "kubeconfig": layout.kubeconfig("kwok"),
        "config": layout.directory / STAGES,
        "manage-all-nodes": "true",
        "cidr": PODS,
        "node-lease-duration-seconds": 40,
        "server-address": f"{HOST}:{layout.ports['kwok']}",
    }
    return _command(layout, "kwok", flags)


def rollouts_controller(layout: Layout) -> Command:
    """Its two ports answer on every address of the machine, which it cannot be told otherwise; they change nothing."""
    flags = {
        "kubeconfig": layout.kubeconfig("rollouts-controller"),
        "leader-elect": "false",
        "healthzPort": layout.ports["rollouts-health"],
        "metricsPort": layout.ports["rollouts-metrics"],
    }
    return _command(layout, "rollouts-controller", flags)


def prometheus(layout: Layout) -> Command:
    flags = {
        "config.file": layout.directory / "prometheus" / "prometheus.json",
        "storage.tsdb.path": layout.data("prometheus"),
        "storage.tsdb.retention.time": "1d",
        "web.listen-address": f"{HOST}:{layout.ports['prometheus']}",
        "log.level": "warn",
    }
    return _command(layout, "prometheus", flags)


def _command(layout: Layout, name: str, flags: dict[str, object]) -> Command:
    return [layout.tools[name], *(f"--{flag}={value}" for flag, value in flags.items())]


# In the order of starting: the first three need nobody, the others an API server that is ready.
COMMANDS: dict[str, Callable[[Layout], Command]] = {
    "etcd": etcd,
    "kube-apiserver": kube_apiserver,
    "prometheus": prometheus,
    "kube-controller-manager": kube_controller_manager,
    "kube-scheduler": kube_scheduler,
    "kwok": kwok,
    "rollouts-controller": rollouts_controller,
}
FIRST = ("etcd", "kube-apiserver", "prometheus")
RESTARTABLE = ("kwok", "prometheus", "rollouts-controller")  # what the others outlive
ENVIRONMENT = {"POD_NAMESPACE": ROLLOUTS_NAMESPACE}
