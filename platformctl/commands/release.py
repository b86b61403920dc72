"""release: what became of the services' new versions in the cluster."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platformctl import engine, show
from platformctl.commands.options import AsJson, Environment, Live
from platformctl.errors import CommandError, Exit
from platformctl.project import Project
from platformctl.target import Target, open_target

if TYPE_CHECKING:
    from platformctl.releases.rollouts import Standing
    from platformctl.state import Resource

app = typer.Typer(
    no_args_is_help=True, help="Watch the releases of an environment's services, and try what they serve."
)

_LENGTH = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


@app.command()
def watch(
    environment: Environment,
    limit: Annotated[str, typer.Option("--limit", metavar="LENGTH", help="How long at most: 90m, 2h, 30s.")] = "90m",
    as_json: AsJson = False,
    live: Live = False,
) -> None:
    """Watch every Rollout of the environment until all are promoted or one has failed.

    Exit code 0: all are promoted. 1: one was aborted, is degraded or is gone. 3: not decided within the time.

    Example: platformctl release watch staging --live --limit 90m
    """
    from platformctl.releases.reach import cluster
    from platformctl.releases.rollouts import names
    from platformctl.releases.watch import watch as follow

    seconds = length_s(limit)
    last: dict[str, Standing] = {}

    def tell(one: "Standing") -> None:
        last[str(one.name)] = one
        show.err.print(f"{one.name}: {one.stage}, {show.escape(one.says)}", soft_wrap=True)

    with resources_of(environment, live) as (target, resources):
        found = names(resources)
        if found:
            with cluster(resources, target.variables) as client:
                code = follow(client, found, seconds, tell)
        else:
            code = Exit.FINE
    if as_json:
        rows = [{"rollout": name, "stage": one.stage, "says": one.says} for name, one in sorted(last.items())]
        show.show_json({"schema": 1, "environment": environment, "rollouts": rows})
    else:
        outcome = {Exit.FINE: "promoted", Exit.FINDINGS: "one has failed", Exit.UNDECIDED: f"not decided in {limit}"}
        show.out.print(f"{environment}: {len(found)} rollouts, {outcome[code] if found else 'none to watch'}")
    raise typer.Exit(code)


@app.command()
def smoke(environment: Environment, as_json: AsJson = False, live: Live = False) -> None:
    """Ask every host of the environment's ingresses over HTTPS; only a failure of the server's is one.

    Exit code 1 when one does not answer, or answers with 5xx, five times within half a minute.

    Example: platformctl release smoke staging --live
    """
    from platformctl.releases.smoke import addresses, ask

    with resources_of(environment, live) as (_, resources):
        answers = [ask(url) for url in addresses(resources)]
    bad = [one for one in answers if not one.is_good]
    if as_json:
        rows = [{"url": one.url, "status": one.status, "says": one.says} for one in answers]
        show.show_json({"schema": 1, "environment": environment, "answers": rows})
    else:
        for one in answers:
            show.out.print(f"{show.escape(one.url)}: {show.escape(one.says)}", soft_wrap=True)
        show.out.print(f"{environment}: {len(answers)} addresses, {len(bad)} fail")
    raise typer.Exit(Exit.FINDINGS if bad else Exit.FINE)


@contextmanager
def resources_of(environment: str, live: bool) -> Iterator[tuple[Target, list["Resource"]]]:
    """What the environment's stack holds; CommandError where there is no stack."""
    from platformctl.state import deployment

    project, stack = Project.choose(environment)
    with open_target(project, stack, live=live) as target:
        if not engine.stack_exists(target):
            raise CommandError(f"nothing is deployed: {target.place} holds no stack {target.name!r}")
        found: list[Any] = deployment(target)["resources"]
        yield target, found


def length_s(text: str) -> float:
    """Seconds of a length such as 90m or 1h30m; CommandError for none."""
    match = _LENGTH.fullmatch(text.strip())
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()
    if length <= 0:
        raise CommandError(f"--limit must be a length such as 90m, 2h or 30s, got {text!r}")
    return length
