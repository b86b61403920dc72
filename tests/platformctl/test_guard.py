"""Losses of data are refused by name and property, unless the state says that they were prepared."""

from typing import Any

import pytest

from platformctl.changes import changes, sides
from platformctl.guard import Refusal, chained, refusals

KEY, CLUSTER, SUBNET = "aws:kms/key:Key", "aws:rds/cluster:Cluster", "aws:ec2/subnet:Subnet"
PREPARED = {"retainOnDelete": True}
REPLACED = {"detailedDiff": {"engine": {"diffKind": "update-replace", "inputDiff": True}, "x": {"diffKind": "add"}}}


def _urn(type_: str) -> str:
    return f"urn:pulumi:prod::billing-platform::{type_}::it"


def _refused(
    op: str, type_: str, before: dict[str, Any], after: dict[str, Any] | None = None, protects: bool = True
) -> list[Refusal]:
    old = {"inputs": {"engine": "a"}, **before}
    new = None if op == "delete" else {"inputs": {"engine": "b", "x": 1}, **(after or {})}
    step = {"op": op, "urn": _urn(type_), "type": type_, "old": old, "new": new, **REPLACED}
    events = [{"resourcePreEvent": {"metadata": step}}]
    return refusals(changes(events), sides(events), protects=protects)


def test_a_replacement_names_the_property_that_forces_it_with_both_values() -> None:
    (refused,) = _refused("replace", CLUSTER, {})
    assert [(p.path, p.before, p.after) for p in refused.properties] == [("engine", "a", "b")]
    assert (refused.operation, refused.name, refused.urn) == ("replace", "it", _urn(CLUSTER))
    assert "deletionProtection off" in refused.remedy
    assert "retain_on_delete=True" in refused.remedy


def test_a_secret_value_is_not_told() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": '"hunter2"'}
    (refused,) = _refused("replace", CLUSTER, {"inputs": {"engine": secret}})
    assert refused.properties[0].before == "[secret]"
    assert "hunter2" not in str(refused.as_dict())


@pytest.mark.parametrize("op", ["delete", "replace"])
def test_what_an_earlier_update_prepared_is_allowed(op: str) -> None:
    assert _refused(op, KEY, PREPARED) == []
    assert _refused(op, CLUSTER, {**PREPARED, "outputs": {"deletionProtection": False}}) == []


@pytest.mark.parametrize("op", ["delete", "replace"])
@pytest.mark.parametrize("lacking", [{}, {"protect": True}, {"protect": True, **PREPARED}])
def test_half_a_preparation_is_none(op: str, lacking: dict[str, Any]) -> None:
    assert len(_refused(op, KEY, lacking, {"protect": False})) == 1


def test_retention_set_by_the_same_change_comes_too_late() -> None:
    (refused,) = _refused("replace", KEY, {}, PREPARED)
    assert "pulumi/pulumi#13428" in refused.reasons[0]


@pytest.mark.parametrize("side", ["inputs", "outputs"])
def test_a_database_that_aws_protects_is_not_prepared(side: str) -> None:
    (refused,) = _refused("delete", CLUSTER, {**PREPARED, side: {"deletionProtection": True}})
    assert refused.reasons == ("deletionProtection is on in the state",)


def test_what_holds_no_data_may_go_and_so_may_all_where_nothing_is_protected() -> None:
    assert _refused("replace", SUBNET, {}) == []
    assert _refused("replace", KEY, {}, protects=False) == []
    assert _refused("update", KEY, {}) == []


def test_what_the_engine_refuses_is_named_in_every_environment() -> None:
    (refused,) = _refused("replace", SUBNET, {"protect": True}, {"protect": True}, protects=False)
    assert [p.path for p in refused.properties] == ["engine"]
    assert len(_refused("delete", SUBNET, {"protect": True}, protects=False)) == 1
    assert _refused("replace", SUBNET, {"protect": True}, {}, protects=False) != []
    assert _refused("replace", SUBNET, {"protect": True}, {"protect": False}, protects=False) == []


def test_a_resource_that_must_go_with_another_names_the_property_that_refers_to_it() -> None:
    error = f'unable to replace resource "{_urn(SUBNET)}" as part of replacing "{_urn(KEY)}" as it is currently marked'
    uses = {"vpcId": [_urn(KEY)], "cidrBlock": [], "tags": None}
    state = {"urn": _urn(SUBNET), "type": SUBNET, "inputs": {"vpcId": "vpc-1"}, "propertyDependencies": uses}
    (refused,) = chained([error, "preview failed"], [state])
    assert [(p.path, p.before) for p in refused.properties] == [("vpcId", "vpc-1")]
    assert refused.urn == _urn(SUBNET)


CONFIG_MAP = "kubernetes:core/v1:ConfigMap"


def _renamed(old: dict[str, Any], new: dict[str, Any], protects: bool) -> list[Refusal]:
    """What is refused of a plan that makes `new` under another resource name and deletes `old`."""
    steps = [
        {"op": "create", "urn": f"{_urn(CONFIG_MAP)}-new", "type": CONFIG_MAP, "old": None, "new": {"inputs": new}},
        {"op": "delete", "urn": _urn(CONFIG_MAP), "type": CONFIG_MAP, "old": {"inputs": old}, "new": None},
    ]
    events = [{"resourcePreEvent": {"metadata": step}} for step in steps]
    return refusals(changes(events), sides(events), protects=protects)


@pytest.mark.parametrize("protects", [True, False])
def test_an_object_of_the_cluster_is_not_deleted_after_it_was_made_under_another_name(protects: bool) -> None:
    it = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "a", "name": "b"}}
    (refused,) = _renamed(it, it, protects)
    assert (refused.operation, refused.name) == ("delete", "it")
    assert "it-new" in refused.reasons[0]
    assert "aliases" in refused.remedy


@pytest.mark.parametrize("part", [{"namespace": "other"}, {"name": "other"}])
def test_another_object_of_the_cluster_may_be_deleted(part: dict[str, str]) -> None:
    it = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "a", "name": "b"}}
    assert _renamed(it, {**it, "metadata": {**it["metadata"], **part}}, protects=True) == []  # type: ignore[dict-item]


def test_objects_that_the_cluster_names_are_told_apart() -> None:
    it: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}}
    assert _renamed(it, it, protects=True) == []
