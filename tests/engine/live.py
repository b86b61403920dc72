"""A sandbox reached as if it were the real account: its moto is the cloud, and the engine's backend a bucket in it."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformctl.project import Project
from tests.engine.conftest import COMMAND_S, Checkout
from tests.engine.small import ACCOUNT, FOUNDATION, small_checkout

REGION = "eu-central-1"
BUCKET = f"kestrel-billing-sandbox-state-{ACCOUNT}"
STATE = ".pulumi/stacks/billing-foundation/sandbox.json"


class Wire:
    """A way to a port of this machine that can be cut and mended: connections are then refused, open ones closed.

    `to`: the port, which may be another one for the next connection.
    """

    def __init__(self, port: int):
        self.to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self.whole, self.tried = True, 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.whole = False
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.whole = True

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                if not self.whole:
                    self.tried += 1
                    here.close()
                    continue
                there = socket.create_connection(("127.0.0.1", self.to))
                self._open |= {here, there}
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while content := source.recv(65_536):
                sink.sendall(content)
        for one in (source, sink):
            with suppress(OSError):
                one.close()
            self._open.discard(one)


@dataclass(frozen=True)
class Live:
    """A checkout whose shell has credentials, a backend and endpoints, as an engineer's or a runner's has."""

    checkout: Checkout
    wire: Wire  # to the bucket; the cloud is reached without it
    module: str = "platformctl"  # that the command is run as
    changed: Mapping[str, str | None] = field(default_factory=dict)  # variables of the shell; None: unset
    target: str = FOUNDATION  # whose stack `pulumi` works on

    @property
    def backend_url(self) -> str:
        own = f"endpoint=127.0.0.1:{self.wire.port}&disableSSL=true&s3ForcePathStyle=true"
        return f"s3://{BUCKET}?region={REGION}&{own}"

    @property
    def s3(self) -> Any:
        return self.checkout.aws("s3", FOUNDATION)

    def variables(self, **changed: str | None) -> Mapping[str, str]:
        """The shell's; a None takes one away."""
        told: dict[str, str | None] = {**self.checkout.variables(FOUNDATION), "PULUMI_BACKEND_URL": self.backend_url}
        told |= {**self.changed, **changed}
        return {name: value for name, value in told.items() if value is not None}

    def start(self, *arguments: str, **changed: str | None) -> "subprocess.Popen[str]":
        """Starts platformctl with --live and does not wait."""
        line = [sys.executable, "-m", self.module, *arguments, "--live"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        variables, root = dict(self.variables(**changed)), self.checkout.root
        return subprocess.Popen(line, cwd=root, env=variables, text=True, start_new_session=True, **pipes)  # type: ignore[call-overload,no-any-return]

    def ctl(self, *arguments: str, code: int | None = 0, **changed: str | None) -> "subprocess.CompletedProcess[str]":
        """Runs platformctl with --live and checks its exit code (None: any)."""
        running = self.start(*arguments, **changed)
        out, err = running.communicate(timeout=COMMAND_S)
        assert code is None or running.returncode == code, f"{arguments}: {running.returncode}\n{out}\n{err}"
        return subprocess.CompletedProcess(arguments, running.returncode, out, err)

    def pulumi(self, *arguments: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Runs the ordinary CLI on the same backend."""
        folder = Project.choose(self.target, self.checkout.root)[0].folder
        line, variables = ["pulumi", *arguments, "--non-interactive"], dict(self.variables())
        result = subprocess.run(
            line, cwd=folder, env=variables, capture_output=True, text=True, timeout=COMMAND_S, check=False
        )
        assert result.returncode == code, f"{arguments}: {result.stdout}\n{result.stderr}"
        return result

    def state(self) -> bytes:
        content: bytes = self.s3.get_object(Bucket=BUCKET, Key=STATE)["Body"].read()
        return content

    def put_state(self, content: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=STATE, Body=content)


@contextmanager
def reached(checkout: Checkout, target: str = FOUNDATION, module: str = "platformctl") -> Iterator[Live]:
    """A small project reached so, its stack made in a new, versioned bucket of its sandbox."""
    settings = Project.choose(target, checkout.root)[0].program / "settings.py"
    named = f'id="{ACCOUNT}", organisation="kestrel-billing", recovery_region="eu-west-1"'
    settings.write_text(settings.read_text().replace(f'id="{ACCOUNT}"', named))
    wire = Wire(checkout.sandbox.aws_port)
    live = Live(checkout, wire, module, target=target)
    try:
        live.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        live.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        live.pulumi("stack", "init", "sandbox")
        yield live
    finally:
        wire.close()


@contextmanager
def live_checkout(root: Path, target: str = FOUNDATION, module: str = "platformctl") -> Iterator[Live]:
    """A checkout of its own, reached so; its program is still to be written."""
    with small_checkout(root) as checkout, reached(checkout, target, module) as live:
        yield live
