"""Clusters against a real moto: what EKS makes with them, how they are upgraded, and how their nodes change."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from sandbox import wire
from tests.sandbox.conftest import Engine
from tests.sandbox.examples import EXAMPLES, Made, filled

CLUSTER, NODES, TEMPLATE = (
    "aws:eks/cluster:Cluster",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:ec2/launchTemplate:LaunchTemplate",
)


def _inputs(engine: Engine, token: str, **changes: Any) -> dict[str, Any]:
    return {**filled(EXAMPLES[token], Made(engine)), **changes}


def _group_of(engine: Engine, state: dict[str, Any]) -> dict[str, Any]:
    ids = [state["vpcConfig"]["clusterSecurityGroupId"]]
    (group,) = engine.client("ec2").describe_security_groups(GroupIds=ids)["SecurityGroups"]
    found: dict[str, Any] = group
    return found


def test_a_preview_does_not_know_what_eks_will_choose_inside_a_structure(engine: Engine) -> None:
    inputs = _inputs(engine, CLUSTER)
    planned = engine.create(CLUSTER, inputs, preview=True)[1]["vpcConfig"]
    assert planned["clusterSecurityGroupId"] == planned["vpcId"] == wire.UNKNOWN
    assert planned["subnetIds"] == inputs["vpcConfig"]["subnetIds"]


def test_a_preview_of_an_update_keeps_what_eks_chose_inside_a_structure(engine: Engine) -> None:
    inputs = _inputs(engine, CLUSTER)
    id, state = engine.create(CLUSTER, inputs)  # noqa: A001
    opened = {**inputs, "vpcConfig": {**inputs["vpcConfig"], "endpointPublicAccess": True}}
    planned = engine.update(CLUSTER, id, inputs, opened, state=state, preview=True)
    assert planned["vpcConfig"]["clusterSecurityGroupId"] == state["vpcConfig"]["clusterSecurityGroupId"]
    assert planned["vpcConfig"]["endpointPublicAccess"] is True
    assert planned["endpoint"] == state["endpoint"]


def test_eks_makes_a_group_for_nodes_and_control_plane_which_goes_with_the_cluster(engine: Engine) -> None:
    inputs = _inputs(engine, CLUSTER)
    id, state = engine.create(CLUSTER, inputs)  # noqa: A001
    group = _group_of(engine, state)
    (rule,) = group["IpPermissions"]
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [group["GroupId"]]
    assert {"Key": "kubernetes.io/cluster/billing", "Value": "owned"} in group["Tags"]
    engine.delete(CLUSTER, id, inputs)
    groups = engine.client("ec2").describe_security_groups()["SecurityGroups"]
    assert group["GroupId"] not in {one["GroupId"] for one in groups}


def test_each_cluster_has_an_address_of_its_own(engine: Engine) -> None:
    first, second = _inputs(engine, CLUSTER), _inputs(engine, CLUSTER, name="other")
    addresses = {engine.create(CLUSTER, inputs)[1]["endpoint"] for inputs in (first, second)}
    assert len(addresses) == 2
    assert all(address.endswith(".eks.amazonaws.com") for address in addresses)


def test_a_cluster_is_upgraded_in_place_by_one_minor(engine: Engine) -> None:
    inputs = _inputs(engine, CLUSTER)
    id, _ = engine.create(CLUSTER, inputs)  # noqa: A001
    raised = {**inputs, "version": "1.35"}
    assert list(engine.diff(CLUSTER, engine.checked(CLUSTER, inputs), engine.checked(CLUSTER, raised)).replaces) == []
    assert engine.update(CLUSTER, id, inputs, raised)["version"] == "1.35"
    assert engine.client("eks").describe_cluster(name="billing")["cluster"]["version"] == "1.35"


@pytest.mark.parametrize("version", ["1.36", "1.33"])
def test_a_minor_is_neither_skipped_nor_taken_back(engine: Engine, version: str) -> None:
    inputs = _inputs(engine, CLUSTER)
    id, _ = engine.create(CLUSTER, inputs)  # noqa: A001
    with pytest.raises(grpc.RpcError, match=f"Unsupported Kubernetes minor version update from 1.34 to {version}"):
        engine.update(CLUSTER, id, inputs, {**inputs, "version": version})


def test_settings_change_one_by_one_and_keep_the_others(engine: Engine) -> None:
    inputs = _inputs(engine, CLUSTER)
    id, before = engine.create(CLUSTER, inputs)  # noqa: A001
    config = {**inputs["vpcConfig"], "endpointPublicAccess": True, "publicAccessCidrs": ["198.51.100.0/28"]}
    after = engine.update(
        CLUSTER, id, inputs, {**inputs, "vpcConfig": config, "enabledClusterLogTypes": ["audit", "scheduler"]}
    )
    assert {*after["enabledClusterLogTypes"]} == {"audit", "scheduler"}
    assert after["vpcConfig"]["publicAccessCidrs"] == ["198.51.100.0/28"]
    assert after["vpcConfig"]["clusterSecurityGroupId"] == before["vpcConfig"]["clusterSecurityGroupId"]
    assert after["accessConfig"] == inputs["accessConfig"]


def test_what_is_protected_is_not_deleted(engine: Engine) -> None:
    inputs = _inputs(engine, CLUSTER, deletionProtection=True)
    id, _ = engine.create(CLUSTER, inputs)  # noqa: A001
    with pytest.raises(grpc.RpcError, match="deletion protection"):
        engine.delete(CLUSTER, id, inputs)
    off = {**inputs, "deletionProtection": False}
    engine.update(CLUSTER, id, inputs, off)
    engine.delete(CLUSTER, id, off)


def test_labels_taints_sizes_and_templates_of_nodes_change_in_place(engine: Engine) -> None:
    inputs = _inputs(engine, NODES)
    id, _ = engine.create(NODES, inputs)  # noqa: A001
    changed = {
        **inputs,
        "labels": {"pool": "b"},
        "taints": [],
        "scalingConfig": {"minSize": 2, "desiredSize": 3, "maxSize": 5},
        "launchTemplate": {**inputs["launchTemplate"], "version": "2"},
        "version": "1.35",
    }
    after = engine.update(NODES, id, inputs, changed)
    assert (after["labels"], after.get("taints") or [], after["version"]) == ({"pool": "b"}, [], "1.35")
    assert after["launchTemplate"]["version"] == "2"
    found = engine.client("eks").describe_nodegroup(clusterName="given", nodegroupName="general")["nodegroup"]
    assert found["scalingConfig"] == {"minSize": 2, "maxSize": 5, "desiredSize": 3}


def test_other_instance_types_under_another_name_are_made_before_the_old_ones_go(engine: Engine) -> None:
    old = engine.checked(NODES, _inputs(engine, NODES))
    answer = engine.diff(NODES, old, {**old, "instanceTypes": ["m7g.xlarge"], "nodeGroupName": "general-2"})
    assert (sorted(answer.replaces), answer.deleteBeforeReplace) == (["instanceTypes", "nodeGroupName"], False)


def test_every_change_of_a_launch_template_is_a_version_that_becomes_the_default(engine: Engine) -> None:
    inputs = _inputs(engine, TEMPLATE)
    id, state = engine.create(TEMPLATE, inputs)  # noqa: A001
    assert state["latestVersion"] == 1
    (disk,) = inputs["blockDeviceMappings"]
    larger = {**inputs, "blockDeviceMappings": [{**disk, "ebs": {**disk["ebs"], "volumeSize": 80}}]}
    after = engine.update(TEMPLATE, id, inputs, larger)
    assert (after["latestVersion"], after["defaultVersion"]) == (2, 2)
    assert after["blockDeviceMappings"][0]["ebs"]["volumeSize"] == 80


@pytest.mark.parametrize("token", ["aws:eks/addon:Addon", "aws:eks/accessEntry:AccessEntry"])
def test_what_is_recorded_hangs_on_a_cluster_that_exists(engine: Engine, token: str) -> None:
    with pytest.raises(grpc.RpcError, match="No cluster found for name: nowhere"):
        engine.create(token, _inputs(engine, token, clusterName="nowhere"))
