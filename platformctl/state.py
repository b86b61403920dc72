"""A stack's exported state, as far as the commands read it."""

import json
from typing import Any

from platformctl import engine
from platformctl.target import Target

Resource = dict[str, Any]


def deployment(target: Target) -> dict[str, Any]:
    """The stack's deployment: `resources` and `pending_operations`, both lists, secrets still encrypted."""
    exported: dict[str, Any] = json.loads(engine.query(target, "stack", "export"))["deployment"]
    return {
        **exported,
        "resources": exported.get("resources") or [],
        "pending_operations": exported.get("pending_operations") or [],
    }


def protected_resources(target: Target) -> list[str]:
    """The URNs that the engine refuses to delete, in the order of the state."""
    return [resource["urn"] for resource in deployment(target)["resources"] if resource.get("protect")]
