"""Service levels come back from OpenSLO as they were, through YAML, whatever they are."""

from typing import Any

import pytest
import yaml

from components.slo.definition import ServiceLevel
from components.slo.openslo.export import files
from components.slo.openslo.reading import read
from stacks.slo import SERVICE_LEVELS
from tests.components.slo.levels import invariant, level

_UNUSUAL = level(
    id="x",
    objective_percent=99.999999,
    period_days=7,
    windows=("6h", "3d"),
    low_traffic_bad=3,
    latch_s=400,
    scrape_interval_s=30,
    threshold_s=0.25,
    alert_class="security",
    runbook="break-glass",
    kind="completeness",
    description='A "quoted" text: with a colon, and ünïcode',
    bad='  sum(increase(a{b=~"[{]5m.*"}[{window}])) / 60 ',
)


def _through(levels: tuple[ServiceLevel, ...]) -> list[ServiceLevel]:
    text = "---\n".join(yaml.safe_dump_all(documents) for documents in files(levels).values())
    return read(yaml.safe_load_all(text)).levels


@pytest.mark.parametrize(
    "levels",
    [SERVICE_LEVELS, (_UNUSUAL, level(), invariant(period_days=9, invariant_severity="ticket", latch_s=300))],
)
def test_what_is_written_is_read_as_it_was(levels: tuple[ServiceLevel, ...]) -> None:
    assert sorted(_through(levels), key=lambda one: one.id) == sorted(levels, key=lambda one: one.id)


def test_documents_keep_to_the_specification() -> None:
    documents = [one for documents in files(SERVICE_LEVELS).values() for one in documents]
    named: dict[tuple[str, str], Any] = {(one["kind"], one["metadata"]["name"]): one for one in documents}
    assert len(named) == len(documents)
    for (kind, _), one in named.items():
        assert one["apiVersion"] == "openslo/v1"
        if kind == "SLO":
            spec = one["spec"]
            assert 0 <= spec["objectives"][0]["target"] < 1
            assert ("SLI", spec["indicatorRef"]) in named
            assert ("Service", spec["service"]) in named
            assert all(("AlertPolicy", policy["alertPolicyRef"]) in named for policy in spec["alertPolicies"])
        if kind == "AlertPolicy":
            assert [("AlertCondition", one["conditionRef"]) in named for one in one["spec"]["conditions"]] == [True]
            assert ("AlertNotificationTarget", one["spec"]["notificationTargets"][0]["targetRef"]) in named


def test_an_invariant_is_no_slo_as_its_target_would_have_to_be_below_one() -> None:
    kinds = [one["kind"] for one in files([invariant()])["ledger.yaml"]]
    assert kinds == ["Service", "SLI"]


def test_reading_does_not_depend_on_a_default() -> None:
    (document,) = (one for one in files([level()])["api.yaml"] if one["kind"] == "SLO")
    assert document["metadata"]["annotations"]["platform/low-traffic-bad"] == "10"
