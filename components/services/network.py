"""What a service's pods exchange with the rest: the namespace denies everything, these policies let in and out what
was declared. The namespace itself lets them ask the cluster's DNS.

A policy knows addresses, not names: hosts outside are let out to by the blocks that the environment gives for each.
"""

from collections.abc import Iterable
from typing import Any, Final

from components.services.definition import ANYWHERE, MANAGEMENT_PORT, ServiceDefinition
from components.services.pods import selector
from components.services.surroundings import Surroundings

TELEMETRY: Final = "platform-telemetry"
_HTTPS, _OTLP = 443, 4317
# EKS user guide, "Learn how EKS Pod Identity grants Pods access to AWS services": where its agent answers on the node.
_POD_IDENTITY_AGENT = "169.254.170.23/32"
_POD_IDENTITY_PORT = 80
# No part of the internet: IANA IPv4 special-purpose address registry (RFC 6890). What customers choose must not lead
# back to us or to the node's metadata.
NOT_INTERNET: Final = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)


def service_policy(service: ServiceDefinition, around: Surroundings) -> dict[str, Any]:
    """`spec` of the service's NetworkPolicy."""
    databases = [around.databases[used.name].port for used in service.databases]
    return {
        "podSelector": {"matchLabels": selector(service.name)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            *_from_load_balancers(service, around),
            *_from_preflight(service),
            _rule("from", [_namespace(TELEMETRY)], MANAGEMENT_PORT),
        ],
        "egress": [
            _rule("to", [_namespace(TELEMETRY)], _OTLP),
            *_common(around, databases),
            *_outside(service, around),
        ],
    }


def migration_policy(service: ServiceDefinition, around: Surroundings) -> dict[str, Any]:
    """`spec` of the NetworkPolicy of its migrations: to their databases, and nothing else."""
    databases = [around.databases[migration.database].port for migration in service.migrations]
    return {
        "podSelector": {"matchLabels": selector(service.name, "migration")},
        "policyTypes": ["Ingress", "Egress"],
        "egress": _common(around, databases),
    }


def preflight_policy(service: ServiceDefinition) -> dict[str, Any]:
    """`spec` of the NetworkPolicy of its preflight: to the service's own pods, as its customers come to them."""
    return {
        "podSelector": {"matchLabels": _preflight(service)},
        "policyTypes": ["Ingress", "Egress"],
        "egress": [_rule("to", [{"podSelector": {"matchLabels": selector(service.name)}}], service.port)],
    }


def _preflight(service: ServiceDefinition) -> dict[str, str]:
    """As components.canary.preflight labels the job's pod."""
    return {"app.kubernetes.io/name": f"{service.name}-preflight"}


def _common(around: Surroundings, database_ports: Iterable[int]) -> list[dict[str, Any]]:
    """AWS by its endpoints in the network, the credentials for it, and databases where there are any."""
    ports = sorted({*database_ports})
    return [
        *([_rule("to", _blocks(around.blocks.databases), *ports)] if ports else []),
        _rule("to", _blocks(around.blocks.endpoints), _HTTPS),
        _rule("to", _blocks([_POD_IDENTITY_AGENT]), _POD_IDENTITY_PORT),
    ]


def _from_load_balancers(service: ServiceDefinition, around: Surroundings) -> list[dict[str, Any]]:
    """Those that its routes are on; they ask for its health as well."""
    if not service.routes:
        return []
    blocks = around.blocks.public if service.public else around.blocks.internal
    return [_rule("from", _blocks(blocks), service.port, MANAGEMENT_PORT)]


def _from_preflight(service: ServiceDefinition) -> list[dict[str, Any]]:
    if service.preflight_account is None:
        return []
    return [_rule("from", [{"podSelector": {"matchLabels": _preflight(service)}}], service.port)]


def _outside(service: ServiceDefinition, around: Surroundings) -> list[dict[str, Any]]:
    if ANYWHERE in service.egress_hosts:
        internet = {"ipBlock": {"cidr": "0.0.0.0/0", "except": list(NOT_INTERNET)}}
        return [_rule("to", [internet], _HTTPS)]
    blocks = sorted({block for host in service.egress_hosts for block in around.blocks.egress[host]})
    return [_rule("to", _blocks(blocks), _HTTPS)] if blocks else []


def _namespace(name: str) -> dict[str, Any]:
    """Kubernetes sets this label itself, so that no namespace can pass for another."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _blocks(cidrs: Iterable[str]) -> list[dict[str, Any]]:
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


def _rule(direction: str, peers: list[dict[str, Any]], *ports: int) -> dict[str, Any]:
    return {direction: peers, "ports": [{"port": port, "protocol": "TCP"} for port in ports]}
