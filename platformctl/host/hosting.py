"""What the engine is started with, so that it runs program and policy packs in children of the command's server."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import IO

import yaml

from platformctl.host.client import Server, lifeline
from platformctl.target import Target

COMMANDS = frozenset({"preview", "up", "refresh"})  # that run the program, or ask which providers it needs
_EXECUTOR = "pulumi-language-python-exec"
# The engine's `pulumi-analyzer-policy-python` starts a pack with the Python of the folder that PulumiPolicy.yaml names.
# This one tells where the pack is served already, and for anything else is the real one.
_PYTHON = """#!/bin/sh
case "$*" in
*"-m pulumi.policy "*) echo {port} && exec tail -n +1 -f {said} >&2 ;;
*) exec {python} "$@" ;;
esac
"""


@dataclass(frozen=True)
class Hosted:
    """The engine's options, and the files that it has to hold open for its children to live."""

    options: tuple[str, ...]
    files: tuple[int, ...] = ()


@contextmanager
def hosted(target: Target, command: str, packs: Sequence[Path], folder: Path) -> Iterator[Hosted]:
    """Children for the program and the policy `packs` of one run. What is not to run in this interpreter, or does not
    come up, is left for the engine to start, and to tell what is wrong. `folder`: for files of this run.
    """
    server = target.server
    if server is None or command not in COMMANDS:
        yield Hosted(tuple(f"--policy-pack={pack}" for pack in packs))
        return
    with lifeline() as (theirs, ours):
        variables = _activated(target.variables)
        program = _program(server, target, variables, theirs)
        asked = [(pack, _asked(server, target, command, variables, pack, theirs)) for pack in packs]
        options = [f"--policy-pack={_pack(pack, answer, folder)}" for pack, answer in asked]
        if program and (port := _port(program)):
            options.append(f"--client=127.0.0.1:{port}")
        yield Hosted(tuple(options), (ours,))


def _program(server: Server, target: Target, variables: Mapping[str, str], lifeline: int) -> IO[bytes] | None:
    executor = shutil.which(_EXECUTOR, path=target.variables.get("PATH"))
    if executor is None or not _ours(target.project.folder / "Pulumi.yaml"):
        return None
    answer, _ = server.ask("program", lifeline, variables, target.project.folder, executor=executor)
    return answer


def _asked(
    server: Server, target: Target, command: str, variables: Mapping[str, str], pack: Path, lifeline: int
) -> tuple[IO[bytes], Path] | None:
    if not _ours(pack / "PulumiPolicy.yaml"):
        return None
    told = {  # as the engine tells it: constructEnv of plugin/analyzer_plugin.go
        "PULUMI_PROJECT": target.project.name,
        "PULUMI_STACK": target.environment,
        "PULUMI_DRY_RUN": "true" if command == "preview" else "false",
    }
    return server.ask("pack", lifeline, {**variables, **told}, pack)


def _pack(pack: Path, asked: tuple[IO[bytes], Path] | None, folder: Path) -> Path:
    """The folder that the engine is given for a pack."""
    if asked is None or not (port := _port(asked[0])):
        return pack
    made = folder / pack.name
    python = made / "python" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(_PYTHON.format(port=port, said=quote(str(asked[1])), python=quote(sys.executable)))
    python.chmod(0o700)
    if not os.access(python, os.X_OK):  # nothing may be run from there
        return pack
    described = yaml.safe_load((pack / "PulumiPolicy.yaml").read_text())
    described["runtime"] = {"name": "python", "options": {"virtualenv": str(python.parent.parent)}}
    (made / "PulumiPolicy.yaml").write_text(yaml.safe_dump(described))
    return made


def _port(answer: IO[bytes]) -> str:
    """What a child is served at; empty for one that did not come up."""
    with answer:
        return answer.readline().decode().strip()


def _ours(file: Path) -> bool:
    """Whether the project or pack that a file describes is to run in the environment that this interpreter is of."""
    runtime = yaml.safe_load(file.read_text()).get("runtime")
    options = runtime.get("options") or {} if isinstance(runtime, dict) else {}
    named = options.pop("virtualenv", None)
    return bool(named) and not options and (file.parent / named).resolve() == Path(sys.prefix).resolve()


def _activated(variables: Mapping[str, str]) -> dict[str, str]:
    """As the engine's host changes them for a virtual environment."""
    path = os.pathsep.join((str(Path(sys.prefix) / "bin"), variables.get("PATH", os.defpath)))
    return {**{key: value for key, value in variables.items() if key != "PYTHONHOME"}, "PATH": path}
