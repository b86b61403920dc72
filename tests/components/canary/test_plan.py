"""Plans that could not be released by are refused, with what to do."""

from dataclasses import replace
from typing import Any

import pytest

from components.canary.plan import ExpectedTraffic, Preflight
from tests.components.canary.plans import PREFLIGHT, plan


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"service": "Billing"}, "service must be 1 to 40 of a-z 0-9 - and begin with a letter, got 'Billing'"),
        ({"service": 'x"} or vector(1) #'}, "service must be"),
        ({"service": "x" * 41}, "service must be 1 to 40"),
        ({"namespace": ""}, "namespace must be"),
        ({"owner": ""}, "owner must be"),
        ({"prometheus_url": "prometheus:9090"}, "prometheus_url must be http"),
        ({"latency_objective_s": 0}, "latency_objective_s must be above 0, got 0"),
        ({"latency_route": 'charge"'}, "latency_route must be"),
        ({"service_port": 0}, "service_port must be 1 to 65535, got 0"),
        ({"time_scale": 0}, "time_scale must be above 0 and at most 1, got 0"),
        ({"time_scale": 2}, "time_scale must be above 0 and at most 1, got 2"),
        ({"preflight": None}, "its releases need a preflight"),
        ({"traffic": ExpectedTraffic(requests_per_s=5)}, "charges_per_s must be above 0"),
    ],
)
def test_rejects(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        plan(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image": "repository:latest"}, "image of a preflight must be REPOSITORY@sha256:DIGEST"),
        ({"image": f"repository@sha256:{'0' * 63}"}, "image of a preflight"),
        ({"url": "api"}, "url of a preflight must be https://HOST/PATH, got 'api'"),
    ],
)
def test_rejects_preflights(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(PREFLIGHT, **changes)


@pytest.mark.parametrize(
    ("requests", "charges", "message"),
    [(0, 0, "requests_per_s must be above 0, got 0"), (1, 2, "charges_per_s must be 0 to requests_per_s, got 2")],
)
def test_rejects_traffic(requests: float, charges: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ExpectedTraffic(requests_per_s=requests, charges_per_s=charges)


def test_only_writers_of_payments_need_a_preflight() -> None:
    assert plan("read", preflight=None, traffic=ExpectedTraffic(requests_per_s=5)).preflight is None
    assert isinstance(plan().preflight, Preflight)
