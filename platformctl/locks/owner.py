"""Who holds a lock: a person or a workflow run, and the very process, so that its death is known on its machine."""

import getpass
import os
import socket
from collections.abc import Mapping
from pathlib import Path

from sandbox.lifetime import start_ticks

# GitHub docs, "Variables reference", default environment variables.
_RUN = ("SERVER_URL", "REPOSITORY", "RUN_ID", "ACTOR")


def owner(variables: Mapping[str, str]) -> str:
    """For people. In a workflow run of GitHub who started it and where to look, elsewhere user@machine."""
    if variables.get("GITHUB_ACTIONS") == "true":
        run = "/".join(variables.get(f"GITHUB_{name}", "?") for name in ("SERVER_URL", "REPOSITORY"))
        return (
            f"{variables.get('GITHUB_ACTOR', 'a workflow')} ({run}/actions/runs/{variables.get('GITHUB_RUN_ID', '?')})"
        )
    return f"{getpass.getuser()}@{socket.gethostname()}"


def person(owner: str) -> str:
    """Whom an owner names, whatever the run or the machine: who locked by a workflow unlocks by another run of it."""
    return owner.partition(" (")[0].partition("@")[0].lower()


def this_process() -> str:
    """The machine since it was started, its namespace of process ids, the id, and when that process began."""
    return f"{_machine()} {os.getpid()} {start_ticks(os.getpid())}"


def is_dead(process: str) -> bool:
    """Whether the process is certainly gone. Of another machine, or where there is no /proc, nothing is certain."""
    machine, _, rest = process.partition(" ")
    pid, _, ticks = rest.partition(" ")
    if not machine or machine != _machine() or not pid.isdigit() or not ticks.isdigit():
        return False
    return start_ticks(int(pid)) != int(ticks)


def _machine() -> str:
    """Containers of one machine have the same boot id, and process ids of their own."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""
