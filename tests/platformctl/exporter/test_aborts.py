"""How soon an aborted release has no traffic, told from the Rollouts' status alone; and how long a reading is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from platformctl.exporter.polling import Source
from platformctl.exporter.sources.aborts import Aborts

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
ABORTED_S = 100


def rollout(
    weight: int | None, verified: bool | None = None, pods: int = 2, aborted_s: int = ABORTED_S
) -> dict[str, Any]:
    """As the API has it. `weight` None: no traffic is routed, as for workers."""
    at = f"{BEGAN + timedelta(seconds=aborted_s):%Y-%m-%dT%H:%M:%SZ}"
    weights = {"canary": {"weight": weight}, **({} if verified is None else {"verified": verified})}
    routed = {} if weight is None else {"canary": {"weights": weights}}
    return {"metadata": {"uid": "u"}, "status": {"abort": True, "abortedAt": at, "updatedReplicas": pods, **routed}}


def told(*seen: tuple[int, dict[str, Any]]) -> tuple[float, float]:
    """Slow and quick aborts, after what was seen at these seconds."""
    source = Aborts(list, began=BEGAN)
    for at_s, one in seen:
        found = source.told([one], BEGAN + timedelta(seconds=at_s))["release_aborts_total"]
    slow, quick = found["false",], found["true",]
    assert isinstance(slow, float)
    assert isinstance(quick, float)
    return slow, quick


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (((105, rollout(0)),), (0, 1)),
        (((105, rollout(0)), (110, rollout(0)), (300, rollout(0))), (0, 1)),  # once
        (((105, rollout(25)),), (0, 0)),  # not known yet
        (((105, rollout(25)), (155, rollout(0))), (0, 1)),
        (((105, rollout(25)), (161, rollout(25))), (1, 0)),
        (((105, rollout(0, verified=False)),), (0, 0)),  # the load balancer has not taken it over
        (((105, rollout(0, verified=True)),), (0, 1)),
        (((300, rollout(0)),), (1, 0)),  # nobody watched meanwhile
        (((105, rollout(None, pods=1)),), (0, 0)),
        (((105, rollout(None, pods=0)),), (0, 1)),
        (((105, rollout(0, aborted_s=-10)),), (0, 0)),  # before it began to look
        (((105, rollout(0)), (900, rollout(0, aborted_s=890))), (0, 2)),  # the next release is another abort
    ],
)
def test_an_abort_counts_once_by_when_it_had_no_traffic(
    seen: tuple[tuple[int, dict[str, Any]], ...], expected: tuple[float, float]
) -> None:
    assert told(*seen) == expected


def test_what_is_not_aborted_counts_as_nothing() -> None:
    well = rollout(25)
    well["status"]["abort"] = False
    assert told((300, well), (600, {"metadata": {"uid": "new"}})) == (0, 0)


def test_a_reading_is_told_for_three_intervals_and_then_dropped() -> None:
    answers: list[Any] = [{"audit_sequence_gaps_total": {(): 1.0}}]

    def read() -> Any:
        return answers.pop()

    source = Source("change-records", 60, read)
    source.poll()
    source.poll()  # nothing is left to be popped: it fails
    up, read_s = source.told(source.succeeded_s + 180), source.succeeded_s
    assert up["audit_sequence_gaps_total"] == {(): 1.0}
    assert up["exporter_source_up"] == {("change-records",): 0.0}
    assert up["exporter_source_last_success_timestamp_seconds"] == {("change-records",): read_s}
    assert "audit_sequence_gaps_total" not in source.told(read_s + 181)
