"""What a service says about its releases; everything else about them follows from its risk class."""

import re
from dataclasses import dataclass
from typing import Literal

from components.slo.definition import ServiceLevel

RiskClass = Literal["payment-write", "read", "webhook-out", "worker"]
Lane = Literal["standard", "fast"]

LONGEST_NAME = 40  # of a service: objects are called SERVICE-canary-at-100, and Kubernetes allows labels 63 characters
DIGEST = re.compile(r"[a-z0-9][\w./:-]*@sha256:[0-9a-f]{64}", re.ASCII)
LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")


@dataclass(frozen=True, kw_only=True)
class ExpectedTraffic:
    """What the whole service gets at its quiet times: holds are computed from it, see `samples.hold_s`.

    `requests_per_s`: of a worker, jobs. `charges_per_s`: those that reach a processor.
    """

    requests_per_s: float
    charges_per_s: float = 0.0

    def __post_init__(self) -> None:
        if not self.requests_per_s > 0:
            raise ValueError(f"requests_per_s must be above 0, got {self.requests_per_s}: count synthetic ones, too")
        if not 0 <= self.charges_per_s <= self.requests_per_s:
            raise ValueError(f"charges_per_s must be 0 to requests_per_s, got {self.charges_per_s}")


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """The Job that tries a release before anyone else does: `image` is the release's own, run with `arguments`.

    The image of the service itself, so that tests and code are of one commit: its argument `preflight` makes a charge
    of the test merchant, repeats it with the same idempotency key, refunds it and waits for its webhook, all at `url`
    with the header that the load balancer sends to the canary. It ends with 0 when all of that was right.
    """

    image: str
    url: str
    service_account: str
    arguments: tuple[str, ...] = ("preflight",)

    def __post_init__(self) -> None:
        if not DIGEST.fullmatch(self.image):
            raise ValueError(f"image of a preflight must be REPOSITORY@sha256:DIGEST, got {self.image!r}")
        if not re.fullmatch(r"https?://[\w.:-]+(/[\w./-]*)?", self.url, re.ASCII):
            raise ValueError(f"url of a preflight must be https://HOST/PATH, got {self.url!r}")


@dataclass(frozen=True, kw_only=True)
class CanaryPlan:
    """How one service is released.

    `service`: value of the metrics' label `service` and of `job`, and the Rollout's name. `owner`: who is called when
    a release holds. `latency_objective_s`: a p99 below it is never held against a release. `latency_route`: value of
    the label `route` by which the latency is measured; empty: all routes. `database`: it exports `db_pool_in_use` and
    `db_pool_size`. `levels`: what the service promises, whose budgets a release may not burn. `preflight`: needed by
    payment-write. `time_scale`: 1.0 in every environment; tests shorten every duration and range with it, the logic is
    the same.
    """

    service: str
    namespace: str
    risk: RiskClass
    traffic: ExpectedTraffic
    prometheus_url: str
    latency_objective_s: float
    owner: str
    lane: Lane = "standard"
    latency_route: str = ""
    database: bool = True
    levels: tuple[ServiceLevel, ...] = ()
    preflight: Preflight | None = None
    service_port: int = 80
    time_scale: float = 1.0

    def labels(self, name: str = "") -> dict[str, str]:
        """Of every object of ours: what it belongs to and whose it is."""
        return {
            "app.kubernetes.io/name": name or self.service,
            "app.kubernetes.io/part-of": "billing",
            "app.kubernetes.io/managed-by": "pulumi",
            "platform/owner": self.owner,
        }

    def __post_init__(self) -> None:
        for name in ("service", "namespace", "owner"):
            value = getattr(self, name)
            if not LABEL.fullmatch(value) or len(value) > LONGEST_NAME:
                allowed = f"1 to {LONGEST_NAME} of a-z 0-9 - and begin with a letter"
                raise ValueError(f"{name} must be {allowed}, got {value!r}")
        if not re.fullmatch(r"https?://[\w.:-]+(/[\w./-]*)?", self.prometheus_url, re.ASCII):
            raise ValueError(f"prometheus_url must be http(s)://HOST[:PORT][/PATH], got {self.prometheus_url!r}")
        if not re.fullmatch(r"[\w/:{}.-]*", self.latency_route, re.ASCII):
            raise ValueError(f"latency_route must be of a-z A-Z 0-9 _ / : {{ }} . -, got {self.latency_route!r}")
        if not 1 <= self.service_port <= 65_535:
            raise ValueError(f"service_port must be 1 to 65535, got {self.service_port}")
        if not self.latency_objective_s > 0:
            raise ValueError(f"latency_objective_s must be above 0, got {self.latency_objective_s}")
        for level in self.levels:
            if level.service != self.service:
                raise ValueError(f"levels of {self.service} must be its own, got {level.id} of {level.service}")
        if not 0 < self.time_scale <= 1:
            raise ValueError(f"time_scale must be above 0 and at most 1, got {self.time_scale}")
        if self.risk == "payment-write" and self.preflight is None:
            raise ValueError(
                f"{self.service} writes payments: its releases need a preflight, which makes a test charge"
            )
        if self.risk == "payment-write" and not self.traffic.charges_per_s:
            raise ValueError(f"{self.service} writes payments: charges_per_s must be above 0, to compare approvals")
