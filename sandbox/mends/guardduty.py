"""GuardDuty as moto serves it, mended: features change one at a time, and tags have calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import moto.guardduty.models
import moto.guardduty.responses
import moto.guardduty.urls

_models: Any = moto.guardduty.models
_responses: Any = moto.guardduty.responses


def mend() -> None:
    _models.Detector.update = _feature_by_feature(_models.Detector.update)
    moto.guardduty.urls.url_paths["{0}/tags/(?P<arn>.+)$"] = _responses.GuardDutyResponse.dispatch
    for call in (_tag_resource, _untag_resource, _list_tags_for_resource):
        setattr(_responses.GuardDutyResponse, call.__name__.removeprefix("_"), call)


def _feature_by_feature(update: Callable[..., None]) -> Callable[..., None]:
    """moto takes the features of one call for all; in AWS those that are not named stay (UpdateDetector)."""

    def updated(detector: Any, enable: Any, frequency: Any, sources: Any, features: Any) -> None:
        named = {one["name"]: one for one in [*detector.features, *(features or [])]}
        update(detector, enable, frequency, sources, list(named.values()))

    return updated


def _tags(response: Any) -> dict[str, str]:
    detector = unquote(response.path).partition("?")[0].rpartition("/")[2]
    found: dict[str, str] = response.guardduty_backend.get_detector(detector).tags
    return found


def _tag_resource(response: Any) -> str:
    _tags(response).update(response._get_param("tags"))
    return "{}"


def _untag_resource(response: Any) -> str:
    tags = _tags(response)
    for key in response.querystring["tagKeys"]:
        tags.pop(key, None)
    return "{}"


def _list_tags_for_resource(response: Any) -> str:
    return json.dumps({"tags": _tags(response)})
