"""Kubernetes' Pod Security Standards, field by field, as version 1.34 of the API server enforces them.

Follows k8s.io/pod-security-admission v0.34.2, folder `policy`: the checks have its ids, each in the version that holds
for 1.34, with the feature UserNamespacesPodSecurityStandards off (its default). A finding has the lowest level that
refuses the field, and `restricted` refuses what `baseline` refuses. There the restricted checks of capabilities,
seccomp and volumes replace those of baseline, which differs only for pods that the API server never takes: Windows pods
with capabilities or seccomp profiles, and volumes of two types.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from policies.pod_security import confinement, privileges
from policies.pod_security.check import BASELINE, RESTRICTED, Check, Pod
from policies.rule import Problem
from policies.values import Block, Origin

__all__ = ["BASELINE", "CHECKS", "RESTRICTED", "Pod", "judge", "refuses"]
CHECKS: dict[str, Check] = {check.id: check for check in (*privileges.CHECKS, *confinement.CHECKS)}


def judge(pod: Mapping[str, Any]) -> list[Problem]:
    """What the standards, or the types of the API, say against a Pod object of plain values."""
    whole = Block(pod, "", Origin("", {}))
    subject = Pod(whole.block("spec"), whole.block("metadata").block("annotations"))
    return [problem for check in CHECKS.values() for problem in check.problems(subject)]


def refuses(level: str, found: Iterable[Problem]) -> bool:
    """Whether a namespace that enforces `level`, BASELINE or RESTRICTED, refuses a pod with these findings."""
    levels = (BASELINE,) if level == BASELINE else (BASELINE, RESTRICTED)
    return any(problem.pod_security in levels for problem in found)
