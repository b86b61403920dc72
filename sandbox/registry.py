"""All resource types that the sandbox serves, by token."""

from __future__ import annotations

import functools

from sandbox.aws import TYPES
from sandbox.model import ResourceType


class UnknownTypeError(LookupError):
    """A resource type without a table."""


@functools.cache
def by_token() -> dict[str, ResourceType]:
    return {kind.token: kind for kind in TYPES}


def find(token: str) -> ResourceType:
    kind = by_token().get(token)
    if kind is None:
        module = token.split(":")[1].split("/")[0] if token.count(":") == 2 else token
        raise UnknownTypeError(
            f"the sandbox does not serve resource type {token}: add it under sandbox/aws/ "
            f"(types of `{module}` are in {_home(module)}; sandbox/README.md shows how)"
        )
    return kind


def _home(module: str) -> str:
    files = sorted({kind.file for token, kind in by_token().items() if token.split(":")[1].startswith(f"{module}/")})
    return ", ".join(files) or f"a new sandbox/aws/{module}.py"
