"""Who manages and who uses the encryption keys."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from stacks.reading import Check, Found
from stacks.sections.fields import RoleArn, Strict


class Keys(Strict):
    administrators: Annotated[tuple[RoleArn, ...], Field(min_length=1)]
    """Roles that manage the keys and never use them. They must exist: KMS checks a policy's principals."""
    users: dict[Literal["internal", "personal", "financial", "audit"], tuple[RoleArn, ...]] = Field(
        default_factory=dict
    )
    """Roles that use the key of a data class and never manage it."""


def _key_roles(account_id: str, administrators: Sequence[str], users: Mapping[str, Sequence[str]]) -> Found:
    named = {"keys.administrators": administrators} | {f"keys.users.{name}": roles for name, roles in users.items()}
    for key, roles in named.items():
        for index, role in enumerate(roles):
            if role.split(":")[4] != account_id:
                allowed = f"a role of account.id {account_id}"
                yield (
                    f"{key}[{index}]",
                    role,
                    allowed,
                    "name a role of this account, which other accounts may assume",
                )
            if key != "keys.administrators" and role in administrators:
                allowed = "a role that is not in keys.administrators: who manages a key must not use it"
                yield f"{key}[{index}]", role, allowed, "name another role in one of the two"


CHECKS: tuple[Check, ...] = ((("account.id", "keys.administrators", "keys.users"), _key_roles),)
