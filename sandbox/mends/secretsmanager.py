"""Secrets Manager as moto serves it, mended: rotation is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from sandbox.mends import replace


def mend() -> None:
    """Rotation is written down with its schedule; moto would start the function in a container."""
    described: Callable[[Any], dict[str, Any]] = FakeSecret.to_dict

    def rotate(self: Any, secret_id: str, **asked: Any) -> str:
        secret = self.describe_secret(secret_id)
        secret.rotation_requested = secret.rotation_enabled = True
        secret.rotation_lambda_arn = asked.get("rotation_lambda_arn") or secret.rotation_lambda_arn
        secret.rotation_rules = asked.get("rotation_rules") or {}
        return str(secret.to_short_dict())

    def with_rules(self: Any) -> dict[str, Any]:
        found = described(self)
        return {**found, "RotationRules": self.rotation_rules} if hasattr(self, "rotation_rules") else found

    replace(SecretsManagerBackend, rotate_secret=rotate)
    replace(FakeSecret, to_dict=with_rules)
