"""Service levels as one PrometheusRule, which tells in an annotation what it was made from."""

import json
from collections.abc import Sequence
from typing import Any, Final

from components.slo.definition import ServiceLevel
from components.slo.groups import groups

DECLARED: Final = "platform/slo"  # a JSON list of service levels, as `ServiceLevel.as_dict` gives them
API_VERSION: Final = "monitoring.coreos.com/v1"


def spec(levels: Sequence[ServiceLevel]) -> dict[str, Any]:
    """`spec` of the PrometheusRule."""
    return {"groups": groups(levels)}


def annotations(levels: Sequence[ServiceLevel]) -> dict[str, str]:
    return {DECLARED: json.dumps([level.as_dict() for level in levels], separators=(",", ":"))}


def check_ids(levels: Sequence[ServiceLevel]) -> None:
    """ValueError for two of one id: their series could not be told apart."""
    ids = [level.id for level in levels]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ValueError(f"id of a service level must be its own, got {', '.join(twice)} twice: rename one of the two")
