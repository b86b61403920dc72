"""Athena as moto serves it, mended: calls that it lacks, and calls that fail on what is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import moto.athena.models
import moto.athena.responses

_models: Any = moto.athena.models
_responses: Any = moto.athena.responses


def mend() -> None:
    _models.AthenaBackend.list_tags_for_resource = lambda it, arn: it.tagger.list_tags_for_resource(arn)
    _responses.AthenaResponse.update_work_group = _update_work_group
    _responses.AthenaResponse.delete_named_query = _delete_named_query
    _responses.AthenaResponse.get_named_query = _known_only(_responses.AthenaResponse.get_named_query)


def _update_work_group(response: Any) -> Any:
    """Settings that are not named stay; what is to go is named as `Remove...` (API reference, UpdateWorkGroup)."""
    group = response.athena_backend.work_groups.get(response._get_param("WorkGroup"))
    if group is None:
        return response.error("WorkGroup is not found", 400)
    updates = response._get_param("ConfigurationUpdates") or {}
    results = updates.pop("ResultConfigurationUpdates", {})
    _apply(group.configuration, updates)
    _apply(group.configuration.setdefault("ResultConfiguration", {}), results)
    for name, attribute in (("Description", "description"), ("State", "state")):
        if response._get_param(name) is not None:
            setattr(group, attribute, response._get_param(name))
    return "{}"


def _apply(settings: dict[str, Any], updates: dict[str, Any]) -> None:
    for name, value in updates.items():
        if not name.startswith("Remove"):
            settings[name] = value
        elif value:
            settings.pop(name.removeprefix("Remove"), None)


def _delete_named_query(response: Any) -> Any:
    response.athena_backend.named_queries.pop(response._get_param("NamedQueryId"), None)
    return "{}"


def _known_only(get: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """moto fails on a query that is gone, where AWS refuses."""

    def got(response: Any) -> Any:
        known = response._get_param("NamedQueryId") in response.athena_backend.named_queries
        return get(response) if known else response.error("NamedQuery does not exist", 400)

    return got
