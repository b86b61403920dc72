"""Settings, targets and resources as the error budgets read them."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from stacks.sections.budgets import Budgets

POLICY = {
    "enough": {"standard": "allowed", "fix": "allowed", "security": "allowed"},
    "low": {"standard": "approval", "fix": "allowed", "security": "allowed"},
    "exhausted": {"standard": "refused", "fix": "allowed", "security": "allowed"},
}


def section(url: str | None = None, **policy: Any) -> Budgets:
    """The settings' section, with the policy of the repository unless `policy` changes a level."""
    given = {"approvers": ["sre-lead"], "low_percent": 25, "policy": {**POLICY, **policy}, "prometheus_url": url}
    return Budgets.model_validate_json(json.dumps(given))


def rule(*levels: dict[str, Any]) -> dict[str, Any]:
    """A PrometheusRule of a state."""
    return {
        "urn": "urn:pulumi:prod::billing-platform::kubernetes:monitoring.coreos.com/v1:PrometheusRule::api-slo",
        "type": "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
        "inputs": {"metadata": {"annotations": {"platform/slo": json.dumps(levels)}}},
    }


def level(slo: str, **others: Any) -> dict[str, Any]:
    """As `ServiceLevel.as_dict` tells it, as far as it is read."""
    told = {"id": slo, "service": "api", "owner": "payments", "kind": "availability", "objective_percent": 99.95}
    return {**told, "period_days": 30, "windows": ["1h"], **others}


def target(folder: Path, url: str | None, *, sandbox: bool = False, undecided: str = "block", **policy: Any) -> Any:
    """As much of a target as is read; its state, break-glass and clock are in the folder."""
    settings = SimpleNamespace(budgets=section(url, **policy), policy=SimpleNamespace(undecided=undecided))
    project = SimpleNamespace(name="billing-platform", settings=lambda _: settings)
    return SimpleNamespace(
        project=project,
        environment="prod",
        name="prod",
        place="sandbox" if sandbox else "the real account",
        sandbox=SimpleNamespace() if sandbox else None,
        variables={"PULUMI_BACKEND_URL": f"file://{folder}"},
    )
