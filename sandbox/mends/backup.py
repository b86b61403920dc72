"""Backup as moto serves it, mended: plans change, and are gone once they are deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import moto.backup.models
import moto.backup.responses

_models: Any = moto.backup.models
_responses: Any = moto.backup.responses


def mend() -> None:
    _responses.BackupResponse.update_backup_plan = _update_plan
    _models.BackupBackend.delete_backup_plan = _forgetting(_models.BackupBackend.delete_backup_plan)


def _update_plan(response: Any) -> str:
    """moto has no such call. The plan keeps its id and gets another version."""
    backend, asked = response.backup_backend, json.loads(response.body)
    plan = backend.get_backup_plan(response.path.rstrip("/").rpartition("/")[2], None)
    changed = _models.Plan(asked["BackupPlan"], plan.creator_request_id, backend)
    plan.backup_plan, plan.version_id = changed.backup_plan, changed.version_id
    plan.advanced_backup_settings = changed.advanced_backup_settings
    return json.dumps(plan.to_dict())


def _forgetting(delete: Callable[..., Any]) -> Callable[..., Any]:
    """moto still finds a deleted plan, and refuses another of its name."""

    def deleted(backend: Any, backup_plan_id: str) -> Any:
        answer = delete(backend, backup_plan_id)
        del backend.plans[backup_plan_id]
        return answer

    return deleted
