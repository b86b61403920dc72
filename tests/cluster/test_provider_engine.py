"""The real engine on a real API server: what engineers see of refusals, conflicts and drift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox import cluster, process
from tests.cluster.conftest import Api
from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, small_checkout, written_program

pytestmark = pytest.mark.engine


@dataclass(frozen=True)
class Edited:
    """The deployed program, and what a preview says of it with some texts replaced."""

    checkout: Checkout
    text: str
    api: Api

    def preview(self, *replacements: tuple[str, str], command: str = "preview") -> Any:
        file = self.checkout.root / "stacks/foundation/__main__.py"
        changed = self.text
        for old, new in replacements:
            assert old in changed
            changed = changed.replace(old, new)
        try:
            file.write_text(changed)
            return self.checkout.json(command, FOUNDATION, code=None)
        finally:
            file.write_text(self.text)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    """The little program in a sandbox with a control plane of its own."""
    root: Path = tmp_path_factory.mktemp("kubernetes")
    with small_checkout(root) as small:
        small.ctl("sandbox", "start", "--cluster")
        plane = cluster.find(root / ".sandbox")
        assert plane is not None
        written_program(small, "cluster")
        small.ctl("preview", FOUNDATION, code=None)  # makes the stack; the rules' verdicts do not matter here
        small.pulumi(FOUNDATION, "up", "--yes", "--skip-preview")
        yield Edited(small, (root / "stacks/foundation/__main__.py").read_text(), Api(plane))


def test_the_objects_are_there_and_only_what_nothing_checks_is_unverified(deployed: Edited) -> None:
    made = deployed.api.find("apps/v1", "Deployment", "api", "api")
    assert made["status"]["readyReplicas"] == 2
    assert made["metadata"]["managedFields"][0]["manager"].startswith("pulumi-kubernetes-")
    listed = {one["type"] for one in process.status(deployed.checkout.sandbox)["unverified"]}
    assert listed == {"kubernetes:core/v1:Service", "kubernetes:helm.sh/v3:Release"}


def test_a_second_preview_is_empty_and_nothing_has_drifted(deployed: Edited) -> None:
    assert deployed.preview()["changes"] == []
    assert deployed.checkout.json("drift", FOUNDATION)["differences"] == []


def test_a_preview_shows_what_the_server_refuses(deployed: Edited) -> None:
    document = deployed.preview(('"replicas": 2,', '"replicas": 2, "replicaz": 3,'))
    assert any(".spec.replicaz: field not declared in schema" in error for error in document["errors"])


def test_hand_edits_are_drift_and_a_change_of_theirs_is_a_conflict(deployed: Edited) -> None:
    api = deployed.api
    where = f"{api.path('apps/v1', 'Deployment', 'api', 'api')}?fieldManager=kubectl-edit"
    policy = f"{api.path('networking.k8s.io/v1', 'NetworkPolicy', 'api', 'deny')}?fieldManager=kubectl-edit"
    api.patch(where, {"spec": {"replicas": 1}})
    api.patch(policy, {"spec": {"podSelector": {"matchLabels": {"app": "nobody"}}}})
    document = deployed.checkout.json("drift", FOUNDATION, code=4)
    found = {
        (one["class"], one["name"], one["property"]): (one["state"], one["cloud"]) for one in document["differences"]
    }
    assert found == {
        ("ours", "api", "spec.replicas"): (2, 1),
        ("security", "deny", "spec.podSelector.matchLabels"): (None, {"app": "nobody"}),
    }
    document = deployed.preview(('"replicas": 2,', '"replicas": 3,'))
    assert any("kubectl-edit manages spec.replicas" in error for error in document["errors"])
