"""Who runs this command, and what the store's clock says."""

import getpass
import os
import socket
import subprocess
import tempfile
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from platformctl.clients import clients
from platformctl.errors import CommandError, Exit
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
    """Now, by the clock of where the state is kept: the file system's, or that of S3."""
    url = target.variables.get("PULUMI_BACKEND_URL", "")
    if url.startswith("file://"):
        folder = Path(url.removeprefix("file://").partition("?")[0]).expanduser()
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b".")
            probe.flush()
            return datetime.fromtimestamp(os.fstat(probe.fileno()).st_mtime, UTC)
    return date_of(_asked(target, url.removeprefix("s3://").partition("?")[0].partition("/")[0]))


def date_of(answer: Any) -> datetime:
    """When S3 answered; CommandError when it does not say."""
    try:
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, ValueError, TypeError):
        raise CommandError("the store's answer has no date, by which a plan's end is reckoned", Exit.ENGINE) from None


def _asked(target: Target, bucket: str) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return clients(target)("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        return error.response  # refused or not: it tells the time
    except BotoCoreError as error:
        raise CommandError(f"the state's bucket {bucket} does not answer: {error}", Exit.ENGINE) from None


def _git(root: Path, key: str) -> str:
    try:
        answer = subprocess.run(["git", "config", key], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        return ""
    return answer.stdout.strip()
