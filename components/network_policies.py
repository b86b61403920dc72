"""Network policies that every namespace of ours begins with."""

from typing import Any, Final

_DNS_PORTS = [{"port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")]
# A pod that no other policy lets out or in exchanges nothing (Kubernetes docs, "Network Policies", default deny).
DENY_ALL: Final[dict[str, Any]] = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
ALLOW_DNS: Final[dict[str, Any]] = {
    "podSelector": {},
    "policyTypes": ["Egress"],
    "egress": [
        {
            "to": [
                {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                }
            ],
            "ports": _DNS_PORTS,
        }
    ],
}
