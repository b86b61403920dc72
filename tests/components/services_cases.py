"""A service and its surroundings, as tests of services change them."""

from typing import Any

from components.billing_service import BillingServiceArgs
from components.canary_strategy import ExpectedTraffic
from components.services.definition import DatabaseUse, Migration, Release, Resources, ServiceDefinition
from components.services.surroundings import (
    Blocks,
    DatabaseFacts,
    NodePool,
    QueueFacts,
    SecretFacts,
    Surroundings,
    WayIn,
)

ACCOUNT, REGION = "123456789012", "eu-central-1"
DIGEST = f"sha256:{'ab12' * 16}"
CARDS, RAIL = "api.cards.example", "api.rail.example"


def definition(**changes: Any) -> ServiceDefinition:
    """A service that uses everything there is."""
    values: dict[str, Any] = {"name": "api", "owner": "payments", "risk": "payment-write"}
    values |= {"data_class": "financial", "pci_scope": "cde", "routes": ("/v1", "/v2"), "public": True}
    values |= {"resources": Resources(cpu_m=500, memory_mib=768), "databases": (DatabaseUse("ledger", 5),)}
    values |= {"migrations": (Migration(database="ledger", command=("/app/migrate",)),)}
    values |= {"sends": ("entries",), "consumes": ("events",), "secrets": ("cards",), "egress_hosts": (CARDS,)}
    return ServiceDefinition(**{**values, **changes})


def worker(**changes: Any) -> ServiceDefinition:
    """A service that needs nothing but itself."""
    values: dict[str, Any] = {"name": "sweeper", "owner": "ledger", "risk": "worker"}
    return ServiceDefinition(**{**values, "data_class": "internal", "pci_scope": "connected", **changes})


def release(**changes: Any) -> Release:
    values: dict[str, Any] = {"digest": DIGEST, "replicas_min": 3, "replicas_max": 9, "host": "api.billing.example"}
    return Release(**{**values, "traffic": ExpectedTraffic(requests_per_s=40, charges_per_s=8), **changes})


def surroundings(**changes: Any) -> Surroundings:
    queue = f"{REGION}:{ACCOUNT}:prod"
    values: dict[str, Any] = {
        "environment": "prod",
        "account_id": ACCOUNT,
        "region": REGION,
        "cluster_name": "billing-prod",
        "zones": 3,
        "node_pools": {"cde": NodePool("platform/pci-scope", "cde", tainted=True)},
        "registry": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com",
        "prometheus_url": "http://prometheus.platform-telemetry.svc:9090",
        "telemetry_url": "http://collector.platform-telemetry.svc:4317",
        "reader_role_arn": f"arn:aws:iam::{ACCOUNT}:role/platform/prod-external-secrets",
        "blocks": Blocks(
            databases=("10.1.0.0/24", "10.1.1.0/24"),
            endpoints=("10.2.0.0/20",),
            public=("10.3.0.0/24",),
            internal=("10.2.0.0/20", "10.4.0.0/22"),
            egress={CARDS: ("203.0.113.0/25",), RAIL: ("198.51.100.16/28",)},
        ),
        "way_in": WayIn(
            ingress_class="alb",
            certificate_arn="arn:certificate",
            web_acl_arn="arn:acl",
            access_log_bucket="kestrel-prod-access-logs",
        ),
        "cluster_group_id": "sg-nodes",
        "database_clients_group_id": "sg-clients",
        "databases": {
            "ledger": DatabaseFacts(endpoint="ledger.example", port=5432, database="ledger"),
            "subscriptions": DatabaseFacts(endpoint="s.example", port=5432, database="s"),
        },
        "queues": {
            name: QueueFacts(arn=f"arn:aws:sqs:{queue}-{name}", url=f"https://sqs/{name}", data_class=data_class)  # type: ignore[arg-type]
            for name, data_class in {"entries": "financial", "events": "personal", "other": "financial"}.items()
        },
        "secrets": {
            "cards": SecretFacts(secret_name="prod/api/cards", data_class="financial"),
            "mail": SecretFacts(secret_name="prod/webhooks/mail", data_class="internal"),
        },
    }
    return Surroundings(**{**values, **changes})


def arguments(
    service: ServiceDefinition | None = None, released: Release | None = None, **around: Any
) -> BillingServiceArgs:
    return BillingServiceArgs(
        definition=service or definition(), release=released or release(), around=surroundings(**around)
    )
