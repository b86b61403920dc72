"""What services are delivered with: who may do what in the cluster, what it admits, and the controllers."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Resource

from components.namespace import Namespace


@dataclass(frozen=True)
class Delivery:
    """What services need of it.

    namespaces: of the platform, by name. prometheus_url: asked by analyses. otlp_endpoint: where services send
    traces to. ingress_class: of every Ingress. secret_reader_role_arn: takes a service's role to read its secrets.
    ready: what services wait for, so that their kinds exist and what they ask for is admitted or refused.
    """

    namespaces: Mapping[str, Namespace]
    prometheus_url: str
    otlp_endpoint: str
    ingress_class: str
    secret_reader_role_arn: str
    ready: tuple[Resource, ...]
