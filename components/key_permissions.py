"""What a role may do with a key of ours: told by the key's alias, for its ARN is known only once it exists."""

from dataclasses import dataclass

from pulumi import Input

from components.policy_document import Statement


@dataclass(frozen=True)
class NamedKey:
    """A key and the name that is known before it exists."""

    alias: str  # without `alias/`
    arn: Input[str]


def key_use(
    sid: str, *, account_id: str, region: str, alias: str, actions: tuple[str, ...], via: str = "s3"
) -> Statement:
    """The role may use the key of that alias (without `alias/`), through the service `via` alone; the key's policy
    decides as well.

    Source: KMS developer guide, "kms:ResourceAliases" and "kms:ViaService".
    """
    return Statement(
        sid=sid,
        actions=actions,
        resources=(f"arn:aws:kms:{region}:{account_id}:key/*",),
        conditions={
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{alias}"},
            "StringEquals": {"kms:ViaService": f"{via}.{region}.amazonaws.com"},
        },
        why="the alias in the condition names the one key",
    )
