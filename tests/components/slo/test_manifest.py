"""The PrometheusRule of service levels: what is refused, and what it tells of itself."""

import json

import pytest

from components.service_level import ServiceLevels, ServiceLevelsArgs
from components.slo.definition import from_dict
from tests.components.conftest import build
from tests.components.slo.levels import invariant, level


def _args(*levels: object) -> ServiceLevelsArgs:
    return ServiceLevelsArgs(called="api-slo", namespace="billing-api", labels={"a": "b"}, levels=levels)  # type: ignore[arg-type]


def test_two_of_one_id_could_not_be_told_apart() -> None:
    with pytest.raises(ValueError, match="id of a service level must be its own, got api-availability twice: rename"):
        _args(level(), level(service="web"))


def test_a_rule_without_levels_is_refused() -> None:
    with pytest.raises(ValueError, match="levels of api-slo must be at least one, got none"):
        _args()


def test_it_is_one_object_that_says_what_it_was_made_from() -> None:
    built = build(lambda: ServiceLevels("api-slo", _args(level(), invariant())))
    assert built.identities() == {
        "platform:telemetry:ServiceLevels::api-slo",
        "platform:telemetry:ServiceLevels$kubernetes:monitoring.coreos.com/v1:PrometheusRule::api-slo",
    }
    made = built.one("PrometheusRule", "api-slo").inputs["metadata"]
    assert (made["name"], made["namespace"], made["labels"]) == ("api-slo", "billing-api", {"a": "b"})
    told = json.loads(made["annotations"]["platform/slo"])
    assert [from_dict(one) for one in told] == [level(), invariant()]
