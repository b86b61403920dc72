"""A role that an administrator makes, before any pipeline: for people and for the pipeline itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import Input, ResourceOptions
from pulumi_aws import iam

from components.account_names import FOUNDATION_PATH, FoundationRole
from components.policy_document import Statement, policy_json
from components.tags import tagged

SHORTEST_SESSION_S, LONGEST_SESSION_S = 3600, 43_200  # IAM user guide, "Update the maximum session duration"


@dataclass(frozen=True, kw_only=True)
class RoleSpec:
    """What one role is: who takes it, what it may do, and for how long at a time."""

    role: FoundationRole
    description: str
    trust: tuple[Statement, ...]
    permissions: Mapping[str, tuple[Statement, ...]]  # a policy for each, by what it is for
    session_s: int = SHORTEST_SESSION_S
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not SHORTEST_SESSION_S <= self.session_s <= LONGEST_SESSION_S:
            allowed = f"{SHORTEST_SESSION_S} to {LONGEST_SESSION_S}"
            raise ValueError(f"session_s of {self.role} must be {allowed}, got {self.session_s}")


def make_role(name: str, spec: RoleSpec, boundary_arn: Input[str], child: ResourceOptions) -> iam.Role:
    """The role `<name>-<role>` inside its boundary, with a managed policy of its own for each of its permissions."""
    own = f"{name}-{spec.role}"
    role = iam.Role(
        own,
        name=spec.role,
        path=FOUNDATION_PATH,
        description=spec.description,
        assume_role_policy=policy_json(*spec.trust),
        max_session_duration=spec.session_s,
        permissions_boundary=boundary_arn,
        tags=tagged(own, spec.tags),
        opts=child,
    )
    for purpose, statements in spec.permissions.items():
        policy = iam.Policy(
            f"{own}-{purpose}",
            name=f"{spec.role}-{purpose}",
            path=FOUNDATION_PATH,
            description=f"{spec.role}: {purpose}",
            policy=policy_json(*statements),
            tags=tagged(f"{own}-{purpose}"),
            opts=child,
        )
        iam.RolePolicyAttachment(f"{own}-{purpose}", role=role.name, policy_arn=policy.arn, opts=child)
    return role
