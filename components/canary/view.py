"""What a query looks at: the arms of one release by pod hash, over which time, and how times are written."""

from dataclasses import dataclass

from components.canary.plan import CanaryPlan

CANARY_HASH, STABLE_HASH = "canary-hash", "stable-hash"  # arguments of every AnalysisTemplate


def duration(seconds: float) -> str:
    """As both Prometheus and Go read it: 10m, 90s, 2500ms."""
    ms = max(1, round(seconds * 1000))
    for unit, length in (("m", 60_000), ("s", 1000)):
        if ms % length == 0:
            return f"{ms // length}{unit}"
    return f"{ms}ms"


@dataclass(frozen=True, kw_only=True)
class View:
    """`window_s` is what is read of the canary; `control_s` of the stable arm, longer once it has no traffic.

    `needed` requests (or jobs) must have been in the canary for a gate to pass, and `needed_charges` of charges.
    `trend_s`: over which the growth of memory is measured.
    """

    plan: CanaryPlan
    window_s: float
    control_s: float
    needed: int
    needed_charges: int = 0
    trend_s: float = 900
    canary: str = f"{{{{args.{CANARY_HASH}}}}}"
    stable: str = f"{{{{args.{STABLE_HASH}}}}}"

    def scaled(self, seconds: float) -> float:
        return seconds * self.plan.time_scale

    def range(self, seconds: float) -> str:
        """A duration of a query, shortened in tests."""
        return duration(self.scaled(seconds))

    @property
    def window(self) -> str:
        return self.range(self.window_s)

    @property
    def control(self) -> str:
        return self.range(self.control_s)

    def arm(self, pod_hash: str, *more: str) -> str:
        """The label matchers of one arm of the service."""
        return ",".join((f'service="{self.plan.service}"', f'hash="{pod_hash}"', *more))

    def pods(self) -> str:
        """Those of the canary by name: metrics of the kubelet and of kube-state-metrics have no label of the hash."""
        return f'namespace="{self.plan.namespace}",pod=~"{self.plan.service}-{self.canary}-.+"'
