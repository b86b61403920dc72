"""Who runs this command, and what the store's clock says."""

import getpass
import os
import socket
import subprocess
from datetime import datetime
from pathlib import Path

from platformctl.clients import clients
from platformctl.errors import CommandError, Exit
from platformctl.locks.backend import store_of
from platformctl.locks.store import Unreachable
from platformctl.target import Target


def person(root: Path, name: str | None = None) -> dict[str, str]:
    """The one at the keyboard: `name`, or as Git knows them; in a workflow who started it, and its run's address."""
    git = f"{_git(root, 'user.name')} <{_git(root, 'user.email')}>"
    known = name or os.environ.get("GITHUB_ACTOR") or ("" if git == " <>" else git) or getpass.getuser()
    found = {"name": known, "user": f"{getpass.getuser()}@{socket.gethostname()}"}
    if run := os.environ.get("GITHUB_RUN_ID"):
        server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
        found["run"] = f"{server}/{os.environ.get('GITHUB_REPOSITORY', '')}/actions/runs/{run}"
    return found


def identity(target: Target) -> str | None:
    """The ARN that the real account knows this command by; None in the sandbox, which takes any."""
    if target.sandbox is not None:
        return None
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return str(clients(target)("sts").get_caller_identity()["Arn"])
    except (ClientError, BotoCoreError) as error:
        raise CommandError(f"the account does not know this shell's credentials: {error}") from None


def store_time(target: Target) -> datetime:
    """Now, by the clock of where the state is kept; CommandError when it does not answer."""
    try:
        return store_of(target.variables).read(f"{target.project.name}/{target.environment}").now
    except Unreachable as problem:
        raise CommandError(f"what time it is cannot be told: {problem}", Exit.ENGINE) from None


def _git(root: Path, key: str) -> str:
    try:
        answer = subprocess.run(["git", "config", key], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        return ""
    return answer.stdout.strip()
