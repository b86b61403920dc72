"""The commit to go back to: the last one that was deployed well, before the one that stands now."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from platformctl.errors import CommandError

_DEPLOYS = ("up", "resume", "rollback")
Record = Mapping[str, Any]


def last_good(records: Sequence[Record], name: str) -> str:
    """By the change records, oldest first: the commit of the newest deployment that succeeded, where the newest one
    did not, and else of the newest one before the commit that stands now. A commit that was rolled back from is none.

    CommandError where no record tells of one.
    """
    deployed = [one for one in _since_destroyed(records) if one["command"] in _DEPLOYS and _commit(one)]
    if not deployed:
        raise CommandError(f"no change record tells which commits were deployed to {name}: name one with --to COMMIT")
    newest, left = deployed[-1], _rolled_back_from(deployed)
    failed = newest["outcome"] != "succeeded"
    for one in reversed(deployed[: None if failed else -1]):
        commit = _commit(one)
        if one["outcome"] == "succeeded" and commit not in left and commit != _commit(newest):
            return commit
    raise CommandError(
        f"the change records tell of no commit before {_commit(newest)[:12]} that was deployed well to {name} and not "
        "rolled back from: name one with --to COMMIT"
    )


def _since_destroyed(records: Iterable[Record]) -> list[Record]:
    found: list[Record] = []
    for one in records:
        found = [] if one["command"] == "destroy" and one["outcome"] == "succeeded" else [*found, one]
    return found


def _rolled_back_from(deployed: Sequence[Record]) -> set[str]:
    """The commits that stood when a rollback was made, unless they were deployed well again afterwards."""
    left: set[str] = set()
    stands = ""
    for one in deployed:
        commit = _commit(one)
        if one["command"] == "rollback" and stands != commit:
            left.add(stands)
        elif one["outcome"] == "succeeded":
            left.discard(commit)
        stands = commit
    return left


def _commit(record: Record) -> str:
    return str((record.get("what") or {}).get("commit") or "")
