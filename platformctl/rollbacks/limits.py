"""What a rollback cannot take back: what AWS never undoes, and what lies outside of the program."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from platformctl.changes import Change, Sides, readable
from sandbox.tools.places import numbers

_DATABASES = ("aws:rds/cluster:Cluster", "aws:rds/instance:Instance")
_VAULT_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
_JOB = "kubernetes:batch/v1:Job"
_MIGRATES = "-migrate-"  # in the names of migrations: components/services/contents.py


@dataclass(frozen=True)
class Limit:
    """One thing that stays as it is, and why; `source` where AWS says so."""

    urn: str
    name: str
    property: str
    before: Any  # as it is now
    after: Any  # as the earlier program has it
    why: str
    source: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


def _lower_version(before: Any, after: Any) -> bool:
    told = isinstance(before, str) and isinstance(after, str) and before[:1].isdigit() and after[:1].isdigit()
    return told and _below(numbers(after), numbers(before))


def _below(after: tuple[int, ...], before: tuple[int, ...]) -> bool:
    """A version that names fewer parts leaves the rest to AWS: 16 is not below 16.4."""
    parts = min(len(after), len(before))
    return after[:parts] < before[:parts]


def _less(before: Any, after: Any) -> bool:
    return isinstance(before, int | float) and isinstance(after, int | float) and after < before


# Types, the property, when it cannot be done, why, and who says so.
_RULES: tuple[tuple[tuple[str, ...], str, Callable[[Any, Any], bool], str, str], ...] = (
    (
        _DATABASES,
        "engineVersion",
        _lower_version,
        "the engine's version was raised, and is never lowered: restore a snapshot from before into a new database",
        "RDS user guide, Upgrading a DB instance engine version",
    ),
    (
        ("aws:rds/instance:Instance",),
        "allocatedStorage",
        _less,
        "storage that was added cannot be taken away: restore into a smaller one, or keep it",
        "RDS API reference, ModifyDBInstance, AllocatedStorage",
    ),
)


def cannot(changes: Iterable[Change], sides: Mapping[str, Sides]) -> list[Limit]:
    """Changes of a rollback that AWS would refuse in the middle of it, in the order of the changes."""
    return [limit for change in changes for limit in _of(change, *sides[change.urn])]


def _of(change: Change, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Limit]:
    before, after = old.get("inputs") or {}, new.get("inputs") or {}
    for types, name, impossible, why, source in _RULES:
        if change.operation == "update" and change.type in types and impossible(before.get(name), after.get(name)):
            yield Limit(
                change.urn, change.name, name, readable(before.get(name)), readable(after.get(name)), why, source
            )
    if change.type == _VAULT_LOCK and change.operation in ("update", "delete", "replace"):
        why = "a vault that is locked for compliance stays so once its days of grace are over"
        yield Limit(change.urn, change.name, "", None, None, why, "AWS Backup developer guide, Vault Lock")


def stays(changes: Iterable[Change]) -> list[str]:
    """What a rollback leaves as it is, one line for each: it is for people to know, and hinders nothing."""
    migrations = sorted(
        {one.name for one in changes if one.type == _JOB and _MIGRATES in one.name and one.operation != "update"}
    )
    return [
        f"{name}: the schema stays as the newer version's migrations left it, data too; the version that is gone back "
        "to runs with it only if those migrations were additions"
        for name in migrations
    ]
