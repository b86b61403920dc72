"""IAM Access Analyzer, which moto lacks: recorded."""

from __future__ import annotations

from sandbox.model import block, blocks, fields
from sandbox.recorded import recorded

_INCLUDED = block(inclusions=blocks("accountIds:list resourceArns:list resourceTypes:list"))
_EXCLUDED = block(exclusions=blocks("accountIds:list resourceTags:list"))  # tags: a list of maps
ANALYZER = recorded("aws:accessanalyzer/analyzer:Analyzer",
    fields("analyzerName!* type*=ACCOUNT", configuration=block(  # replaces: provider documentation
        internalAccess=block(analysisRule=_INCLUDED),
        unusedAccess=block("unusedAccessAge:int", analysisRule=_EXCLUDED),
        replace=True)),
    id="{analyzerName}",
    chosen={"arn": "arn:aws:access-analyzer:{region}:{account}:analyzer/{analyzerName}"}, tagged=True,
    unique=True,
)  # fmt: skip

TYPES = (ANALYZER,)
