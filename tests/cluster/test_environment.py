"""Staging as a whole, in moto and a control plane of its own: deployed, previewed again, changed by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox import cluster, process
from tests.cluster.conftest import Api
from tests.engine.conftest import Checkout, make_checkout

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    root = make_checkout(tmp_path_factory.mktemp("environment"))
    running = process.start(root)
    try:
        made = Checkout(root, running)
        made.ctl("sandbox", "start", "--cluster")
        begin = time.monotonic()
        said = made.ctl("up", "staging", "--yes", "--no-checkpoints").stdout
        print(f"\nup staging with a control plane: {time.monotonic() - begin:.0f} s; {said.splitlines()[-1]}")
        yield made
    finally:
        process.stop(root)


@pytest.fixture(scope="module")
def inside(staging: Checkout) -> Api:
    plane = cluster.find(staging.root / ".sandbox")
    assert plane is not None
    return Api(plane)


def test_every_service_is_released_on_the_nodes_of_its_groups(staging: Checkout, inside: Api) -> None:
    rollouts = {one["metadata"]["name"]: one for one in inside.all("argoproj.io/v1alpha1", "Rollout")}
    assert {*rollouts} == {"api", "webhooks", "payouts", "ledger"}
    assert {one["status"]["phase"] for one in rollouts.values()} == {"Healthy"}
    nodes = {one["metadata"]["name"]: one["metadata"]["labels"] for one in inside.all("v1", "Node")}
    pods = [one for one in inside.all("v1", "Pod") if one["metadata"]["namespace"] == "billing-api"]
    scopes = {nodes[one["spec"]["nodeName"]].get("platform/pci-scope") for one in pods if "nodeName" in one["spec"]}
    assert scopes == {"cde"}


def test_a_second_preview_is_empty(staging: Checkout) -> None:
    changes = staging.json("preview", "staging")["changes"]
    assert [(one["operation"], one["urn"]) for one in changes] == []


def test_no_drift_is_reported_of_what_controllers_do(staging: Checkout) -> None:
    assert staging.json("drift", "staging")["differences"] == []


def _open_egress(policy: Any) -> None:
    policy["spec"]["egress"] = [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]


def _let_in(binding: Any) -> None:
    binding["subjects"].append({"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "mallory"})


def _debug(rollout: Any) -> None:
    rollout["spec"]["template"]["spec"]["containers"][0].setdefault("env", []).append({"name": "DEBUG", "value": "1"})


EDITS: tuple[tuple[str, str, str, Callable[[Any], None]], ...] = (
    ("networking.k8s.io/v1", "NetworkPolicy", "deny-all", _open_egress),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", "platform:engineer", _let_in),
    ("argoproj.io/v1alpha1", "Rollout", "ledger", _debug),
)


def test_what_is_edited_by_hand_is_found(staging: Checkout, inside: Api) -> None:
    for version, kind, name, edit in EDITS:
        live = inside.find(version, kind, "billing-ledger", name)
        edit(live)
        inside.call("PUT", inside.path(version, kind, "billing-ledger", name), live)
    found = {one["type"].rpartition(":")[2]: one for one in staging.json("drift", "staging", code=4)["differences"]}
    assert {*found} == {"NetworkPolicy", "RoleBinding", "Rollout"}
    assert {found[kind]["class"] for kind in ("NetworkPolicy", "RoleBinding")} == {"security"}
