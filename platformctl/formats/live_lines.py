"""What a report on an account says besides the verdicts: what is in no code, what is gone, and what was not seen."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.markup import escape

from platformctl.formats.characters import shown

_SHOWN = 20  # lines of each list; the JSON has all


def live_lines(seen: Mapping[str, Any]) -> Iterator[str]:
    """In rich's markup."""
    yield from _list("not in code", [f"{one['arn']} ({one['type'].rpartition(':')[2]})" for one in seen["unmanaged"]])
    yield from _list("in code, but not in the account", seen["missing"])
    yield from _list("not read, so that what looks at it is undecided", [_unread(one) for one in seen["not_read"]])
    yield (
        f"Account {seen['account']}, {', '.join(seen['regions'])}: {sum(seen['read'].values())} resources of "
        f"{len(seen['read'])} types read, {len(seen['made_by_aws'])} of them made by AWS. Judged by no rule here, as "
        f"they are for the program or the cluster: {', '.join(seen['rules_not_looked_at'])}"
    )


def _list(title: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"[yellow]{len(lines)} {title}[/]"
    for line in lines[:_SHOWN]:
        yield f"    {escape(shown(line))}"
    if len(lines) > _SHOWN:
        yield f"    [dim]and {len(lines) - _SHOWN} more: --format json has all[/]"


def _unread(one: Mapping[str, str]) -> str:
    what = f"{one['type']} {one['id']}" if "id" in one else one["type"]
    call = f" on {one['operation']}" if "operation" in one else ""
    return f"{what} in {one['region']}: {one['reason']}{call}"
