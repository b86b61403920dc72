"""Keeps credentials in plain text from the engine: nothing runs while a settings file, a source or an input has one.

The files are read here. The inputs take a render of the program, which a process of its own makes meanwhile.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from platformctl.errors import CommandError, Exit
from platformctl.host.client import Server, lifeline
from platformctl.project import Project
from platformctl.sources import plaintext
from platformctl.verdicts import Report
from policies.report import Report as Findings

RULE = "SEC-03"


class Blocked(Exception):  # noqa: N818  a verdict, not an error
    """A credential stands in plain text; `report` says where."""

    def __init__(self, report: Report):
        super().__init__("a credential stands in plain text")
        self.report = report


def files(project: Project) -> None:
    """Raises Blocked if a settings file or a source of the checkout has a credential."""
    found = plaintext(project)
    if found:
        raise Blocked(Findings(0, {RULE: len(found)}, tuple(found)).as_dict())


@contextmanager
def rendering(server: Server, environment: str) -> Iterator[Callable[[], None]]:
    """Begins with the inputs, in a child of `server`. The function that is handed out waits for them: it raises
    Blocked, or CommandError for a program that does not run.
    """
    project = server.project
    with lifeline() as (theirs, _):
        answer, said = server.ask("render", theirs, os.environ, project.root, target=project.target(environment))
        with answer:
            yield lambda: _wait(answer, said)


def _wait(answer: IO[bytes], said: Path) -> None:
    try:
        told: dict[str, Any] = json.loads(answer.read())
    except ValueError:
        last = (said.read_text().strip().splitlines() or ["no reason given"])[-1]
        raise CommandError(f"the program could not be rendered: {last}", Exit.ENGINE) from None
    if "error" in told:
        raise CommandError(told["error"], Exit(told["code"]))
    if told["summary"]["fail"]:
        raise Blocked(told)


def answer(target: str) -> dict[str, Any]:
    """The report on what the program of the working directory gives the engine, or what is wrong with it."""
    try:
        return dict(_inputs(target))
    except CommandError as error:
        return {"error": str(error), "code": error.code}


def _inputs(target: str) -> Report:
    from platformctl.render import render
    from policies import adapters, engine
    from policies.rules import BY_ID

    project, environment = Project.choose(target)
    graph = adapters.from_registrations(render(project, environment))
    return engine.evaluate(graph, [BY_ID[RULE]], today=datetime.now(UTC).date(), partial=True).as_dict()
