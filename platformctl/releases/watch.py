"""Watches Rollouts until each is promoted or one has failed, for a limited time."""

import time
from collections.abc import Callable, Sequence

from platformctl.errors import CommandError, Exit
from platformctl.releases.rollouts import Name, Stage, Standing, read, standing
from sandbox.cluster.client import ApiError, Client

POLL_S = 5.0
_BLIND_S = 120.0  # an API server that does not answer for longer is not waited for


def watch(
    client: Client,
    names: Sequence[Name],
    limit_s: float,
    tell: Callable[[Standing], None],
    poll_s: float = POLL_S,
) -> Exit:
    """FINE when all are promoted, FINDINGS as soon as one has failed, UNDECIDED when the time is over.

    `tell` hears of each Rollout once, and again whenever it stands otherwise. A failure ends the watch at once: the
    others go on in the cluster, where each decides for itself.
    """
    began = seen = time.monotonic()
    told: dict[Name, Standing] = {}
    while True:
        try:
            now = [standing(name, read(client, name)) for name in names]
            seen = time.monotonic()
        except (ApiError, OSError) as error:
            if isinstance(error, ApiError) and error.status in (401, 403):
                raise CommandError(f"the cluster refuses to show its rollouts: {error.message}") from None
            if time.monotonic() - seen > _BLIND_S:
                raise CommandError(f"the cluster's API does not answer: {error}", Exit.ENGINE) from None
            now = list(told.values())
        for one in now:
            if told.get(one.name) != one:
                tell(one)
            told[one.name] = one
        stages = {one.stage for one in now}
        if Stage.FAILED in stages:
            return Exit.FINDINGS
        if stages <= {Stage.PROMOTED} and len(now) == len(names):
            return Exit.FINE
        if time.monotonic() - began + poll_s > limit_s:
            return Exit.UNDECIDED
        time.sleep(poll_s)
