"""Plans of the classes, as tests want them."""

from dataclasses import replace
from typing import Any

from components.canary.plan import CanaryPlan, ExpectedTraffic, Preflight, RiskClass
from components.slo.standard import standard_levels

CLASSES: tuple[RiskClass, ...] = ("payment-write", "read", "webhook-out", "worker")
PREFLIGHT = Preflight(
    image=f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/billing-api@sha256:{'0' * 64}",
    url="https://api.billing.example/",
    service_account="billing-api",
)
_API = CanaryPlan(
    service="billing-api",
    namespace="billing-api",
    risk="payment-write",
    traffic=ExpectedTraffic(requests_per_s=50, charges_per_s=8),
    prometheus_url="http://prometheus.platform-telemetry:9090",
    latency_objective_s=1.5,
    owner="payments",
    preflight=PREFLIGHT,
)


def plan(risk: RiskClass = "payment-write", **changes: Any) -> CanaryPlan:
    return replace(_API, risk=risk, **{"levels": standard_levels(_API.service, _API.owner, risk), **changes})
