"""A real Prometheus with the rules of service levels, and as much of their recorded past as they look back on."""

import os
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from json import loads
from pathlib import Path
from typing import Any

import yaml

from components.slo.definition import ServiceLevel
from tests.cluster.canary.promtool import promtool

SCRAPE_S, EVALUATE_S = 15, 30
DAY_S = 86_400
READY_S = 120
ONE_BLOCK = "2400h"  # promtool reads the whole file again for every block
_TICKS_S = os.sysconf("SC_CLK_TCK")


class Server:
    """Started with what scrapes `targets` (path -> address) every 15 s; stop it with `close`."""

    def __init__(self, folder: Path, targets: Mapping[str, str]):
        self.folder, self.targets = folder, targets
        self.rules([])
        with socket.socket() as chosen:
            chosen.bind(("127.0.0.1", 0))
            port = chosen.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = ["prometheus", f"--config.file={folder}/prometheus.yaml", f"--storage.tsdb.path={folder}/data"]
        command += [f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=100d"]
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self._wait()

    def rules(self, groups: Sequence[Mapping[str, Any]]) -> None:
        """Takes effect at the start, or with `reload`."""
        (self.folder / "rules.yaml").write_text(yaml.safe_dump({"groups": [*groups]}))
        jobs = [
            {"job_name": path, "metrics_path": f"/{path}", "static_configs": [{"targets": [address]}]}
            for path, address in self.targets.items()
        ]
        every = {"scrape_interval": f"{SCRAPE_S}s", "evaluation_interval": f"{EVALUATE_S}s"}
        config = {"global": every, "rule_files": ["rules.yaml"], "scrape_configs": jobs}
        (self.folder / "prometheus.yaml").write_text(yaml.safe_dump(config))

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def cpu_s(self) -> float:
        """Of the process so far, on all processors (proc(5), /proc/pid/stat: fields 14 and 15)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_S

    def metric(self, name: str) -> float:
        """The sum of a metric of the server itself."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.split("{")[0].split(" ")[0] == name)

    def query(self, expression: str) -> list[Any]:
        asked = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{asked}", timeout=60) as answer:
            return list(loads(answer.read())["data"]["result"])

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()

    def _wait(self) -> None:
        last_s = time.monotonic() + READY_S
        while time.monotonic() < last_s and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/-/ready", timeout=5).close()
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text()[-2000:])


def backfill(folder: Path, levels: Iterable[ServiceLevel], days: int) -> None:
    """What the rules would have recorded in so many days until now, of what they look back on."""
    text = folder / "past.txt"
    with text.open("w") as file:
        for level in levels:
            file.writelines(_past(level, days))
        file.write("# EOF\n")
    command = [promtool(), "tsdb", "create-blocks-from", f"--max-block-duration={ONE_BLOCK}", "openmetrics", str(text)]
    subprocess.run([*command, f"{folder}/data"], check=True, capture_output=True)
    text.unlink()


def _past(level: ServiceLevel, days: int) -> Iterator[str]:
    end_s = int(time.time()) // EVALUATE_S * EVALUATE_S - 60
    labels = ",".join(f'{key}="{value}"' for key, value in level.labels.items())
    names = {"slo:invariant_broken:bool": days}
    if level.kind != "invariant":
        long = {f"slo:{name}:rate{level.base_window}": min(days, 3) for name in ("total_events", "bad_events")}
        names = {**long, "slo:total_events:rate5m": days, "slo:bad_events:rate5m": days}
    for name, back in names.items():
        yield f"# TYPE {name.replace(':', '_')} gauge\n"
        for at_s in range(end_s - back * DAY_S, end_s, EVALUATE_S):
            yield f"{name}{{{labels}}} {0 if 'b' in name[4:6] or 'inv' in name else 100 + at_s % 97} {at_s}\n"
