"""A real PostgreSQL with pgaudit, in a directory of its own, with a database's parameters."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from components.databases.parameters import Parameter

DATABASE = "ledger"
_NEEDS = "PostgreSQL with pgaudit is not installed: apt-get install postgresql postgresql-<major>-pgaudit"
_OF_RDS = "rds."  # parameters that RDS alone has


def bin_folder() -> Path:
    """The newest installation that has pgaudit, where Debian puts them."""
    found = [lib.parents[1] / "bin" for lib in Path("/usr/lib/postgresql").glob("*/lib/pgaudit.so")]
    assert found, _NEEDS
    return max(found, key=lambda folder: int(folder.parent.name))


@dataclass(frozen=True)
class Server:
    bin: Path
    home: Path

    @property
    def log(self) -> str:
        """All that was logged so far."""
        return (self.home / "log").read_text()

    def command(self, role: str = "postgres", tool: str = "psql") -> list[str]:
        plain = ["-X", "-q", "-A", "-t"] if tool == "psql" else []
        return [str(self.bin / tool), *plain, "-h", str(self.home), "-U", role]

    def sql(self, text: str, role: str = "postgres", database: str = DATABASE) -> str:
        """What a statement answers; AssertionError with its error."""
        answer = self.attempt(text, role, database)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    def attempt(self, text: str, role: str = "postgres", database: str = DATABASE) -> subprocess.CompletedProcess[str]:
        command = [*self.command(role), "-v", "ON_ERROR_STOP=1", "-d", database]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)


@contextmanager
def running(parameters: tuple[Parameter, ...]) -> Iterator[Server]:
    """A server on a Unix socket; PostgreSQL refuses to run as root, so root lends it to nobody."""
    home = Path(tempfile.mkdtemp(prefix="postgres-"))
    as_root = os.geteuid() == 0
    if as_root:
        shutil.chown(home, "nobody")
    server = Server(bin_folder(), home)
    try:
        _run(server, as_root, "initdb", "-D", str(home / "data"), "-U", "postgres", "-A", "trust", "--no-sync")
        with (home / "data/postgresql.conf").open("a") as file:
            file.writelines(f"{one}\n" for one in _configuration(home, parameters))
        options = ("-D", str(home / "data"), "-w")
        _run(server, as_root, "pg_ctl", *options, "-l", str(home / "log"), "start")
        try:
            server.sql(f"CREATE DATABASE {DATABASE}", database="postgres")
            server.sql("CREATE ROLE rds_iam")  # RDS has it from the beginning
            yield server
        finally:
            _run(server, as_root, "pg_ctl", *options, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


def _configuration(home: Path, parameters: tuple[Parameter, ...]) -> Iterator[str]:
    yield "listen_addresses = ''"
    yield f"unix_socket_directories = '{home}'"
    yield "fsync = off"
    yield "log_line_prefix = '%t:%r:%u@%d:[%p]:'"  # RDS's own
    for one in parameters:
        if not one.name.startswith(_OF_RDS):
            yield f"{one.name} = '{one.value}'"


def _run(server: Server, as_root: bool, tool: str, *arguments: str) -> None:
    command = [str(server.bin / tool), *arguments]
    # pg_ctl's server inherits these: a pipe would keep the caller waiting for its end
    with (server.home / "out").open("w") as out:
        done = subprocess.run(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=server.home,
            user="nobody" if as_root else None,
            group="nogroup" if as_root else None,
            extra_groups=[] if as_root else None,
        )
    assert done.returncode == 0, (server.home / "out").read_text()
