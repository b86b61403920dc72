"""moto as the sandbox uses it: loaded ahead, and mended where it refuses what AWS allows."""

from __future__ import annotations

import importlib
import json
from fnmatch import fnmatchcase
from typing import Any

from moto.moto_server.werkzeug_app import create_backend_app

LOGGING = "logging.s3.amazonaws.com"
# Services of nearly every update are mended ahead, those that few need on their first call, by sandbox/mends/.
AHEAD = ("cloudwatch", "ec2", "iam", "kms", "logs", "route53resolver", "s3", "secretsmanager", "sns", "sqs")
LATE = ("athena", "backup", "cloudtrail", "eks", "guardduty", "rds", "securityhub")


def load() -> None:
    """Load the services that every update needs, which takes a second, and mend them."""
    import moto.ec2.responses
    import moto.kms.responses
    import moto.route53resolver.responses
    import moto.s3.responses  # noqa: F401
    from moto.s3 import models

    models.FakeBucket._log_permissions_enabled_policy = staticmethod(_logging_allowed)  # type: ignore[method-assign]
    models.FakeBucket.get_permission = _permission  # type: ignore[method-assign]
    for service in AHEAD:
        _mend(service)


def _permission(self: Any, action: str, resource: str) -> Any:
    """What a bucket's policy says of an object, without the statements that have conditions: moto is told nothing of
    the request, and takes a denial of plain HTTP for one of everything.
    """
    from moto.iam.access_control import IAMPolicy, PermissionResult

    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    plain = [statement for statement in _listed(policy["Statement"]) if not statement.get("Condition")]
    return IAMPolicy(json.dumps({**policy, "Statement": plain})).is_action_permitted(action, resource)


def app(service: str) -> Any:
    """moto's application for a service, mended; moto asks for it once, on the service's first call."""
    if service in LATE:
        _mend(service)
    return create_backend_app(service)  # type: ignore[arg-type]  # moto lists all the names


def _mend(service: str) -> None:
    importlib.import_module(f"sandbox.mends.{service}").mend()


def _logging_allowed(target_bucket: Any, target_prefix: str | None) -> bool:
    """Whether a policy lets S3 write access logs. moto's own fails on `"Principal": "*"` and on lists."""
    if not target_bucket.policy:
        return False
    key = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}/{target_prefix or ''}log"
    for statement in _listed(json.loads(target_bucket.policy).get("Statement")):
        principal = statement.get("Principal")
        services = _listed(principal.get("Service")) if isinstance(principal, dict) else []
        if (
            statement.get("Effect") == "Allow"
            and LOGGING in services
            and any(fnmatchcase("s3:PutObject", action) for action in _listed(statement.get("Action")))
            and any(fnmatchcase(key, resource) for resource in _listed(statement.get("Resource")))
        ):
            return True
    return False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
