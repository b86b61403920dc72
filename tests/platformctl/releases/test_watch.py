"""What a Rollout's status comes to, and how long it is watched."""

from collections.abc import Iterator
from typing import Any

import pytest

from platformctl.commands.release import length_s
from platformctl.errors import CommandError, Exit
from platformctl.releases.rollouts import Name, Stage, Standing, names, standing
from platformctl.releases.watch import watch
from sandbox.cluster.client import ApiError

NAME = Name("billing-api", "billing-api")
TYPE = "kubernetes:argoproj.io/v1alpha1:Rollout"


def rollout(generation: int = 3, **status: Any) -> dict[str, Any]:
    said = {"observedGeneration": "3", "phase": "Healthy", "stableRS": "a", "currentPodHash": "a", **status}
    return {"metadata": {"generation": generation}, "status": said}


@pytest.mark.parametrize(
    ("one", "stage", "says"),
    [
        (rollout(availableReplicas=3), Stage.PROMOTED, "3 available"),
        (rollout(generation=4), Stage.UNDER_WAY, "not seen the change"),
        (rollout(generation=4, phase="Degraded"), Stage.UNDER_WAY, "not seen the change"),
        (rollout(currentPodHash="b"), Stage.UNDER_WAY, "Healthy"),
        (rollout(stableRS="", currentPodHash=""), Stage.UNDER_WAY, "Healthy"),
        (
            rollout(phase="Paused", currentStepIndex=2, message="CanaryPauseStep"),
            Stage.UNDER_WAY,
            "step 2: CanaryPauseStep",
        ),
        (rollout(phase="Progressing", canary={"weights": {"canary": {"weight": 5}}}), Stage.UNDER_WAY, "weight 5 %"),
        (rollout(phase="Degraded", message="RolloutAborted: bad"), Stage.FAILED, "RolloutAborted: bad"),
        (rollout(phase="Healthy", abort=True), Stage.FAILED, "aborted"),
        ({"metadata": {"generation": 1}}, Stage.UNDER_WAY, "not seen the change"),
        (None, Stage.FAILED, "not in the cluster"),
    ],
)
def test_a_status_stands_for_one_stage(one: Any, stage: Stage, says: str) -> None:
    found = standing(NAME, one)
    assert found.stage is stage
    assert says in found.says


def test_the_rollouts_are_those_of_the_state() -> None:
    def held(kind: str, **fields: Any) -> dict[str, Any]:
        return {"type": kind, "inputs": {"metadata": {"name": "a", "namespace": "n"}}, **fields}

    found = names([held(TYPE), held("kubernetes:apps/v1:Deployment"), held(TYPE, delete=True)])
    assert found == (Name("n", "a"),)


class Cluster:
    """A cluster whose answers are ordered: a Rollout, None, or what is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers: Iterator[Any] = iter(answers)

    def get(self, path: str) -> Any:
        assert path == "/apis/argoproj.io/v1alpha1/namespaces/billing-api/rollouts/billing-api"
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def watched(*answers: Any, limit_s: float = 60.0) -> tuple[Exit, list[Standing]]:
    told: list[Standing] = []
    return watch(Cluster(*answers), [NAME], limit_s, told.append, poll_s=0.0), told  # type: ignore[arg-type]


def test_it_ends_when_all_are_promoted_and_tells_each_change_once() -> None:
    paused = rollout(phase="Paused", currentPodHash="b", currentStepIndex=1)
    code, told = watched(rollout(generation=4), paused, paused, rollout())
    assert code is Exit.FINE
    assert [one.stage for one in told] == [Stage.UNDER_WAY, Stage.UNDER_WAY, Stage.PROMOTED]


def test_it_ends_at_the_first_failure() -> None:
    code, told = watched(rollout(phase="Degraded", currentPodHash="b", message="aborted"))
    assert code is Exit.FINDINGS
    assert told[-1].says == "aborted"


def test_it_ends_when_the_time_is_over() -> None:
    assert watched(rollout(phase="Paused"), limit_s=-1.0)[0] is Exit.UNDECIDED


def test_a_server_that_is_away_for_a_moment_is_waited_for() -> None:
    code, _ = watched(ConnectionError("refused"), ApiError(503, "", "busy"), rollout())
    assert code is Exit.FINE


def test_a_server_that_never_answered_is_not_a_promotion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformctl.releases.watch._BLIND_S", -1.0)
    with pytest.raises(CommandError, match="does not answer: refused") as failed:
        watched(ConnectionError("refused"))
    assert failed.value.code is Exit.ENGINE


def test_who_may_not_look_is_told_so() -> None:
    with pytest.raises(CommandError, match="refuses to show its rollouts"):
        watched(ApiError(403, "Forbidden", "no"))


def test_a_rollout_that_is_gone_is_a_failure() -> None:
    assert watched(ApiError(404, "NotFound", "gone"))[0] is Exit.FINDINGS


@pytest.mark.parametrize(("text", "seconds"), [("90m", 5400), ("2h", 7200), ("1h30m", 5400), ("30s", 30)])
def test_lengths(text: str, seconds: float) -> None:
    assert length_s(text) == seconds


@pytest.mark.parametrize("text", ["", "0m", "5", "-1h", "90 minutes"])
def test_a_length_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="--limit must be"):
        length_s(text)
