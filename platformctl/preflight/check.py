"""Holds shell, engine, backend and account against the environment, before anything of a `--live` command runs."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from platformctl.errors import CommandError
from platformctl.preflight import account, engines, place, stacks
from platformctl.preflight.obstacle import Obstacle
from platformctl.target import Target

Look = Callable[[Target], Iterable[Obstacle]]
# In each group all are asked at once; a later group is asked when nothing stands in the way of the earlier ones, which
# would be its cause. The first group reads this machine alone.
GROUPS: tuple[tuple[Look, ...], ...] = (
    (place.form, account.regions, engines.version, engines.plugins),
    (account.credentials,),
    (place.serves,),
    (stacks.held,),
)


def obstacles(target: Target) -> list[Obstacle]:
    """All that stands in the way, as far as it can be told; in the order of the table. Asks, and writes nothing."""
    for group in GROUPS:
        with ThreadPoolExecutor(len(group)) as at_once:
            found = [one for many in at_once.map(lambda look: list(look(target)), group) for one in many]
        if found:
            return found
    return []


def demand(target: Target) -> None:
    """CommandError (exit code 2) that names what is in the way, each with its remedy; nothing when all fits."""
    if found := obstacles(target):
        raise CommandError("\n".join(_lines(target, found)))


def _lines(target: Target, found: Iterable[Obstacle]) -> Iterator[str]:
    yield f"{target.name} cannot be reached as the real account; nothing was run:"
    for one in found:
        yield f"  {one.id}: {one.message}"
        if one.remedy:
            yield f"    remedy: {one.remedy}"
