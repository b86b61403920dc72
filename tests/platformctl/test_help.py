"""What the command line says of itself: every command has an example that parses, and the shell completes."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command

from platformctl.main import app

_EXAMPLE = re.compile(r"platformctl ((?:\"[^\"]*\"|'[^']*'|[^,;|>()\"'])*)")


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if inner := getattr(command, "commands", None):
        for name, one in sorted(inner.items()):
            yield from _commands(one, (*path, name))
    else:
        yield " ".join(path), command


COMMANDS = dict(_commands(get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_of_itself_with_options_that_it_has(name: str) -> None:
    command, told = COMMANDS[name], COMMANDS[name].help or ""
    before, example, examples = told.partition("Example")
    assert before.strip(), "it does not say what it does"
    assert example, "it has no example"
    found = [one for one in _EXAMPLE.findall(" ".join(examples.split())) if one.startswith(name)]
    assert found, f"no example begins with platformctl {name}"
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for one in found:
        given = {word.partition("=")[0] for word in shlex.split(one) if re.match(r"-{1,2}\w", word)}
        assert given <= known, f"{one}: {given - known}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for(name: str) -> None:
    silent = [p.name for p in COMMANDS[name].params if not getattr(p, "help", None)]
    assert silent == []


@pytest.mark.parametrize(("typed", "offered"), [("platformctl dri", "drift"), ("platformctl drift pro", "prod")])
def test_the_shell_completes_commands_and_environments(typed: str, offered: str) -> None:
    around = {"_PLATFORMCTL_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    line = [sys.executable, "-c", "from platformctl.main import app; app(prog_name='platformctl')"]
    done = subprocess.run(line, env={**around, "PATH": ""}, capture_output=True, text=True, check=False)
    assert offered in done.stdout.split(), done.stderr


def test_no_command_stands_without_a_heading() -> None:
    plain = [one.name for one in app.registered_commands + app.registered_groups if not _heading(one)]
    assert plain == []


def _heading(registered: Any) -> Any:
    return isinstance(registered.rich_help_panel, str) or not isinstance(registered, typer.models.CommandInfo)
