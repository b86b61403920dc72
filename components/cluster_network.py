"""Whom the pods of the platform talk to: the API server, AWS, Prometheus, and what each of them is asked by."""

from dataclasses import dataclass
from typing import Any

from components.charts.prometheus import PORT as PROMETHEUS_PORT
from components.network_policies import (
    POD_IDENTITY_AGENT,
    POD_IDENTITY_PORT,
    PUBLIC,
    addresses,
    allow_in,
    allow_out,
    in_namespace,
)

Spec = Any  # a plain dictionary
TELEMETRY, DASHBOARDS = "platform-telemetry", "platform-dashboards"
_HTTPS, _KUBELET = 443, 10250


@dataclass(frozen=True, kw_only=True)
class ClusterNetwork:
    """`vpc_cidr`: where nodes, endpoints and the API server's interfaces stand. `service_cidr`: the cluster's own."""

    vpc_cidr: str
    service_cidr: str

    def to_api_server(self) -> Spec:
        """And to AWS, where the VPC has an endpoint of the service."""
        return allow_out({}, addresses(self.vpc_cidr, self.service_cidr), [_HTTPS])

    def to_aws_endpoints(self) -> Spec:
        """To AWS where the VPC has an endpoint of the service."""
        return allow_out({}, addresses(self.vpc_cidr), [_HTTPS])

    def to_aws_credentials(self) -> Spec:
        return allow_out({}, [POD_IDENTITY_AGENT], [POD_IDENTITY_PORT])

    def to_public_https(self) -> Spec:
        """What the VPC has no endpoint for; a policy knows no host names."""
        return allow_out({}, [PUBLIC], [_HTTPS])

    def to_prometheus(self) -> Spec:
        return allow_out({}, [in_namespace(TELEMETRY), *addresses(self.service_cidr)], [PROMETHEUS_PORT])

    def to_metrics(self) -> Spec:
        """Of every pod, on whichever port it has them, and of kubelets."""
        anywhere: Spec = {"to": [{"namespaceSelector": {}}]}
        kubelets = {"to": addresses(self.vpc_cidr), "ports": [{"port": _KUBELET, "protocol": "TCP"}]}
        return {"podSelector": {}, "policyTypes": ["Egress"], "egress": [anywhere, kubelets]}

    def webhooks(self, port: int) -> Spec:
        """The API server comes from its interfaces in the VPC."""
        return allow_in({}, addresses(self.vpc_cidr), [port])


def metrics_scraped(*ports: int) -> Spec:
    """By Prometheus, wherever it is asked from."""
    return allow_in({}, [in_namespace(TELEMETRY)], ports)
