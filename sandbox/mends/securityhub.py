"""Security Hub as moto serves it, mended: the hub's configuration is kept and can be changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import moto.securityhub.models
import moto.securityhub.responses

_models: Any = moto.securityhub.models
_responses: Any = moto.securityhub.responses
_SETTINGS = ("AutoEnableControls", "ControlFindingGenerator")


def mend() -> None:
    response = _responses.SecurityHubResponse
    response.update_security_hub_configuration = _configure
    response.enable_security_hub = _with_settings(response.enable_security_hub)
    _models.SecurityHubBackend.describe_hub = _with_what_was_set(_models.SecurityHubBackend.describe_hub)


def _configure(response: Any) -> str:
    hub = response.securityhub_backend
    hub.describe_hub()  # refuses when there is none
    asked = json.loads(response.body)
    hub.settings = {**getattr(hub, "settings", {}), **{key: asked[key] for key in _SETTINGS if key in asked}}
    return "{}"


def _with_settings(enable: Callable[[Any], str]) -> Callable[[Any], str]:
    def enabled(response: Any) -> str:
        response.securityhub_backend.settings = {}
        answer = enable(response)
        _configure(response)
        return answer

    return enabled


def _with_what_was_set(describe: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def described(hub: Any, hub_arn: str | None = None) -> dict[str, Any]:
        return {**describe(hub, hub_arn), **getattr(hub, "settings", {})}

    return described
