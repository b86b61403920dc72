"""Holds the deploy lock for a command, and says in its change record what the lock was and what was overridden."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from platformctl.locks import Lease, held
from platformctl.records.recording import About
from platformctl.target import Target


@dataclass(frozen=True)
class Asked:
    """What a command was told of locks and freezes: see the options of the same names."""

    pass_lock: str = ""
    override: str = ""
    approver: str = ""
    wait_s: float = 0.0


@contextmanager
def locked(target: Target, about: About, asked: Asked) -> Iterator[tuple[Lease, About]]:
    """The lease, and the change with what its record must have of it."""
    with held(
        target,
        about.command,
        passing=asked.pass_lock,
        override=asked.override,
        approver=asked.approver,
        wait_s=asked.wait_s,
    ) as lease:
        yield lease, replace(about, token=lease.token, overrides=_overrides(lease))


def _overrides(lease: Lease) -> list[Mapping[str, Any]]:
    passed = [{"kind": "lock", "reason": lease.passing}] if lease.passing else []
    frozen = [{"kind": "freeze", **lease.override.as_dict()}] if lease.override else []
    return [*passed, *frozen]
