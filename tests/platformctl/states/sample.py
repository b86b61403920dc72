"""A small state in the engine's form, and a folder that holds it."""

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from platformctl.states.keys import Keys

PROJECT, STACK = "billing-platform", "sandbox"
KEYS = Keys(PROJECT, STACK)
ROOT_URN = f"urn:pulumi:{STACK}::{PROJECT}::pulumi:pulumi:Stack::{PROJECT}-{STACK}"
PROVIDER_URN = f"urn:pulumi:{STACK}::{PROJECT}::pulumi:providers:aws::aws"
PROVIDER = f"{PROVIDER_URN}::0a1b"


def urn(name: str) -> str:
    return f"urn:pulumi:{STACK}::{PROJECT}::aws:kms/key:Key::{name}"


def key(name: str, **changed: Any) -> dict[str, Any]:
    """A resource of the state."""
    of = {
        "urn": urn(name),
        "custom": True,
        "id": f"id-{name}",
        "type": "aws:kms/key:Key",
        "inputs": {"description": name},
    }
    return {**of, "parent": ROOT_URN, "provider": PROVIDER, **changed}


def resources(*more: dict[str, Any]) -> list[dict[str, Any]]:
    root = {"urn": ROOT_URN, "custom": False, "type": "pulumi:pulumi:Stack"}
    provider = {"urn": PROVIDER_URN, "custom": True, "id": "0a1b", "type": "pulumi:providers:aws", "parent": ROOT_URN}
    return [root, provider, *more]


def state(*more: dict[str, Any], minute: int = 0, pending: tuple[dict[str, Any], ...] = (), **changed: Any) -> bytes:
    """The bytes of a state with these resources, written in that minute."""
    version = "v3.200.0"
    manifest = {"time": f"2026-11-26T10:{minute:02}:00.123456789Z", "version": version}
    manifest["magic"] = hashlib.sha256(version.encode()).hexdigest()
    latest: dict[str, Any] = {"manifest": manifest, "resources": resources(*more)}
    if pending:
        latest["pending_operations"] = list(pending)
    held = {"stack": f"organization/{PROJECT}/{STACK}", "latest": latest}
    return json.dumps({"version": 3, "checkpoint": {**held, **changed}}, indent=4).encode()


def target(root: Path) -> Any:
    """A target whose backend is a folder."""
    (root / "backend").mkdir(exist_ok=True)
    project = SimpleNamespace(name=PROJECT, root=root, shown=lambda file: str(file.relative_to(root)))
    variables = {"PULUMI_BACKEND_URL": f"file://{root / 'backend'}?metadata=skip"}
    names = {"name": STACK, "place": "sandbox", "sandbox": SimpleNamespace()}
    return SimpleNamespace(project=project, environment=STACK, variables=variables, **names)
