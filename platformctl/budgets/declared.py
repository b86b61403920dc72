"""The service levels of an environment, as the rules of its cluster tell them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from platformctl.errors import CommandError

ANNOTATION = "platform/slo"  # of a PrometheusRule: the service level that its rules are of, or a list of them, as JSON
_TYPE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
WITHOUT_BUDGET = "invariant"  # the kind of which nothing may fail: its first breach calls somebody


@dataclass(frozen=True)
class Declared:
    """One service level. `runbook`: docs/runbooks/NAME.md."""

    slo: str
    service: str
    owner: str
    kind: str
    objective_percent: float
    period_days: int
    runbook: str = ""
    description: str = ""


def declared(resources: Iterable[Mapping[str, Any]]) -> tuple[Declared, ...]:
    """Those with a budget among resources of a state or of a render, by id. CommandError for what is not readable."""
    return _by_id(one for resource in resources if resource.get("type") == _TYPE for one in _of(resource))


def with_budget(levels: Iterable[Mapping[str, Any]]) -> tuple[Declared, ...]:
    """Those with a budget among service levels as they are told in JSON, by id. KeyError, TypeError or ValueError."""
    return tuple(one for one in all_of(levels) if one.kind != WITHOUT_BUDGET)


def all_of(levels: Iterable[Mapping[str, Any]]) -> tuple[Declared, ...]:
    """As `with_budget`, with those that have none."""
    return _by_id(
        Declared(
            str(one["id"]),
            str(one["service"]),
            str(one["owner"]),
            str(one["kind"]),
            float(one["objective_percent"]),
            int(one["period_days"]),
            str(one.get("runbook", "")),
            str(one.get("description", "")),
        )
        for one in levels
    )


def _by_id(found: Iterable[Declared]) -> tuple[Declared, ...]:
    by_id = {one.slo: one for one in found}
    return tuple(by_id[slo] for slo in sorted(by_id))


def _of(resource: Mapping[str, Any]) -> tuple[Declared, ...]:
    text = (((resource.get("inputs") or {}).get("metadata") or {}).get("annotations") or {}).get(ANNOTATION)
    if text is None:
        return ()
    try:
        told = json.loads(text)
        return with_budget(told if isinstance(told, list) else [told])
    except (ValueError, KeyError, TypeError) as error:
        name = str(resource.get("urn", "")).rpartition("::")[2]
        raise CommandError(
            f"the annotation {ANNOTATION} of the PrometheusRule {name} is none of ours: {error!r}"
        ) from None
