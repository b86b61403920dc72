"""Keeps credentials in plain text from the engine: nothing runs while a settings file, a source or an input has one.

The files are read here. The inputs take a render of the program, which a process of its own makes meanwhile:
`python -m platformctl.gate TARGET` prints the report, or what was wrong, as JSON.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from typing import Any

from platformctl.errors import CommandError, Exit
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
def opened(project: Project, environment: str) -> Iterator[Callable[[], None]]:
    """Looks through the files at once, and begins with the inputs. The function that is handed out waits for those.

    Both raise Blocked; the latter CommandError, too, for a program that does not run.
    """
    files(project)
    line = [sys.executable, "-m", "platformctl.gate", project.target(environment)]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    child = subprocess.Popen(line, cwd=project.root, text=True, **pipes)  # type: ignore[call-overload]  # noqa: S603
    try:
        yield lambda: _wait(child)
    finally:
        child.kill()
        child.communicate()


def _wait(child: "subprocess.Popen[str]") -> None:
    printed, complaint = child.communicate()
    try:
        answer: dict[str, Any] = json.loads(printed)
    except ValueError:
        last = (complaint.strip().splitlines() or [f"exit code {child.returncode}"])[-1]
        raise CommandError(f"the program could not be rendered: {last}", Exit.ENGINE) from None
    if "error" in answer:
        raise CommandError(answer["error"], Exit(answer["code"]))
    if answer["summary"]["fail"]:
        raise Blocked(answer)


def _inputs(target: str) -> Report:
    from platformctl.render import render
    from policies import adapters, engine
    from policies.rules import BY_ID

    project, environment = Project.choose(target)
    with redirect_stdout(sys.stderr):  # what the program prints is no part of the answer
        graph = adapters.from_registrations(render(project, environment))
    return engine.evaluate(graph, [BY_ID[RULE]], today=datetime.now(UTC).date(), partial=True).as_dict()


if __name__ == "__main__":
    try:
        print(json.dumps(_inputs(sys.argv[1])))
    except CommandError as error:
        print(json.dumps({"error": str(error), "code": error.code}))
