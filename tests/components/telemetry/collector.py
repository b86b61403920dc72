"""Our collector with our configuration, between a test that sends and an inbox that notes what comes out."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import yaml

from components.charts.telemetry_collector import TelemetryCollectorValues
from sandbox import tools
from sandbox.cluster.ports import Ports
from tests.components.alerting.alertmanager import Inbox, inbox, wait

HERE = "127.0.0.1"
VALUES = TelemetryCollectorValues(
    labels={"platform/owner": "platform-engineering"},
    image="730218645519.dkr.ecr.eu-central-1.amazonaws.com/billing/telemetry-collector",
    digest="sha256:" + "0" * 64,
    sampler="telemetry-sampler.platform-telemetry.svc:4317",
    prometheus_urls=("http://prometheus-0:9090/api/v1/otlp", "http://prometheus-1:9090/api/v1/otlp"),
)
SIGNALS = ("traces", "logs", "metrics")


@dataclass(frozen=True)
class Collector:
    url: str
    box: Inbox

    def through(self, signal: str, document: Mapping[str, Any]) -> Any:
        """What comes out of a document in OTLP's JSON, of /v1/traces, /v1/logs or /v1/metrics."""
        before = len(self.box.at(f"/v1/{signal}"))
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(f"{self.url}/v1/{signal}", json.dumps(document).encode(), headers), timeout=20) as answer:
            assert answer.status == 200
        self.box.wait(lambda: len(self.box.at(f"/v1/{signal}")) > before, f"{signal} came out")
        return self.box.at(f"/v1/{signal}")[before]


@contextmanager
def collector(folder: Path) -> Iterator[Collector]:
    (found,) = tools.ensure(["telemetry-collector"])
    ports = Ports(("grpc", "http", "health", "metrics"))
    with inbox() as box, (folder / "log").open("w") as log:
        file = folder / "collector.yaml"
        file.write_text(yaml.safe_dump(_moved(VALUES.config(HERE), ports, f"http://{HERE}:{box.port}")))
        process = subprocess.Popen([str(found.path), f"--config={file}"], stdout=log, stderr=log)
        try:
            health = f"http://{HERE}:{ports['health']}"
            wait(lambda: process.poll() is None and _answers(health), lambda: (folder / "log").read_text()[-3000:])
            yield Collector(f"http://{HERE}:{ports['http']}", box)
        finally:
            process.terminate()
            process.wait(30)
            ports.close()


def _moved(config: Any, ports: Ports, inbox_url: str) -> Any:
    """On other ports, and with the inbox behind it; processors and pipelines stay as they are."""
    protocols = config["receivers"]["otlp"]["protocols"]
    for name in protocols:
        protocols[name]["endpoint"] = f"{HERE}:{ports[name]}"
    config["extensions"]["health_check"]["endpoint"] = f"{HERE}:{ports['health']}"
    config["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"]["port"] = ports["metrics"]
    config["processors"]["batch"]["timeout"] = "50ms"
    config["exporters"] = {"otlp_http/inbox": {"endpoint": inbox_url, "encoding": "json", "compression": "none"}}
    for pipeline in config["service"]["pipelines"].values():
        pipeline["exporters"] = ["otlp_http/inbox"]
    return config


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
