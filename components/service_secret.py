"""A credential that somebody outside gave us: its place, its readers and its rotation, never its value."""

import re
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import secretsmanager

from components.policy_document import EVERYONE, Conditions, Statement, policy_json
from components.tags import DataClass, classified, tagged

RECOVERY_DAYS = 30  # the longest that Secrets Manager offers: a deleted secret can be had back


@dataclass(frozen=True, kw_only=True)
class RotationByFunction:
    """A function of ours obtains a new credential from who issues it."""

    function_arn: str
    role_arn: str  # of the function, which reads and writes the secret


@dataclass(frozen=True, kw_only=True)
class ServiceSecretArgs:
    """`readers`: ARNs of roles, made before or after. `rotation_days`: the oldest that a value may be; `rotation` None
    where only a person can obtain a new one, of which AWS Config then reminds. `replica`: region and key of its copy.
    """

    secret_name: str  # environment/service/name
    description: str
    account_id: str
    data_class: DataClass
    key_arn: Input[str]
    readers: tuple[str, ...]
    rotation_days: int
    rotation: RotationByFunction | None = None
    replica: tuple[str, Input[str]] | None = None
    protect: bool = True

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+){2}", self.secret_name):
            raise ValueError(f"secret_name must be environment/service/name, got {self.secret_name!r}")
        if not self.readers:
            raise ValueError(f"readers of {self.secret_name} must name at least one role: who is it for?")
        for arn in self.readers:
            if not re.fullmatch(rf"arn:aws:iam::{self.account_id}:role/[\w+=,.@/-]+", arn):
                raise ValueError(f"readers of {self.secret_name} must be roles of {self.account_id}, got {arn!r}")
        if not 1 <= self.rotation_days <= 1000:
            raise ValueError(f"rotation_days of {self.secret_name} must be 1 to 1000, got {self.rotation_days}")


class ServiceSecret(ComponentResource):
    """The secret without a version: a person puts the value in, and it passes through no program, state or log."""

    arn: Output[str]

    def __init__(self, name: str, args: ServiceSecretArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:secrets:ServiceSecret", name, {}, opts)
        child = ResourceOptions(parent=self)
        rotation = "function" if args.rotation else "manual"
        rotating = {"rotation": rotation, "rotation-days": str(args.rotation_days)}
        replicas = [{"region": args.replica[0], "kms_key_id": args.replica[1]}] if args.replica else None
        secret = secretsmanager.Secret(
            name,
            name=args.secret_name,
            description=args.description,
            kms_key_id=args.key_arn,
            recovery_window_in_days=RECOVERY_DAYS,
            replicas=replicas,  # type: ignore[arg-type]  # the dictionary form of the argument
            tags=tagged(name, rotating, classified(args.data_class, None)),
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        policy = policy_json(*_statements(args))
        secretsmanager.SecretPolicy(name, secret_arn=secret.arn, policy=policy, block_public_policy=True, opts=child)
        if args.rotation:
            secretsmanager.SecretRotation(
                name,
                secret_id=secret.id,
                rotation_lambda_arn=args.rotation.function_arn,
                rotation_rules={"automatically_after_days": args.rotation_days},
                opts=child,
            )
        self.arn = secret.arn
        self.register_outputs({"arn": self.arn})


def _statements(args: ServiceSecretArgs) -> tuple[Statement, ...]:
    """In a secret's policy * is the secret itself (Secrets Manager user guide, "Resource-based policies")."""
    readers = [*args.readers, *([args.rotation.role_arn] if args.rotation else [])]
    return (
        _deny(
            "ReadersAlone",
            ("secretsmanager:GetSecretValue",),
            {"ArnNotEquals": {"aws:PrincipalArn": readers}, "Bool": {"aws:PrincipalIsAWSService": "false"}},
        ),
        _deny(
            "OurAccountAlone",
            ("secretsmanager:*",),
            {
                "StringNotEquals": {"aws:PrincipalAccount": args.account_id},
                "Bool": {"aws:PrincipalIsAWSService": "false"},
            },
        ),
    )


def _deny(sid: str, actions: tuple[str, ...], conditions: Conditions) -> Statement:
    return Statement(
        sid=sid, effect="Deny", actions=actions, resources=("*",), principals=EVERYONE, conditions=conditions
    )
