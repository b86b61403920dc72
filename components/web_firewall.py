"""A web ACL that stops known attacks before a load balancer takes them, and records what it saw."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi import ComponentResource, CustomResource, Input, Output, ResourceOptions

from components.log_group import log_group
from components.retention import LogGroupDays
from components.tags import tagged

LOG_GROUP_PREFIX: Final = "aws-waf-logs-"  # WAF writes to no other: AWS WAF developer guide, "Logging destinations"
# In the order in which they are asked: known bad requests first, as they cost least. Together 1,100 of the 1,500 units
# that a web ACL has without asking for more: AWS WAF developer guide, "Baseline rule groups", "Use-case specific ...".
RULE_GROUPS: Final[Mapping[str, str]] = {
    "known-bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "sql-injection": "AWSManagedRulesSQLiRuleSet",
    "common-attacks": "AWSManagedRulesCommonRuleSet",
}
_HIDDEN = ("authorization", "cookie")  # who reads them in a log could act as their sender
_NAME = r"[A-Za-z0-9_-]{1,108}"  # a log group has 128 letters less the prefix, with room for the environment


@dataclass(frozen=True, kw_only=True)
class WebFirewallArgs:
    """`acl_name`: of the web ACL and, after `aws-waf-logs-`, of its log group; unique in the account and region.
    `key_arn`: encrypts the log; its policy must let CloudWatch Logs use it.
    """

    acl_name: str
    key_arn: Input[str]
    log_days: LogGroupDays
    protect: bool = True

    def __post_init__(self) -> None:
        if not re.fullmatch(_NAME, self.acl_name):
            raise ValueError(f"acl_name must be 1 to 108 of a-z A-Z 0-9 _ -, got {self.acl_name!r}")


class WebFirewall(ComponentResource):
    """AWS's managed rule groups, which block; every request is logged but for what proves who sent it."""

    arn: Output[str]

    def __init__(self, name: str, args: WebFirewallArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:network:WebFirewall", name, {}, opts)
        child = ResourceOptions(parent=self)
        rules = [_rule(group, place) for place, group in enumerate(RULE_GROUPS, start=1)]
        acl = {
            "name": args.acl_name,
            "description": "Stops known attacks before load balancers that the public reaches",
            "scope": "REGIONAL",
            "defaultAction": {"allow": {}},
            "rules": rules,
            "visibilityConfig": _visible(args.acl_name),
            "tags": tagged(name),
        }
        self.arn = _Waf("WebAcl", name, acl, child).arn
        group = f"{LOG_GROUP_PREFIX}{args.acl_name}"
        logs = log_group(f"{name}-logs", group, args.key_arn, args.log_days, args.protect, child)
        logging = {
            "resourceArn": self.arn,
            "logDestinationConfigs": [logs.arn],
            "redactedFields": [{"singleHeader": {"name": header}} for header in _HIDDEN],
        }
        _Waf("WebAclLoggingConfiguration", f"{name}-logs", logging, child)
        self.register_outputs({"arn": self.arn})


class _Waf(CustomResource):
    """A resource of pulumi_aws.wafv2 without that module: its 5 MB of types, for statements in statements, cost every
    program and every check 0.6 s (CPU time of the import, measured on two cores). Properties are the schema's own.
    """

    arn: Output[str]

    def __init__(self, kind: str, name: str, properties: Mapping[str, Any], opts: ResourceOptions):
        token = f"aws:wafv2/{kind[0].lower()}{kind[1:]}:{kind}"
        super().__init__(token, name, {"arn": None, **properties}, opts)


def _rule(group: str, place: int) -> dict[str, Any]:
    return {
        "name": group,
        "priority": 10 * place,  # with room for what is let in before
        "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": RULE_GROUPS[group]}},
        "overrideAction": {"none": {}},
        "visibilityConfig": _visible(group),
    }


def _visible(metric: str) -> dict[str, Any]:
    """No samples: they would show headers that the log leaves out, to whoever may see the console."""
    return {"cloudwatchMetricsEnabled": True, "metricName": metric, "sampledRequestsEnabled": False}
