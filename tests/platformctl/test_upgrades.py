"""An upgrade of Kubernetes says what it does before it is made, and one that AWS would not make is refused."""

from typing import Any

import pytest

from platformctl.changes import changes, sides, standing
from platformctl.removed_apis import REMOVED_IN
from platformctl.upgrades import refused, upgrade_notes, upgrades

CLUSTER, NODES, ADDON = "aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup", "aws:eks/addon:Addon"
Step = dict[str, Any]


def _step(op: str, type_: str, name: str, old: Any, new: Any) -> Step:
    sides = {side: {"inputs": inputs} for side, inputs in (("old", old), ("new", new)) if inputs is not None}
    metadata = {"op": op, "urn": f"urn:pulumi:prod::p::{type_}::{name}", "type": type_, **sides}
    return {"resourcePreEvent": {"metadata": metadata}}


def _cluster(before: str, after: str, op: str = "update") -> Step:
    return _step(op, CLUSTER, "cluster", {"name": "b", "version": before}, {"name": "b", "version": after})


def _of(type_: str, name: str, before: dict[str, Any], after: dict[str, Any] | None = None) -> Step:
    old, new = ({"clusterName": "b", **inputs} for inputs in (before, after or before))
    return _step("update" if after else "same", type_, name, old, new)


def _object(type_: str, name: str = "it", op: str = "same") -> Step:
    given: dict[str, Any] = {"metadata": {"name": name}}
    return _step(op, f"kubernetes:{type_}", name, given, None if op == "delete" else given)


def _told(*events: Step) -> list[tuple[str, str, str]]:
    """(effect, name, message) of every note."""
    found = upgrades(changes(events), sides(events))
    return [(note.effect, note.name, note.message) for note in upgrade_notes(found, standing(events))]


def _effects(*events: Step) -> dict[str, str]:
    return {name: effect for effect, name, _ in _told(*events)}


def test_the_control_plane_cannot_go_back() -> None:
    ((effect, name, message),) = _told(_cluster("1.34", "1.35"))
    assert (effect, name) == ("irreversible", "cluster")
    assert "cannot be taken back" in message


@pytest.mark.parametrize(("before", "after", "op"), [("1.34", "1.34", "update"), ("1.34", "1.35", "create")])
def test_what_upgrades_nothing_says_nothing(before: str, after: str, op: str) -> None:
    assert _told(_cluster(before, after, op)) == []


@pytest.mark.parametrize(
    ("before", "after", "operation", "reason", "remedy"),
    [
        (
            "1.34",
            "1.36",
            "upgrade",
            "one minor at a time",
            "Set the version to 1.35, deploy it, and only then the next.",
        ),
        ("1.31", "1.36", "upgrade", "one minor at a time", "Set the version to 1.32"),
        ("1.35", "1.34", "downgrade", "never goes back", "Set the version to 1.35, which runs."),
    ],
)
def test_more_than_one_step_and_any_step_back_are_refused(
    before: str, after: str, operation: str, reason: str, remedy: str
) -> None:
    events = [_cluster(before, after)]
    (refusal,) = refused(upgrades(changes(events), sides(events)))
    assert (refusal.operation, refusal.name) == (operation, "cluster")
    (changed,) = refusal.properties
    assert (changed.path, changed.before, changed.after) == ("version", before, after)
    assert reason in refusal.reasons[0]
    assert remedy in refusal.remedy
    assert _told(*events) == []  # what is refused has no consequences


def test_one_step_is_not_refused() -> None:
    events = [_cluster("1.35", "1.36")]
    assert refused(upgrades(changes(events), sides(events))) == []


def test_add_ons_that_move_and_those_that_stay_are_told_apart() -> None:
    told = _told(
        _cluster("1.34", "1.35"),
        _of(
            ADDON,
            "dns",
            {"addonName": "coredns", "addonVersion": "v1.12.4"},
            {"addonName": "coredns", "addonVersion": "v1.13.2"},
        ),
        _of(ADDON, "cni", {"addonName": "vpc-cni", "addonVersion": "v1.22.4"}),
    )
    assert [(effect, name) for effect, name, _ in told[1:]] == [("rolling", "dns"), ("none", "cni")]
    assert "aws eks describe-addon-versions --kubernetes-version 1.35 --addon-name vpc-cni" in told[2][2]


@pytest.mark.parametrize(
    ("version", "effect"), [("1.35", "none"), ("1.32", "none"), ("1.31", "incompatible"), ("1.36", "incompatible")]
)
def test_kube_proxy_is_at_most_three_minors_behind_and_never_ahead(version: str, effect: str) -> None:
    proxy = _of(ADDON, "proxy", {"addonName": "kube-proxy", "addonVersion": f"v{version}.0-eksbuild.2"})
    assert _effects(_cluster("1.34", "1.35"), proxy)["proxy"] == effect


def test_nodes_roll_with_the_cluster_or_stay_behind_as_far_as_they_may() -> None:
    effects = _effects(
        _cluster("1.34", "1.35"),
        _of(NODES, "moves", {"version": "1.34"}, {"version": "1.35"}),
        _of(NODES, "stays", {"version": "1.32"}),
        _of(NODES, "late", {"version": "1.31"}),
        _step("same", NODES, "elsewhere", {"clusterName": "other", "version": "1.20"}, None),
    )
    assert effects == {"cluster": "irreversible", "moves": "rolling", "stays": "none", "late": "incompatible"}


def test_objects_of_ours_whose_api_goes_are_named_one_version_ahead() -> None:
    told = _told(
        _cluster("1.31", "1.32"),
        _object("flowcontrol.apiserver.k8s.io/v1beta3:FlowSchema", "gone"),
        _object("policy/v1beta1:PodDisruptionBudget", "long-gone"),
        _object("admissionregistration.k8s.io/v1alpha1:MutatingAdmissionPolicy", "later"),
        _object("apps/v1:Deployment", "fine"),
        _object("argoproj.io/v1alpha1:Rollout", "ours"),
        _object("flowcontrol.apiserver.k8s.io/v1beta3:FlowSchema", "deleted", "delete"),
    )
    assert [(effect, name) for effect, name, _ in told[1:]] == [("removed", "gone"), ("removed", "long-gone")]
    assert "Kubernetes 1.32 does not serve FlowSchema of flowcontrol.apiserver.k8s.io/v1beta3" in told[1][2]


def test_an_api_that_the_next_version_takes_away_is_told_in_time() -> None:
    told = _told(_cluster("1.35", "1.36"), _object("networking.k8s.io/v1beta1:IPAddress", "soon"))
    assert told[1][:2] == ("deprecated", "soon")
    assert "Kubernetes 1.37, the next one, will not serve IPAddress" in told[1][2]


def test_the_table_of_removed_apis_names_what_the_guide_does() -> None:
    assert REMOVED_IN["policy/v1beta1", "PodSecurityPolicy"] == 25
    assert REMOVED_IN["batch/v1beta1", "CronJob"] == 25
    assert REMOVED_IN["autoscaling/v2beta2", "HorizontalPodAutoscaler"] == 26
    assert REMOVED_IN["flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema"] == 29
    assert ("apps/v1", "Deployment") not in REMOVED_IN
