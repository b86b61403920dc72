"""The firewall blocks, and its log keeps no credentials."""

from typing import Any

import pytest

from components.web_firewall import RULE_GROUPS, WebFirewall, WebFirewallArgs
from tests.components.conftest import Built, build

ARGS: dict[str, Any] = {"acl_name": "prod-billing", "key_arn": "arn:key", "log_days": 400}
KIND = "platform:network:WebFirewall"


def _built(**changed: Any) -> Built:
    return build(lambda: WebFirewall("firewall", WebFirewallArgs(**{**ARGS, **changed})))


@pytest.mark.parametrize("name", ["", "prod billing", "a" * 109, "prod/billing"])
def test_a_name_that_waf_or_its_log_group_refuses_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^acl_name must be 1 to 108 of a-z A-Z 0-9 _ -, got '{name}'$"):
        WebFirewallArgs(**{**ARGS, "acl_name": name})


def test_the_managed_groups_block_what_they_know() -> None:
    acl = _built().one("WebAcl", "firewall").inputs
    assert (acl["name"], acl["scope"], acl["defaultAction"]) == ("prod-billing", "REGIONAL", {"allow": {}})
    used = {rule["statement"]["managedRuleGroupStatement"]["name"]: rule["overrideAction"] for rule in acl["rules"]}
    assert used == {group: {"none": {}} for group in RULE_GROUPS.values()}
    assert [rule["priority"] for rule in acl["rules"]] == [10, 20, 30]


def test_what_it_saw_goes_to_a_log_with_our_key_without_credentials() -> None:
    built = _built(protect=False)
    logs = built.one("LogGroup", "firewall-logs")
    assert logs.inputs["name"] == "aws-waf-logs-prod-billing"
    assert (logs.inputs["kmsKeyId"], logs.inputs["retentionInDays"], logs.protect) == ("arn:key", 400, False)
    logging = built.one("WebAclLoggingConfiguration", "firewall-logs").inputs
    assert logging["logDestinationConfigs"] == ["arn:firewall-logs"]
    assert logging["resourceArn"] == "arn:firewall"
    assert [one["singleHeader"]["name"] for one in logging["redactedFields"]] == ["authorization", "cookie"]
    shown = {
        rule["visibilityConfig"]["sampledRequestsEnabled"] for rule in built.one("WebAcl", "firewall").inputs["rules"]
    }
    assert shown == {False}


def test_its_log_stays_when_the_program_forgets_it() -> None:
    assert _built().one("LogGroup", "firewall-logs").protect


def test_the_children_keep_their_identities() -> None:
    assert _built().identities() == {
        f"{KIND}::firewall",
        f"{KIND}$aws:wafv2/webAcl:WebAcl::firewall",
        f"{KIND}$aws:cloudwatch/logGroup:LogGroup::firewall-logs",
        f"{KIND}$aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration::firewall-logs",
    }
