"""A real Prometheus with a history: samples are written as blocks, so that nobody has to wait for them."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

EVERY = timedelta(seconds=30)  # between samples
_READY_S = 60.0
# ALERTS of a running server ends with a mark that blocks of a file cannot hold: here it is over when samples are.
_LOOKBACK = "31s"


def samples(name: str, labels: Mapping[str, str], value: float, begin: datetime, end: datetime) -> Iterator[str]:
    """The lines of one series, from begin to end."""
    told = ",".join(f'{key}="{said}"' for key, said in labels.items())
    at = begin
    while at <= end:
        yield f"{name}{{{told}}} {value} {at.timestamp():.3f}"
        at += EVERY


@contextmanager
def prometheus(folder: Path, lines: list[str], settings: str = "global: {scrape_interval: 1h}") -> Iterator[str]:
    """The address of one that holds these series; by these settings it scrapes nothing. It ends with the block."""
    text = folder / "history.om"
    text.write_text("\n".join([*lines, "# EOF", ""]))
    data, configuration = folder / "data", folder / "prometheus.yml"
    configuration.write_text(settings)
    promtool, server = shutil.which("promtool"), shutil.which("prometheus")
    assert promtool, "make prometheus"
    assert server, "make prometheus"
    made = subprocess.run(
        [promtool, "tsdb", "create-blocks-from", "openmetrics", str(text), str(data)], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    options = (
        f"--config.file={configuration}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address={address}",
        f"--query.lookback-delta={_LOOKBACK}",
    )
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([server, *options], stdout=log, stderr=log)
    try:
        _ready(address, process, folder / "log")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(30)


def _ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _READY_S
    while process.poll() is None and time.monotonic() < end:
        try:
            with urlopen(f"http://{address}/-/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())
