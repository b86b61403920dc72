"""watch: render and judge an environment each time that one of its files is saved."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from platformctl import show
from platformctl.commands.options import Environment
from platformctl.errors import Exit
from platformctl.project import Project
from platformctl.watching.files import saves
from platformctl.watching.rounds import Round, changed, findings
from platformctl.watching.server import Server


def watch(
    environment: Environment = "staging",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line for each round.")] = False,
    once: Annotated[bool, typer.Option("--once", help="End after the first round that follows a save.")] = False,
) -> None:
    """Render and judge the program on every save: what is different since the last one, and the rules' verdicts.

    Ends with Ctrl-C. What an update would replace only `preview` and `diff` know.

    Example: platformctl watch staging
    """
    project, _ = Project.choose(environment)
    with Server(environment, project.root) as server:
        try:
            saved, touched = saves(project), set[Path]()
            last = _round(server, Round(), [], touched, as_json)
            for files in saved:
                touched.update(files)
                fresh = _round(server, last, [project.shown(file) for file in files], touched, as_json)
                last = last if fresh.error else fresh
                if once:
                    raise typer.Exit(Exit.USAGE if fresh.error else Exit.FINE)
        except KeyboardInterrupt:
            raise typer.Exit(Exit.FINE) from None


def _round(server: Server, last: Round, files: list[str], touched: set[Path], as_json: bool) -> Round:
    started = time.monotonic()
    fresh = server.round(touched)
    seconds = round(time.monotonic() - started, 2)
    (_as_json if as_json else _as_text)(last, fresh, files, seconds)
    return fresh


def _as_text(last: Round, fresh: Round, files: list[str], seconds: float) -> None:
    if files:
        show.out.print(f"[bold]{datetime.now():%H:%M:%S}[/] {show.escape(', '.join(files))}")
    if fresh.error:
        show.out.print(f"[bold red]error:[/] {show.escape(fresh.error)}\n{seconds} s")
        return
    if last.resources:
        show.show_changed(changed(last.resources, fresh.resources))
    new, gone = findings(last.report, fresh.report)
    show.show_news(new, gone)
    counted = fresh.report["summary"]
    show.out.print(
        f"{len(fresh.resources)} resources; {counted['fail']} failed, {counted['undecided']} undecided, "
        f"{counted['waived']} waived: {seconds} s"
    )


def _as_json(last: Round, fresh: Round, files: list[str], seconds: float) -> None:
    document: dict[str, Any] = {"schema": 1, "files": files, "seconds": seconds, "error": fresh.error}
    if not fresh.error:
        new, gone = findings(last.report, fresh.report)
        changes = changed(last.resources, fresh.resources) if last.resources else []
        document |= {"changes": [change.as_dict() for change in changes], "new": new, "fixed": gone}
        document |= {"resources": len(fresh.resources), "summary": fresh.report["summary"]}
    print(json.dumps(document, ensure_ascii=False), flush=True)
