"""The way to a service's pods: its Services, and the load balancer's Ingress where it has routes."""

from collections.abc import Mapping
from typing import Any, Final

from pulumi import Input

from components.evidence.streams import LOAD_BALANCER_LOG_PREFIX
from components.services.definition import MANAGEMENT_PORT, Release, ServiceDefinition
from components.services.pods import selector
from components.services.surroundings import Surroundings

SERVICE_PORT: Final = 80
# Elastic Load Balancing user guide, "Security policies for your Application Load Balancer": TLS 1.3 and 1.2, with
# ciphers that are authenticated and forward secret alone.
TLS_POLICY: Final = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
METRICS_LABEL: Final[Mapping[str, str]] = {"platform/metrics": "scraped"}
_ALB = "alb.ingress.kubernetes.io"
_USE_ANNOTATION = "use-annotation"  # Argo Rollouts writes the action's annotation, and the weights into it
_DEREGISTRATION_S = 15  # shorter than what a pod waits before it ends, and finishes its work
_ATTRIBUTES = (  # Elastic Load Balancing user guide, "Edit attributes for your Application Load Balancer"
    "deletion_protection.enabled=true",
    "routing.http.drop_invalid_header_fields.enabled=true",
    "routing.http.desync_mitigation_mode=strictest",
)


def service_suffixes(service: ServiceDefinition) -> dict[str, bool]:
    """What its Services are called after its name, and whether Argo Rollouts narrows them to one version's pods.
    Without routes there is but one."""
    return {"": False, **({"-stable": True, "-canary": True} if service.routes else {})}


def service_spec(service: ServiceDefinition, *, narrowed: bool) -> dict[str, Any]:
    """`spec` of one of its Services. Whose pods a narrowed one means is Argo Rollouts' to say, by their hash: a
    selector of ours would be a second writer of the field, and an update of it would mix the versions.
    """
    http = {"name": "http", "port": SERVICE_PORT, "targetPort": "http", "protocol": "TCP"}
    management = {"name": "management", "port": MANAGEMENT_PORT, "targetPort": "management", "protocol": "TCP"}
    return {
        "type": "ClusterIP",
        **({} if narrowed else {"selector": selector(service.name)}),
        "ports": [*([http] if service.routes else []), management],
    }


def ingress_annotations(service: ServiceDefinition, around: Surroundings) -> dict[str, Input[str]]:
    """AWS Load Balancer Controller guide, "Ingress annotations". None for the action: it is Argo Rollouts' own field,
    and a second writer would reset the weights in the middle of a release.
    """
    way_in, name = around.way_in, f"{around.environment}-{service.name}"
    logs = way_in.access_log_bucket
    attributes = [*_ATTRIBUTES, *_access_logs(logs, name)] if logs else _ATTRIBUTES
    reached_from = ("0.0.0.0/0",) if service.public else around.blocks.internal
    found: dict[str, Input[str]] = {
        "scheme": "internet-facing" if service.public else "internal",
        "load-balancer-name": name,
        "target-type": "ip",
        "listen-ports": '[{"HTTPS": 443}]',
        "inbound-cidrs": ",".join(reached_from),
        "certificate-arn": way_in.certificate_arn,
        "ssl-policy": TLS_POLICY,
        "load-balancer-attributes": ",".join(attributes),
        "target-group-attributes": f"deregistration_delay.timeout_seconds={_DEREGISTRATION_S}",
        "healthcheck-port": str(MANAGEMENT_PORT),
        "healthcheck-path": "/health/ready",
        "healthcheck-interval-seconds": "5",
        "healthcheck-timeout-seconds": "2",
        "healthy-threshold-count": "2",
        "unhealthy-threshold-count": "2",
        "success-codes": "200",
        **({"wafv2-acl-arn": way_in.web_acl_arn} if service.public else {}),
    }
    return {f"{_ALB}/{key}": value for key, value in found.items()}


def ingress_spec(service: ServiceDefinition, release: Release, around: Surroundings) -> dict[str, Any]:
    """`spec` of the Ingress: the paths of the service on its host; every other request is answered with 404."""
    backend = {"service": {"name": service.name, "port": {"name": _USE_ANNOTATION}}}
    paths = [{"path": path, "pathType": "Prefix", "backend": backend} for path in service.routes]
    return {
        "ingressClassName": around.way_in.ingress_class,
        "tls": [{"hosts": [release.host]}],
        "rules": [{"host": release.host, "http": {"paths": paths}}],
    }


def _access_logs(bucket: str, name: str) -> tuple[str, ...]:
    return (
        "access_logs.s3.enabled=true",
        f"access_logs.s3.bucket={bucket}",
        f"access_logs.s3.prefix={LOAD_BALANCER_LOG_PREFIX}{name}",
    )
