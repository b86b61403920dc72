"""What an engineer writes to ship a service, and what of it differs between environments. Loads no SDK: settings are
checked against it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from components.canary_strategy import ExpectedTraffic, RiskClass
from components.slo.definition import ServiceLevel
from components.slo.standard import LATENCY_S, standard_levels
from components.tags import DataClass, PciScope

ANYWHERE: Final = "*"  # as an egress host: addresses that customers choose
MANAGEMENT_PORT: Final = 9090  # metrics and probes; no route leads there
FEWEST_REPLICAS: Final = 2
MOST_REPLICAS: Final = 100  # more pods than that are more than one service
_FEWEST_OF: Final = {"payment-write": 3}  # one can be drained and another fail while a third takes payments
_LABEL = re.compile(r"[a-z]([a-z0-9-]{0,14}[a-z0-9])?")  # with suffixes it names objects, roles and target groups
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")  # OCI image specification, "Digests"
_PATH = re.compile(r"/|(/[A-Za-z0-9._~-]+)+")


@dataclass(frozen=True, kw_only=True)
class Resources:
    """Of one pod. Memory is requested whole, so that no node is overcommitted; processor time may be borrowed."""

    cpu_m: int = 250  # thousandths of a core
    memory_mib: int = 512
    scratch_mib: int = 64  # of /tmp, the only place that can be written to

    def __post_init__(self) -> None:
        for key, least, most in (("cpu_m", 10, 4_000), ("memory_mib", 64, 8_192), ("scratch_mib", 1, 1_024)):
            if not least <= (value := getattr(self, key)) <= most:
                raise ValueError(f"{key} must be {least} to {most}, got {value}: lower it, or split the service")


@dataclass(frozen=True)
class DatabaseUse:
    """A database by its name in the settings, and the connections that one pod opens at most."""

    name: str
    pool: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.pool <= 100:
            raise ValueError(f"pool of {self.name} must be 1 to 100 connections of a pod, got {self.pool}: correct it")


@dataclass(frozen=True, kw_only=True)
class Migration:
    """Runs once for each image, before its first pod, as a database user of its own. It only adds: the version before
    still runs.

    lock_timeout_ms: how long a statement waits for a lock while everyone behind it waits too.
    """

    database: str
    command: tuple[str, ...]
    timeout_s: int = 900
    lock_timeout_ms: int = 3_000
    statement_timeout_ms: int = 600_000

    def __post_init__(self) -> None:
        if not self.command:
            raise ValueError(f"command of the migration of {self.database} must name what runs, got nothing")
        for key, least, most in (
            ("timeout_s", 10, 14_400),
            ("lock_timeout_ms", 100, 10_000),
            ("statement_timeout_ms", 1_000, self.timeout_s * 1_000),
        ):
            if not least <= (value := getattr(self, key)) <= most:
                raise ValueError(f"{key} of the migration of {self.database} must be {least} to {most}, got {value}")


@dataclass(frozen=True, kw_only=True)
class ServiceDefinition:
    """A service and what it needs: it may do and reach nothing that is not named here.

    owner: the team that answers for it. risk: how carefully a new version is let in. databases, sends, consumes and
    secrets: by their names in the environment. slo: what its users are promised; by default what its risk class usually
    is (components/slo/standard.py). egress_hosts: outside the company, on 443. routes: the paths that the
    load balancer sends it, from inside the network unless `public`. drain_s: how long it may take to finish what it
    has begun. Raises ValueError for what does not fit together.
    """

    name: str
    owner: str
    risk: RiskClass
    data_class: DataClass
    pci_scope: PciScope
    slo: tuple[ServiceLevel, ...] = ()
    resources: Resources = field(default_factory=Resources)
    port: int = 8080
    routes: tuple[str, ...] = ()
    public: bool = False
    databases: tuple[DatabaseUse, ...] = ()
    migrations: tuple[Migration, ...] = ()
    sends: tuple[str, ...] = ()
    consumes: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    egress_hosts: tuple[str, ...] = ()
    drain_s: int = 30

    def __post_init__(self) -> None:
        for key, value, allowed in _problems(self):
            raise ValueError(f"{key} of service {self.name} must be {allowed}, got {value!r}: correct its definition")

    @property
    def namespace(self) -> str:
        return f"billing-{self.name}"

    @property
    def service_levels(self) -> tuple[ServiceLevel, ...]:
        return self.slo or standard_levels(self.name, self.owner, self.risk)

    @property
    def availability_percent(self) -> float:
        """What is promised of its work: the highest availability, or share of what is done in time."""
        promised = [one for one in self.service_levels if one.kind != "invariant"]
        first = [one for one in promised if one.kind == "availability"] or promised
        return max((one.objective_percent for one in first), default=100.0)

    @property
    def latency_limit_s(self) -> float:
        """What is served within it is never held against a new version."""
        limits = [one.threshold_s for one in self.service_levels if one.kind == "latency" and one.threshold_s]
        return min(limits, default=LATENCY_S)

    @property
    def fewest_replicas(self) -> int:
        return _FEWEST_OF.get(self.risk, FEWEST_REPLICAS)

    @property
    def preflight_account(self) -> str | None:
        """The service account of the job that tries a version before customers do."""
        return f"{self.name}-preflight" if self.risk == "payment-write" else None

    @property
    def database_user(self) -> str:
        """Its login in every database that it uses, and in no other."""
        return f"billing_{self.name.replace('-', '_')}"

    @property
    def migration_user(self) -> str:
        return f"{self.database_user}_migration"


@dataclass(frozen=True, kw_only=True)
class Release:
    """What of a service differs between environments. digest: of the image in the repository billing/<service>."""

    digest: str
    replicas_min: int
    replicas_max: int
    traffic: ExpectedTraffic
    host: str | None = None

    def __post_init__(self) -> None:
        if not _DIGEST.fullmatch(self.digest):
            allowed = "sha256: and 64 of 0-9 a-f, for a tag can be moved"
            raise ValueError(f"digest must be {allowed}, got {self.digest!r}: take it from the registry")
        if not FEWEST_REPLICAS <= self.replicas_min <= self.replicas_max:
            allowed = f"{FEWEST_REPLICAS} or more, and at most replicas_max ({self.replicas_max})"
            raise ValueError(f"replicas_min must be {allowed}, got {self.replicas_min}: correct one of the two")
        if self.replicas_max > MOST_REPLICAS:
            raise ValueError(f"replicas_max must be at most {MOST_REPLICAS}, got {self.replicas_max}: lower it")
        if self.host is not None and not _HOST.fullmatch(self.host):
            raise ValueError(f"host must be a domain name such as api.example.com, got {self.host!r}: correct it")


def _problems(it: ServiceDefinition) -> Iterator[tuple[str, object, str]]:
    """(argument, value, what it must be) of what is wrong."""
    if not _LABEL.fullmatch(it.name):
        yield "name", it.name, "1 to 16 of a-z 0-9 -, a letter first and no - last"
    if not 1_024 <= it.port <= 65_535 or it.port == MANAGEMENT_PORT:
        yield "port", it.port, f"1024 to 65535, as who is not root may listen, and not {MANAGEMENT_PORT}"
    if not 1 <= it.drain_s <= 900:
        yield "drain_s", it.drain_s, "1 to 900"
    if it.public and not it.routes:
        yield "public", it.public, "false without routes"
    if it.risk == "worker" and it.routes:
        yield "routes", it.routes, "empty for a worker, whose new versions are let in by pods and not by traffic"
    if it.risk != "worker" and not it.routes:
        yield "routes", it.routes, f"at least one for {it.risk}: a new version is let in by its share of traffic"
    yield from _names(it)
    yield from _egress(it)
    yield from _levels(it)


def _names(it: ServiceDefinition) -> Iterator[tuple[str, object, str]]:
    used = [database.name for database in it.databases]
    migrated = [migration.database for migration in it.migrations]
    once = {"routes": it.routes, "databases": used, "migrations": migrated, "sends": it.sends}
    once |= {"consumes": it.consumes, "secrets": it.secrets, "egress_hosts": it.egress_hosts}
    for key, names in once.items():
        if twice := sorted({name for name in names if [*names].count(name) > 1}):
            yield key, ", ".join(twice), "named once each"
    for migration in migrated:
        if migration not in used:
            yield "migrations", migration, f"for a database that it uses ({', '.join(used) or 'none'})"
    for route in it.routes:
        if not _PATH.fullmatch(route):
            yield "routes", route, "paths such as /v1, without wildcards"


def _egress(it: ServiceDefinition) -> Iterator[tuple[str, object, str]]:
    for host in it.egress_hosts:
        if host == ANYWHERE and (it.risk != "webhook-out" or it.pci_scope == "cde"):
            yield (
                "egress_hosts",
                host,
                "hosts by name: only outgoing webhooks, outside of cde, go wherever customers say",
            )
        elif host != ANYWHERE and not _HOST.fullmatch(host):
            yield "egress_hosts", host, "domain names such as api.example.com"


def _levels(it: ServiceDefinition) -> Iterator[tuple[str, object, str]]:
    for level in it.slo:
        for key, own in (("service", it.name), ("owner", it.owner)):
            if (other := getattr(level, key)) != own:
                yield f"{key} of the service level {level.id} in slo", other, f"{own}, as that of the service"
    ids = [level.id for level in it.slo]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        yield "slo", ", ".join(twice), "service levels with an id of their own"
