"""The second collector's configuration. Its processor of whole traces and its exporters are not to be had where this is
tested: keys and kinds are checked against what their documentation allows, and rules against traces by hand.
"""

import re
from typing import Any

import pytest

from components.charts.sampling import KEPT, tail_sampling
from components.charts.telemetry_sampler import TelemetrySamplerValues

# Contrib v0.165.0, config.go of processor/tailsampling: settings of each kind of policy that is used, and of all.
_KINDS: dict[str, dict[str, type]] = {
    "status_code": {"status_codes": list},
    "latency": {"threshold_ms": int, "upper_threshold_ms": int},
    "numeric_attribute": {"key": str, "min_value": int, "max_value": int, "invert_match": bool},
    "string_attribute": {
        "key": str,
        "values": list,
        "enabled_regex_matching": bool,
        "cache_max_size": int,
        "invert_match": bool,
    },
    "probabilistic": {"hash_salt": str, "sampling_percentage": int},
}
_PROCESSOR = {"decision_wait", "num_traces", "expected_new_traces_per_sec", "policies", "decision_cache"}
LOG_GROUPS: Any = {one: f"/prod/services/{one}" for one in ("internal", "personal", "financial")}
CONFIG = TelemetrySamplerValues(labels={}, region="eu-central-1", log_groups=LOG_GROUPS).config()


def test_the_processor_is_configured_with_what_it_knows() -> None:
    made = tail_sampling()
    assert {*made} <= _PROCESSOR
    for policy in made["policies"]:
        assert {*policy} == {"name", "type", policy["type"]}
        settings = policy[policy["type"]]
        for key, value in settings.items():
            assert isinstance(value, _KINDS[policy["type"]][key]), (policy["name"], key)
    assert len({one.name for one in KEPT}) == len(KEPT)


def _keeps(*spans: dict[str, Any]) -> set[str]:
    """Which rules keep a trace for sure, as the processor reads them: any span's attribute will do."""
    kept = set()
    for one in KEPT:
        match one.kind, one.settings:
            case "status_code", {"status_codes": codes}:
                found = any(span.get("status") in codes for span in spans)
            case "latency", {"threshold_ms": least}:
                found = max(span.get("ms", 0) for span in spans) >= least
            case "numeric_attribute", {"key": key, "min_value": low, "max_value": high}:
                found = any(low <= span.get(key, -1) <= high for span in spans)
            case "string_attribute", {"key": key, "values": values, **more}:
                matches = re.search if more.get("enabled_regex_matching") else re.fullmatch
                found = any(key in span and matches(value, span[key]) for span in spans for value in values)
            case _:
                found = False
        kept |= {one.name} if found else set()
    return kept


@pytest.mark.parametrize(
    ("spans", "kept"),
    [
        ([{"ms": 20}, {"ms": 3, "status": "ERROR"}], {"errors"}),
        ([{"ms": 20, "http.response.status_code": 503}], {"server-errors"}),
        ([{"ms": 2_500}], {"slow"}),
        ([{"ms": 20, "http.route": "/v1/charges"}], {"money-routes"}),
        ([{"ms": 20, "http.route": "/v2/refunds/{id}"}], {"money-routes"}),
        ([{"ms": 20, "service.name": "api"}, {"ms": 1, "service.name": "ledger"}], {"money-services"}),
        ([{"ms": 20, "http.route": "/v1/chargesheets"}], set()),
        ([{"ms": 20, "http.route": "/health/ready", "http.response.status_code": 404, "status": "OK"}], set()),
    ],
)
def test_what_went_wrong_took_long_or_moved_money_is_kept(spans: list[dict[str, Any]], kept: set[str]) -> None:
    assert _keeps(*spans) == kept


def test_a_part_of_the_rest_is_kept() -> None:
    (rest,) = [one.settings["sampling_percentage"] for one in KEPT if one.kind == "probabilistic"]
    assert 0 < rest < 20


def test_every_part_of_a_pipeline_is_configured_and_every_configured_part_is_used() -> None:
    kinds = {
        "receivers": {**CONFIG["receivers"], **CONFIG["connectors"]},
        "processors": CONFIG["processors"],
        "exporters": {**CONFIG["exporters"], **CONFIG["connectors"]},
    }
    for kind, known in kinds.items():
        used = {part for pipeline in CONFIG["service"]["pipelines"].values() for part in pipeline[kind]}
        assert used == {*known}, kind


def test_logs_go_by_their_class_and_those_that_do_not_say_it_to_the_strictest() -> None:
    routing = CONFIG["connectors"]["routing"]
    assert routing["default_pipelines"] == ["logs/financial"]
    ways = {re.findall(r'"([a-z]+)"$', one["condition"])[0]: one["pipelines"] for one in routing["table"]}
    assert ways == {"internal": ["logs/internal"], "personal": ["logs/personal"]}
    for data_class, group in LOG_GROUPS.items():
        (exporter,) = CONFIG["service"]["pipelines"][f"logs/{data_class}"]["exporters"]
        assert CONFIG["exporters"][exporter]["log_group_name"] == group
