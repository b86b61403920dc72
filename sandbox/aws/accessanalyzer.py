"""IAM Access Analyzer, which moto lacks: recorded."""

from __future__ import annotations

from sandbox.model import block, blocks, each, number, text, texts
from sandbox.recorded import recorded

_INTERNAL = {"inclusions": blocks(each(texts, "accountIds resourceArns resourceTypes"))}
_UNUSED = {"exclusions": blocks({"accountIds": texts(), "resourceTags": texts()})}  # tags: a list of maps
_CONFIGURATION = {
    "internalAccess": block({"analysisRule": block(_INTERNAL)}),
    "unusedAccess": block({"unusedAccessAge": number(), "analysisRule": block(_UNUSED)}),
}
ANALYZER = recorded(
    "aws:accessanalyzer/analyzer:Analyzer",
    {
        "analyzerName": text(required=True, replace=True),
        "type": text(default="ACCOUNT", replace=True),
        "configuration": block(_CONFIGURATION, replace=True),  # replaces: provider documentation
    },
    id="{analyzerName}",
    chosen={"arn": "arn:aws:access-analyzer:{region}:{account}:analyzer/{analyzerName}"},
    tagged=True,
    unique=True,
)

TYPES = (ANALYZER,)
