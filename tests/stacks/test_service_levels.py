"""All service levels of an environment: nothing is left out, and what is deployed is what is declared."""

import json
import time

from components.slo.definition import from_dict
from components.slo.groups import groups
from stacks.services import SERVICES
from stacks.slo import PLATFORM_LEVELS, SERVICE_LEVELS
from tests.stacks.programs import run

# What must be measured, and the levels that do: the indicators of operations, and what pages beside their budgets.
_INDICATORS = {
    "write availability": {"api-write-availability"},
    "read availability": {"api-read-availability"},
    "charge latency": {"charge-latency"},
    "webhook delivery": {"webhook-delivery", "webhook-backlog"},
    "webhook completeness": {"webhook-completeness", "webhook-never-lost"},
    "payout timeliness": {"payout-timeliness", "payout-due-unsent"},
    "refund and dispute deadlines": {"dispute-deadline"},
    "ledger": {"ledger-balanced", "ledger-chain-verified"},
    "reconciliation": {"reconciliation", "reconciliation-unmatched"},
    "replica lag": {"replica-lag"},
    "recoverability": {"recoverability", "recovery-point", "backup-copy"},
    "audit delivery": {"audit-delivery", "audit-sequence", "audit-digests"},
    "release safety": {"release-aborts", "release-hotfixes"},
}
_OF_SERVICES = {"webhook-attempts", "payouts-latency", "ledger-availability", "ledger-latency"}


def test_every_indicator_is_declared_and_every_level_belongs_to_one() -> None:
    assert {level.id for level in SERVICE_LEVELS} == set().union(_OF_SERVICES, *_INDICATORS.values())


def test_what_is_deployed_is_what_is_declared_in_one_object_for_each_service() -> None:
    rules = [made.inputs for made in run("prod").all("PrometheusRule") if made.name.endswith("slo")]
    declared = {
        rule["metadata"]["name"]: [
            from_dict(one) for one in json.loads(rule["metadata"]["annotations"]["platform/slo"])
        ]
        for rule in rules
    }
    assert declared == {
        **{f"{service.name}-slo": list(service.service_levels) for service in SERVICES},
        "platform-slo": list(PLATFORM_LEVELS),
    }
    for rule in rules:
        assert rule["spec"]["groups"] == groups(declared[rule["metadata"]["name"]])


def test_an_invariant_of_money_wakes_somebody() -> None:
    money = [level for level in SERVICE_LEVELS if level.kind == "invariant" and level.alert_class == "money"]
    assert {level.severity for level in money} == {"page"}


def test_all_rules_are_made_in_less_than_a_second() -> None:
    begun = time.process_time()
    rules = sum(len(group["rules"]) for group in groups(SERVICE_LEVELS))
    assert rules > 500
    assert time.process_time() - begun < 1  # of processor time: a busy machine makes it no slower
