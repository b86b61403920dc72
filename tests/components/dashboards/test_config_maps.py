"""Dashboards are ConfigMaps that Grafana's sidecar takes up, each small enough, and loaded no sooner than needed."""

import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from components.dashboards.catalogue import Watched
from components.grafana_dashboards import GrafanaDashboards, GrafanaDashboardsArgs
from components.labels import Labels
from stacks.dashboards import watched
from stacks.settings import load_file
from tests.components.conftest import Built, build
from tests.stacks.programs import ROOT

LABELS = Labels(owner="platform-engineering", environment="prod", data_class="internal", pci_scope="connected")
OURS = "platform:delivery:GrafanaDashboards"
NAMES = ("service-levels", "service", "canary", "database", "cluster", "audit-pipeline", "money-flow")


@pytest.fixture(scope="module")
def seen() -> Watched:
    return watched(load_file(ROOT / "Pulumi.prod.yaml"))


def _built(seen: Watched) -> Built:
    args = GrafanaDashboardsArgs(namespace="platform-telemetry", labels=LABELS, watched=seen)
    return build(lambda: GrafanaDashboards("dashboards", args))


def test_each_is_a_config_map_of_its_own(seen: Watched) -> None:
    built = _built(seen)
    maps = {f"{OURS}$kubernetes:core/v1:ConfigMap::dashboards-{name}" for name in NAMES}
    assert built.identities() == {f"{OURS}::dashboards", *maps}
    total = 0
    for made in built.all("ConfigMap"):
        metadata: dict[str, Any] = made.inputs["metadata"]
        ((file, text),) = made.inputs["data"].items()
        assert metadata["labels"]["grafana_dashboard"] == "1"
        assert metadata["labels"]["platform/owner"] == "platform-engineering"
        assert metadata["annotations"] == {"grafana_folder": "Billing"}
        assert metadata["namespace"] == "platform-telemetry"
        assert metadata["name"] == f"dashboard-{json.loads(text)['uid']}"
        assert file == f"{json.loads(text)['uid']}.json"
        assert len(text.encode()) < 100_000
        total += len(text.encode())
    print(f"7 dashboards, {total:,} bytes")


def test_the_same_settings_make_the_same_text(seen: Watched) -> None:
    one, other = (_built(seen) for _ in range(2))
    assert [made.inputs for made in one.resources] == [made.inputs for made in other.resources]


def test_without_a_service_there_is_nothing_to_choose(seen: Watched) -> None:
    with pytest.raises(ValueError, match=r"^services must name at least one"):
        GrafanaDashboardsArgs(namespace="n", labels=LABELS, watched=replace(seen, services=()))


def test_the_sdk_of_grafana_is_loaded_where_documents_are_made_alone() -> None:
    """What the program, the commands and the settings load at their start does not hold it."""
    code = "import sys, stacks.dashboards, platformctl.main; print('grafana_foundation_sdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
