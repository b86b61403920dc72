"""Security Hub, through its API; standards and aggregators are recorded."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, flag, text, texts
from sandbox.recorded import recorded
from sandbox.resource import Resource
from sandbox.retry import AwsError

_ABSENT = "not subscribed to AWS Security Hub"


def _read_hub(it: Resource) -> Any:
    try:
        return it.call("describe_hub")
    except AwsError as error:
        if _ABSENT in str(error):
            return None
        raise


_CONFIGURE = Call("update_security_hub_configuration")
ACCOUNT = ResourceType(
    "aws:securityhub/account:Account",
    "securityhub",
    inputs={
        "enableDefaultStandards": flag(default=True, replace=True),
        "autoEnableControls": flag(default=True),
        "controlFindingGenerator": text(computed=True),
    },
    create=(Call("enable_security_hub"), _CONFIGURE),
    id="{account}",
    read=(_read_hub,),
    update=(_CONFIGURE,),
    delete=(lambda it: _read_hub(it) and it.call("disable_security_hub"),),
    formats={"arn": "arn:aws:securityhub:{region}:{account}:hub/default"},
    unverified={"enableDefaultStandards": "AWS does not tell afterwards how the hub was enabled"},
    unique=True,
)

STANDARDS_SUBSCRIPTION = recorded(
    "aws:securityhub/standardsSubscription:StandardsSubscription",
    {"standardsArn": text(required=True, replace=True)},  # replaces: provider documentation
    id="{standardsArn}",
    overwrites=True,
)
FINDING_AGGREGATOR = recorded(
    "aws:securityhub/findingAggregator:FindingAggregator",
    {"linkingMode": text(required=True), "specifiedRegions": texts()},
)

TYPES = (ACCOUNT, STANDARDS_SUBSCRIPTION, FINDING_AGGREGATOR)
