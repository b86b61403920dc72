"""What an environment's settings say of plans and signatures."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from platformctl.target import Target


@dataclass(frozen=True)
class Rules:
    """`signing_key`: of AWS KMS. `approvers`: by name the public key, base64 of its DER."""

    undecided_blocks: bool = False
    protects: bool = True
    plan_required: bool = False
    signing_key: str | None = None
    approvers: Mapping[str, str] = field(default_factory=dict)


def rules_of(target: Target) -> Rules:
    """The rules of the target's environment. A checkout of an older revision may not have them all."""
    policy = target.project.settings(target.environment).policy
    return Rules(
        undecided_blocks=policy.undecided == "block",
        protects=policy.protect_stateful,
        plan_required=getattr(policy, "plan_required", False),
        signing_key=getattr(policy, "signing_key", None),
        approvers=getattr(policy, "approvers", {}),
    )
