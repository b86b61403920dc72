"""The first step of a release, without traffic: a Job of the new image that makes a test charge against the canary."""

from typing import Any

from components.canary.plan import CanaryPlan
from components.canary.view import duration

HEADER = "x-canary-preflight"
LONGEST_S = 300
WINDOW_REVISIONS = 3  # a rollback to one of them skips the steps: the schema must still fit it


def header_value(plan: CanaryPlan) -> str:
    return f"{plan.service}-preflight"


def preflight_metric(plan: CanaryPlan) -> dict[str, Any]:
    """One Job: it must end with 0 at the first attempt.

    Its pod has not the service's name: no Service, disruption budget or network policy of the service means it.
    """
    if plan.preflight is None:
        raise ValueError(f"{plan.service} has no preflight")
    return {
        "name": "preflight",
        "failureLimit": 0,
        "consecutiveErrorLimit": 0,
        "provider": {
            "job": {
                "spec": {
                    "backoffLimit": 0,
                    "activeDeadlineSeconds": max(1, round(LONGEST_S * plan.time_scale)),
                    "template": {"metadata": {"labels": plan.labels(f"{plan.service}-preflight")}, "spec": _pod(plan)},
                }
            }
        },
    }


def _pod(plan: CanaryPlan) -> dict[str, Any]:
    """As the Pod Security Standard `restricted` wants it, without a token of the cluster."""
    assert plan.preflight is not None
    environment = {
        "PREFLIGHT_URL": plan.preflight.url,
        "PREFLIGHT_HEADER": f"{HEADER}: {header_value(plan)}",
        "PREFLIGHT_TIMEOUT": duration(LONGEST_S * plan.time_scale),
        # A contraction of the schema is refused while a revision that needs what it removes can be rolled back to.
        "PREFLIGHT_SCHEMA_REVISIONS": str(WINDOW_REVISIONS),
    }
    return {
        "restartPolicy": "Never",
        "serviceAccountName": plan.preflight.service_account,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "preflight",
                "image": plan.preflight.image,
                "args": list(plan.preflight.arguments),
                "env": [{"name": name, "value": value} for name, value in environment.items()],
                "resources": {
                    "requests": {"cpu": "100m", "memory": "128Mi"},
                    "limits": {"memory": "128Mi"},
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
            }
        ],
    }
