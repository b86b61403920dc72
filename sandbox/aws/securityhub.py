"""Security Hub, through its API; standards and aggregators are recorded."""

from __future__ import annotations

from sandbox.model import Call, ResourceType, fields
from sandbox.recorded import recorded

_CONFIGURE = Call("update_security_hub_configuration")
ACCOUNT = ResourceType("aws:securityhub/account:Account", "securityhub",
    inputs=fields("enableDefaultStandards:bool*=true autoEnableControls:bool=true controlFindingGenerator~"),
    id="{account}",
    create=(Call("enable_security_hub"), _CONFIGURE),
    read=(Call("describe_hub", send=()),),
    update=(_CONFIGURE,),
    delete=(Call("disable_security_hub"),),
    formats={"arn": "arn:aws:securityhub:{region}:{account}:hub/default"},
    gone="not subscribed to AWS Security Hub",
    unverified={"enableDefaultStandards": "AWS does not tell afterwards how the hub was enabled"},
    unique=True,
)  # fmt: skip

STANDARDS_SUBSCRIPTION = recorded("aws:securityhub/standardsSubscription:StandardsSubscription",
    fields("standardsArn!*"),  # replaces: provider documentation
    id="{standardsArn}", overwrites=True,
)  # fmt: skip
FINDING_AGGREGATOR = recorded("aws:securityhub/findingAggregator:FindingAggregator",
    fields("linkingMode! specifiedRegions:list"),
)  # fmt: skip

TYPES = (ACCOUNT, STANDARDS_SUBSCRIPTION, FINDING_AGGREGATOR)
