"""The standards that Security Hub follows, which the sandbox records."""

from platformctl.live.types.reader import reader
from policies import tokens
from sandbox.model import Call, fields

_FOUND = "StandardsSubscriptions[?StandardsSubscriptionArn == '{id}'] | [0]"
STANDARD = reader(
    tokens.SECURITY_HUB_STANDARD,
    "securityhub",
    fields("standardsArn"),
    Call("get_enabled_standards", send=(), result=_FOUND),
    formats={"arn": "{id}"},
)

TYPES = (STANDARD,)
