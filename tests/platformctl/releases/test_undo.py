"""Which revision a Rollout goes back to."""

from typing import Any

import pytest

from platformctl.releases.rollouts import Name
from platformctl.releases.undo import HASH, decide

NAME = Name("n", "api")


def template(version: str, **labels: str) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": "api", **labels}}, "spec": {"containers": [{"image": version}]}}


def replica_set(revision: int, version: str, pod_hash: str) -> dict[str, Any]:
    return {
        "metadata": {"annotations": {"rollout.argoproj.io/revision": str(revision)}, "labels": {HASH: pod_hash}},
        "spec": {"template": {**template(version, **{HASH: pod_hash}), "status": None}},
    }


def rollout(version: str, stable: str, current: str, **spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"generation": 7},
        "spec": {"template": template(version), **spec},
        "status": {"stableRS": stable, "currentPodHash": current},
    }


SETS = [replica_set(1, "v1", "a"), replica_set(10, "v3", "c"), replica_set(9, "v2", "b")]


@pytest.mark.parametrize(
    ("one", "revision", "why"),
    [
        (rollout("v3", "c", "c"), 9, "the one before"),
        (rollout("v3", "a", "c"), 1, "the stable one: a release was under way"),
        (rollout("v3", "", "c"), 9, "the one before"),
    ],
)
def test_the_revision_to_go_back_to(one: Any, revision: int, why: str) -> None:
    undo = decide(NAME, one, SETS)
    assert (undo.revision, undo.why, undo.generation) == (revision, why, 7)
    assert undo.template is not None
    assert HASH not in undo.template["metadata"]["labels"]
    assert undo.template["metadata"]["labels"] == {"app": "api"}
    assert f"back to revision {revision}" in undo.says


def test_what_is_asked_for_already_is_left_alone() -> None:
    sets = [replica_set(1, "v1", "a"), replica_set(2, "v2", "b")]
    for one in sets:
        del one["spec"]["template"]["status"]
    undo = decide(NAME, rollout("v1", "a", "b"), sets)
    assert (undo.template, undo.why) == (None, "it is asked for already")


@pytest.mark.parametrize(
    ("one", "sets", "why"),
    [
        (rollout("v1", "a", "a"), [replica_set(1, "v1", "a")], "no earlier revision is kept"),
        (rollout("v2", "a", "b"), [replica_set(2, "v2", "b")], "no earlier revision is kept"),
        ({"metadata": {}, "spec": {"workloadRef": {}}}, SETS, "another object's"),
    ],
)
def test_what_cannot_be_taken_back_says_why(one: Any, sets: Any, why: str) -> None:
    undo = decide(NAME, one, sets)
    assert undo.template is None
    assert why in undo.why
