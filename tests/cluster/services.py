"""The four services as the program makes them, as manifests."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from components.billing_service import BillingService, BillingServiceArgs
from components.services.surroundings import DatabaseFacts, QueueFacts, SecretFacts
from stacks.services import QUEUES, SERVICES
from stacks.settings import load_file
from tests.components.conftest import Made, build
from tests.components.services_cases import surroundings

ROOT = Path(__file__).resolve().parents[2]
# EKS brings the kind with its cluster; no module of Go that could be had has its definition.
NOT_SERVED = frozenset({"SecurityGroupPolicy"})


@cache
def manifests(environment: str = "staging") -> tuple[dict[str, Any], ...]:
    """Every Kubernetes object of the services, in the order in which they are made."""
    settings = load_file(ROOT / f"Pulumi.{environment}.yaml")
    around = surroundings(
        environment=environment,
        databases={
            name: DatabaseFacts(endpoint=f"{name}.db.example", port=5432, database=name)
            for name in settings.data.databases
        },
        queues={
            one.name: QueueFacts(arn=f"arn:{one.name}", url=f"https://{one.name}", data_class=one.data_class)
            for one in QUEUES
        },
        secrets={
            name: SecretFacts(secret_name=f"{environment}/{one.service}/{name}", data_class=one.data_class)
            for name, one in settings.secrets.credentials.items()
        },
    )
    blocks = {host: tuple(map(str, blocks)) for host, blocks in settings.services.egress.items()}
    around = _with_egress(around, blocks)

    def program() -> None:
        for service in SERVICES:
            release = settings.services.releases[service.name].release
            args = BillingServiceArgs(definition=service, release=release, around=around)
            BillingService(f"service-{service.name}", args)

    return tuple(_manifest(made) for made in build(program).resources if made.type.startswith("kubernetes:"))


def _with_egress(around: Any, blocks: Mapping[str, tuple[str, ...]]) -> Any:
    from dataclasses import replace

    return replace(around, blocks=replace(around.blocks, egress=blocks))


def _manifest(made: Made) -> dict[str, Any]:
    _, version, kind = made.type.split(":")
    version = version.removeprefix("core/")
    return {"apiVersion": version, "kind": kind, **_plain(made.inputs)}


def _plain(value: Any) -> Any:
    """Numbers as they were: what is sent to the engine has but one kind of them."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
