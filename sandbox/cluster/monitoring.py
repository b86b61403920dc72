"""Prometheus's configuration: what it scrapes is said by files that may change while it runs."""

from __future__ import annotations

import json

from sandbox.cluster.layout import Layout
from sandbox.cluster.ports import HOST

TARGETS, RULES = "targets", "rules"  # folders below `prometheus`: NAME.json of file_sd, NAME.yaml of rules


def write(layout: Layout) -> None:
    """Write the configuration and make the folders. A target's label `job` names its job; it is `file` without."""
    folder = layout.directory / "prometheus"
    for name in (TARGETS, RULES):
        (folder / name).mkdir(parents=True)
    interval = f"{round(layout.options.scrape_interval_s * 1000)}ms"
    timeout = f"{round(min(layout.options.scrape_interval_s, 10) * 1000)}ms"
    content = {
        "global": {"scrape_interval": interval, "scrape_timeout": timeout, "evaluation_interval": interval},
        "rule_files": [str(folder / RULES / "*.yaml")],
        "scrape_configs": [
            {
                "job_name": "file",
                "file_sd_configs": [{"files": [str(folder / TARGETS / "*.json")], "refresh_interval": "1s"}],
            },
            {
                "job_name": "argo-rollouts",
                "static_configs": [{"targets": [f"{HOST}:{layout.ports['rollouts-metrics']}"]}],
            },
        ],
    }
    (folder / "prometheus.json").write_text(json.dumps(content, indent=2) + "\n")
