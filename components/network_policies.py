"""Network policies: those that every namespace begins with, and the ways that they are opened by."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

Peer = Any  # one peer of a NetworkPolicy
Ports = Sequence[int]

# A pod that no other policy lets out or in exchanges nothing (Kubernetes docs, "Network Policies", default deny).
DENY_ALL: Final[Any] = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
# Where pods get credentials of AWS: EKS user guide, "Set up the Amazon EKS Pod Identity Agent".
POD_IDENTITY_AGENT: Final[Peer] = {"ipBlock": {"cidr": "169.254.170.23/32"}}
POD_IDENTITY_PORT: Final = 80
_PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
# Whatever has a public address, and nothing of ours or of the node.
PUBLIC: Final[Peer] = {"ipBlock": {"cidr": "0.0.0.0/0", "except": list(_PRIVATE)}}


def in_namespace(name: str, pods: Mapping[str, str] | None = None) -> Peer:
    """Pods of a namespace: all, or those that carry the labels."""
    peer: Peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
    return {**peer, "podSelector": {"matchLabels": dict(pods)}} if pods else peer


def addresses(*cidrs: str) -> list[Peer]:
    """Addresses of the network."""
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


def allow_out(pods: Mapping[str, str], to: Sequence[Peer], ports: Ports) -> Any:
    """`spec` of a policy that lets pods with the labels (all of the namespace: none) go to the peers."""
    rule = {"to": list(to), "ports": _tcp(ports)}
    return {"podSelector": _selector(pods), "policyTypes": ["Egress"], "egress": [rule]}


def allow_in(pods: Mapping[str, str], from_: Sequence[Peer], ports: Ports) -> Any:
    """`spec` of a policy that lets the peers come to pods with the labels."""
    rule = {"from": list(from_), "ports": _tcp(ports)}
    return {"podSelector": _selector(pods), "policyTypes": ["Ingress"], "ingress": [rule]}


def _selector(pods: Mapping[str, str]) -> dict[str, Any]:
    return {"matchLabels": dict(pods)} if pods else {}


def _tcp(ports: Ports) -> list[dict[str, Any]]:
    return [{"port": port, "protocol": "TCP"} for port in ports]


# Names alone: to the cluster's DNS, which EKS runs under this label.
ALLOW_DNS: Final[Any] = {
    "podSelector": {},
    "policyTypes": ["Egress"],
    "egress": [
        {
            "to": [in_namespace("kube-system", {"k8s-app": "kube-dns"})],
            "ports": [{"port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")],
        }
    ],
}
