"""Service control policies for the account, as documents: the organisation's administrator attaches them."""

import json
from collections.abc import Mapping, Sequence

from components.identity.guardrails import keep_boundary, keep_data, keep_evidence
from components.policy_document import Statement, document

POLICY_SIZE = 5120  # characters; Organizations user guide, "Quotas and service limits"


def service_control_policies(
    account_id: str,
    organisation: str,
    regions: Sequence[str],
    administrators: Sequence[str],
    *,
    throw_away: bool = False,
) -> Mapping[str, str]:
    """JSON by the policy's name. They bind every principal of the account, its root user included, but for the
    `administrators` (ARNs of roles) who make the foundation and the evidence in it.

    `throw_away`: databases and buckets may be deleted.
    """
    data = () if throw_away else keep_data(administrators)
    policies = {
        "keep-evidence": (*keep_evidence(account_id, organisation, administrators), *data),
        "keep-boundary": keep_boundary(account_id, regions, administrators),
        "no-root": (_no_root(),),
    }
    return {name: _compact(name, statements) for name, statements in policies.items()}


def _no_root() -> Statement:
    return Statement(
        sid="NoRoot",
        effect="Deny",
        actions=("*",),
        resources=("*",),
        conditions={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
    )


def _compact(name: str, statements: Sequence[Statement]) -> str:
    text = json.dumps(document(*statements), separators=(",", ":"))
    if len(text) > POLICY_SIZE:
        raise ValueError(f"service control policy {name} must be at most {POLICY_SIZE} characters, got {len(text)}")
    return text
