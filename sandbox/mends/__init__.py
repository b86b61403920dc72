"""What moto forgets, refuses or has no call for, although it could keep it: small replacements, by service."""

from typing import Any


def replace(owner: Any, **members: Any) -> None:
    for name, value in members.items():
        setattr(owner, name, value)
