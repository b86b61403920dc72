"""JSON: the report itself, see docs/policies.md."""

import json

from platformctl.formats import Judgement


def render(judgement: Judgement) -> str:
    """One document, as it is."""
    return json.dumps(judgement.report, indent=2, ensure_ascii=False) + "\n"
