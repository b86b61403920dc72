"""Starts, finds and stops the sandbox's background process. Light to import: every command asks it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox import cluster
from sandbox.lifetime import SandboxError as SandboxError  # part of what this module offers
from sandbox.lifetime import children, end, interrupts, locked, start_ticks

START_TIMEOUT_S = 60
ANSWER_TIMEOUT_S = 30  # the first call of a service loads it, which takes seconds on a busy machine
LOG = "sandbox.log"
RECORD = "process.json"
_SELF = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Running:
    """A sandbox that answers. `started` is seconds since the epoch; the ports are on 127.0.0.1."""

    pid: int
    instance: str
    aws_port: int
    provider_port: int
    kubernetes_port: int
    directory: Path
    started: float
    cloud: bool = True  # False: nothing but the providers, which is enough for a preview

    @property
    def aws_url(self) -> str:
        return f"http://127.0.0.1:{self.aws_port}"


@dataclass(frozen=True)
class Dead:
    """A record of a sandbox that is no longer there, and its cloud with it."""

    pid: int
    directory: Path
    reason: str


def find(root: Path) -> Running | Dead | None:
    """The sandbox of this checkout; Dead when its process is gone, replaced by another one, or silent."""
    return _find(root / ".sandbox")


def start(root: Path, *, directory: Path | None = None) -> Running:
    """The running sandbox, started if need be; two starts at once give one process. Takes about two seconds.

    A dead one is cleared first, with the stack state that described its cloud. Raises SandboxError.
    """
    return _start(directory or root / ".sandbox", arguments=())


def stop(root: Path) -> None:
    """End the process. The cloud was in its memory, so the stack state in the directory goes with it."""
    directory = root / ".sandbox"
    if directory.exists():
        with locked(directory / "lock"):
            _clear(directory)


def reset(root: Path) -> Running:
    """A new, empty cloud: stop, delete the directory, start."""
    stop(root)
    shutil.rmtree(root / ".sandbox", ignore_errors=True)
    return start(root)


@contextlib.contextmanager
def temporary(root: Path, *, cloud: bool = True) -> Iterator[Running]:  # noqa: ARG001  apart from the checkout's
    """A sandbox for the length of a block; it ends with the block, and with this process at the latest. Without a
    `cloud` its providers plan, and make nothing.
    """
    directory = Path(tempfile.mkdtemp(prefix="platform-sandbox-"))
    try:
        yield _start(directory, arguments=("--die-with", str(os.getpid()), *(() if cloud else ("--no-cloud",))))
    finally:
        with locked(directory / "lock"):
            _clear(directory)
        shutil.rmtree(directory, ignore_errors=True)


def environment(running: Running, account_id: str, region: str) -> dict[str, str]:
    """Variables with which the ordinary Pulumi and AWS tools use this sandbox, in an account of its own."""
    directory = running.directory
    return {
        "PULUMI_DEBUG_PROVIDERS": f"aws:{running.provider_port},kubernetes:{running.kubernetes_port}",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Without files of metadata beside the state: those are not written in one go, and an engine killed meanwhile
        # leaves one that no engine can read.
        "PULUMI_BACKEND_URL": f"file://{directory / 'state'}?metadata=skip",
        "PULUMI_HOME": str(directory / "pulumi-home"),
        "PULUMI_CONFIG_PASSPHRASE": os.environ.get("PULUMI_CONFIG_PASSPHRASE", "sandbox"),
        "AWS_ENDPOINT_URL": running.aws_url,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        **({"KUBECONFIG": str(plane.kubeconfig)} if (plane := cluster.find(directory)) else {}),
        **(_credentials(running, account_id) if running.cloud else dict.fromkeys(_KEYS, "none")),
    }


def status(running: Running) -> dict[str, Any]:
    """What the process says of itself: resources by account, unverified properties, calls served."""
    return _ask(running, "status")


def recorded(running: Running, type_: str, account: str, region: str, inputs: Mapping[str, Any]) -> list[str]:
    """The ids of what a type that moto does not have was recorded with, in the account and region: see Records.like."""
    asked = {"type": type_, "account": account, "region": region, "inputs": dict(inputs)}
    return list(_ask(running, "recorded", asked)["ids"])


def record(running: Running) -> None:
    """Written by the process itself once both servers listen: readers see the whole record or none."""
    content = {**asdict(running), "directory": str(running.directory), "ticks": start_ticks(running.pid)}
    new = running.directory / f"{RECORD}.{running.pid}"
    new.write_text(json.dumps(content))
    new.replace(running.directory / RECORD)


def _find(directory: Path) -> Running | Dead | None:
    try:
        content = json.loads((directory / RECORD).read_text())
        ticks = content.pop("ticks")
        running = Running(**{**content, "directory": Path(content["directory"])})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        return Dead(0, directory, f"{directory / RECORD} is not readable")
    reason = _why_dead(running, ticks)
    if not reason and (died := cluster.why_dead(directory)):
        reason = f"its control plane died: {died}"
    return Dead(running.pid, directory, reason) if reason else running


def _why_dead(running: Running, ticks: int) -> str:
    now = start_ticks(running.pid)
    if now is None:
        return f"process {running.pid} is gone"
    if now != ticks:
        return f"process {running.pid} is another program now"
    try:
        instance = _ask(running, "alive")["instance"]
    except TimeoutError:
        return ""  # alive and busy
    except (OSError, ValueError, KeyError) as error:
        return f"process {running.pid} does not answer on port {running.aws_port} ({error})"
    return "" if instance == running.instance else f"port {running.aws_port} is used by another sandbox"


def _start(directory: Path, arguments: tuple[str, ...]) -> Running:
    directory.mkdir(parents=True, exist_ok=True)
    directory = directory.resolve()
    with locked(directory / "lock"):
        found = _find(directory)
        if isinstance(found, Running):
            return found
        _clear(directory)
        for name in ("state", "pulumi-home"):
            (directory / name).mkdir(exist_ok=True)
        return _spawn(directory, arguments)


# Many threads with an arena each would keep what none of them uses; and large blocks go back, where glibc would raise
# its thresholds with each that was freed (mallopt(3)): 370 MB instead of 394 with three environments.
_MEMORY = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_TRIM_THRESHOLD_": str(128 * 1024),
    "MALLOC_MMAP_THRESHOLD_": str(128 * 1024),
}


def _spawn(directory: Path, arguments: tuple[str, ...]) -> Running:
    command = [sys.executable, "-m", "sandbox.serve", "--directory", str(directory), *arguments]
    paths = [str(_SELF), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    around = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "MOTO_"))}
    around |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1", **_MEMORY}
    child = None
    try:
        with (directory / LOG).open("wb") as log, interrupts():
            child = subprocess.Popen(  # noqa: S603  our own interpreter and module
                command,
                cwd=directory,
                env=around,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            children[child.pid] = child
        until = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < until:
            if child.poll() is not None:
                said = (directory / LOG).read_text(errors="replace")[-2000:]
                raise SandboxError(f"the sandbox ended while starting; {directory / LOG} says:\n{said}")
            found = _find(directory)
            if isinstance(found, Running) and found.pid == child.pid:
                return found
            time.sleep(0.03)
        raise SandboxError(f"the sandbox did not answer within {START_TIMEOUT_S} s; see {directory / LOG}")
    except BaseException:
        if child:
            end(child.pid)
        raise


def _clear(directory: Path) -> None:
    """End the recorded process if it is ours, with the control plane, and remove the state of both clouds."""
    cluster.stop(directory)
    try:
        content = json.loads((directory / RECORD).read_text())
        pid, ticks = int(content["pid"]), content.get("ticks")
    except (OSError, ValueError, KeyError, TypeError):
        pid, ticks = 0, None
    if ticks is not None and start_ticks(pid) == ticks:
        end(pid)
    (directory / RECORD).unlink(missing_ok=True)
    shutil.rmtree(directory / "state", ignore_errors=True)


def _ask(running: Running, what: str, body: Any = None) -> dict[str, Any]:
    sent = None if body is None else json.dumps(body).encode()
    with _open(f"{running.aws_url}/_sandbox/{what}", sent) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def _open(request: str | urllib.request.Request, body: bytes | None = None) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(request, body, timeout=ANSWER_TIMEOUT_S)


def _credentials(running: Running, account_id: str) -> dict[str, str]:
    """Keys of the account from moto's STS: the same call that real credentials would come from."""
    scope = f"Credential=sandbox/20200101/{_ANY_REGION}/sts/aws4_request, SignedHeaders=host, Signature=0"
    form = {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": f"arn:aws:iam::{account_id}:role/platform-sandbox",
        "RoleSessionName": "sandbox",
    }
    request = urllib.request.Request(  # noqa: S310  loopback
        running.aws_url,
        urllib.parse.urlencode(form).encode(),
        {"Authorization": f"AWS4-HMAC-SHA256 {scope}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    try:
        with _open(request) as answer:
            body = answer.read().decode()
    except OSError as error:
        raise SandboxError(f"the sandbox does not give credentials for account {account_id}: {error}") from error
    return {variable: _element(body, name) for variable, name in _KEYS.items()}


_ANY_REGION = "us-east-1"
_KEYS = {
    "AWS_ACCESS_KEY_ID": "AccessKeyId",
    "AWS_SECRET_ACCESS_KEY": "SecretAccessKey",
    "AWS_SESSION_TOKEN": "SessionToken",
}


def _element(body: str, name: str) -> str:
    return body.partition(f"<{name}>")[2].partition(f"</{name}>")[0]
