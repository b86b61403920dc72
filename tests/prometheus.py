"""A real Prometheus on loopback, over series that a test wrote: for what asks one."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

READY_S = 60  # on a loaded machine; an idle one takes half a second
Points = Iterable[tuple[float, float]]  # Unix time in seconds and value, oldest first


def tool(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is not on PATH. To mend it: make prometheus, or apt-get install prometheus"
    return found


@contextmanager
def prometheus(folder: Path, series: Mapping[str, Points] | None = None, groups: Any = ()) -> Iterator[str]:
    """Its address. `series`: by name and labels as PromQL writes them; `groups`: of rules, evaluated every second."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    if series:
        _write(folder, series, data)
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": list(groups)}))
    settings = {"global": {"evaluation_interval": "1s"}, "rule_files": ["rules.yaml"]}
    (folder / "prometheus.yml").write_text(json.dumps(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = {
        "config.file": folder / "prometheus.yml",
        "storage.tsdb.path": data,
        "storage.tsdb.retention.time": "90d",
        "web.listen-address": f"127.0.0.1:{port}",
    }
    line = [tool("prometheus"), *(f"--{name}={value}" for name, value in flags.items())]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(line, stdout=log, stderr=subprocess.STDOUT)
    try:
        _ready(f"http://127.0.0.1:{port}", server, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _write(folder: Path, series: Mapping[str, Points], data: Path) -> None:
    families: dict[str, list[str]] = {}
    for name, points in series.items():
        lines = families.setdefault(name.partition("{")[0], [])
        lines.extend(f"{name} {value} {at_s:.3f}" for at_s, value in points)
    text = "".join(f"# TYPE {family} unknown\n" + "\n".join(lines) + "\n" for family, lines in families.items())
    (folder / "series").write_text(text + "# EOF\n")
    # Blocks of two hours, the default, are hundreds for a month, and minutes of writing.
    line = [tool("promtool"), "tsdb", "create-blocks-from", "--max-block-duration=1536h", "openmetrics"]
    line += [str(folder / "series"), str(data)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _ready(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/-/ready", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"Prometheus was not ready within {READY_S} s:\n{log.read_text()}")
