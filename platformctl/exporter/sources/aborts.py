"""How soon an aborted release has no traffic: the Rollouts' own status, looked at every few seconds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from platformctl.audit.hours import parse_time
from platformctl.exporter.config import Config
from platformctl.exporter.metrics import Labels, Reading
from sandbox.cluster.client import Client

LIMIT: Final = timedelta(seconds=60)
_ROLLOUTS: Final = "/apis/argoproj.io/v1alpha1/rollouts"
_Abort = tuple[str, str]  # the Rollout's uid, and when the controller aborted it


def of_cluster(config: Config) -> list[dict[str, Any]]:
    """Every Rollout, as the account of the pod may see them. The token is another one every hour, so it is read anew
    (Kubernetes docs, "Configure Service Accounts for Pods").
    """
    folder = Path(config.token_folder)
    client = Client(config.cluster_url, folder / "ca.crt", token=(folder / "token").read_text().strip())
    found: list[dict[str, Any]] = client.get(_ROLLOUTS)["items"]
    return found


@dataclass
class Aborts:
    """Counted once each, as soon as there is no traffic or the limit is over. Aborts from before it began to look were
    another process's to count. One that nobody watched meanwhile is slow: nobody can say that it was not.
    """

    rollouts: Callable[[], list[dict[str, Any]]]
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    _counted: set[_Abort] = field(default_factory=set)
    _numbers: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})

    def read(self) -> Reading:
        found = self.rollouts()
        return self.told(found, datetime.now(UTC))

    def told(self, rollouts: list[dict[str, Any]], now: datetime) -> Reading:
        """The counters, given the Rollouts as they are now."""
        for abort, status in _aborted(rollouts):
            took = now - parse_time(abort[1])
            if abort in self._counted or parse_time(abort[1]) < self.began:
                continue
            if took > LIMIT or not _has_traffic(status):
                self._counted.add(abort)
                self._numbers[took <= LIMIT] += 1
        values: dict[Labels, float] = {
            (str(within).lower(),): float(number) for within, number in self._numbers.items()
        }
        return {"release_aborts_total": values}


def _aborted(rollouts: list[dict[str, Any]]) -> Iterator[tuple[_Abort, Mapping[str, Any]]]:
    for one in rollouts:
        status = one.get("status") or {}
        if status.get("abort") and status.get("abortedAt"):
            yield (one["metadata"]["uid"], status["abortedAt"]), status


def _has_traffic(status: Mapping[str, Any]) -> bool:
    """As Argo Rollouts tells it (RolloutStatus, TrafficWeights): by weight, which a load balancer must have taken over
    (`verified` says no only where it was asked); where no traffic is routed, by the pods of the version.
    """
    weights = (status.get("canary") or {}).get("weights")
    if weights:
        return weights["canary"]["weight"] > 0 or weights.get("verified") is False
    return int(status.get("updatedReplicas") or 0) > 0
