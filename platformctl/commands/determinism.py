"""determinism: whether a program asks for the same resources every time it runs."""

import time

import typer

from platformctl import show
from platformctl.commands.options import AsJson, Environment
from platformctl.errors import Exit
from platformctl.progress import progress
from platformctl.project import Project

_SHOWN = 20


def determinism(environment: Environment = "staging", as_json: AsJson = False) -> None:
    """Render the program twice, on another day and with all else that is not its own changed; exit code 1 if it asks
    for something else. No engine, no cloud, no credentials.

    Example: platformctl determinism prod
    """
    from platformctl.determinism.twice import differences

    started = time.monotonic()
    project, stack = Project.choose(environment)
    with progress(f"rendering {environment} twice"):
        found = differences(project, stack)
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        told = [one.as_dict() for one in found]
        show.show_json({"schema": 1, "environment": environment, "differences": told, "seconds": seconds})
    else:
        for one in found[:_SHOWN]:
            where = f" [dim]{show.escape(one.source)}[/]" if one.source else ""
            what = show.escape(one.property) or "is not always registered"
            show.out.print(f"[red]{show.escape(one.name)}[/] {what}{where}")
            show.out.print(f"    {show.escape(show.value_text(one.one))} or {show.escape(show.value_text(one.other))}")
            show.out.print(f"    because of {show.escape(', '.join(one.causes) or 'several things together')}")
        if len(found) > _SHOWN:
            show.out.print(f"and {len(found) - _SHOWN} more (see --json)")
        verdict = f"{len(found)} differences" if found else "asks for the same"
        show.out.print(f"{environment}, rendered twice: {verdict}; {seconds} s")
    raise typer.Exit(Exit.FINDINGS if found else Exit.FINE)
