"""What an environment offers to its services: addresses, databases, queues, credentials, and the way in."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input

from components.services.definition import ServiceDefinition
from components.tags import DataClass, PciScope


@dataclass(frozen=True, kw_only=True)
class DatabaseFacts:
    """`database`: the one inside that services use."""

    endpoint: Input[str]
    port: int
    database: str


@dataclass(frozen=True, kw_only=True)
class QueueFacts:
    arn: str
    url: str
    data_class: DataClass


@dataclass(frozen=True, kw_only=True)
class SecretFacts:
    """`secret_name`: environment/service/name."""

    secret_name: str
    data_class: DataClass


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """IPv4 blocks by what stands there: `databases` the isolated tier, `endpoints` the interface endpoints of AWS,
    `public` and `internal` the load balancers. `egress`: of each host outside, by host.
    """

    databases: tuple[str, ...]
    endpoints: tuple[str, ...]
    public: tuple[str, ...]
    internal: tuple[str, ...]
    egress: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class WayIn:
    """Of the load balancers: certificate, web ACL of the public ones, and the bucket of their access logs, if any."""

    ingress_class: str
    certificate_arn: str
    web_acl_arn: Input[str]
    access_log_bucket: str | None = None


@dataclass(frozen=True)
class NodePool:
    """Nodes that are kept for some pods: their label, and the taint of the same key and value, if they have one."""

    key: str
    value: str
    tainted: bool


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """All that services are placed in.

    `zones`: how many the nodes stand in. `node_pools`: nodes that are kept for a scope; what has none runs anywhere.
    `registry`: the host of the images. `reader_role_arn`: of External Secrets, which takes a service's own role to read
    its credentials.
    """

    environment: str
    account_id: str
    region: str
    cluster_name: str
    zones: int
    node_pools: Mapping[PciScope, NodePool]
    registry: str
    prometheus_url: str
    telemetry_url: str  # of the collector, OTLP over gRPC
    reader_role_arn: str
    blocks: Blocks
    way_in: WayIn
    cluster_group_id: Input[str]  # the security group of the nodes
    database_clients_group_id: Input[str]  # which pods that use a database carry besides
    databases: Mapping[str, DatabaseFacts]
    queues: Mapping[str, QueueFacts]
    secrets: Mapping[str, SecretFacts]

    def check(self, service: ServiceDefinition) -> None:
        """Raises ValueError for a dependency that the environment does not have."""
        offered: tuple[tuple[str, list[str], Mapping[str, object]], ...] = (
            ("databases", [database.name for database in service.databases], self.databases),
            ("sends", [*service.sends], self.queues),
            ("consumes", [*service.consumes], self.queues),
            ("secrets", [*service.secrets], self.secrets),
            ("egress_hosts", [host for host in service.egress_hosts if host != "*"], self.blocks.egress),
        )
        for key, wanted, there in offered:
            for name in wanted:
                if name not in there:
                    known = ", ".join(sorted(there)) or "none"
                    where = f"{key} of service {service.name} must be among those of {self.environment}: {known}"
                    raise ValueError(f"{where}; got {name!r}: add it to the environment, or correct the name")
