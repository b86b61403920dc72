"""The services: which image of each runs, how many of it, for how much traffic, and where it is reached."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Network
from typing import Annotated, Any

from pydantic import Field

from components.canary_strategy import ExpectedTraffic
from components.databases.limits import max_connections
from components.services.budget import RESERVED, VERSIONS_AT_ONCE, overdrawn
from components.services.definition import ANYWHERE, MOST_REPLICAS, Release, ServiceDefinition
from stacks.reading import Check, Found
from stacks.sections.data import topology
from stacks.sections.fields import CertificateArn, Digest, Host, Name, Strict
from stacks.services import SERVICES

_BY_NAME: Mapping[str, ServiceDefinition] = {service.name: service for service in SERVICES}
_WIDEST_HOST = 22  # prefix of a host's block: what is wider is a cloud's range, and leads to everyone in it
_PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"))


class Deployed(Strict):
    digest: Digest
    """Of the image in the repository billing/<service>."""
    replicas_min: Annotated[int, Field(ge=2, le=MOST_REPLICAS)]
    """How many pods there are at quiet times."""
    replicas_max: Annotated[int, Field(ge=2, le=MOST_REPLICAS)]
    """The most there may be; during a release twice as many."""
    requests_per_s: Annotated[float, Field(gt=0)]
    """What all of it gets at its quiet times, of a worker jobs: how long a canary waits follows from it."""
    charges_per_s: Annotated[float, Field(ge=0)] = 0.0
    """Those of them that reach a processor."""
    host: Host | None = None
    """Where it is reached, if it has routes."""

    @property
    def release(self) -> Release:
        """As components.BillingService takes it."""
        return Release(
            digest=self.digest,
            replicas_min=self.replicas_min,
            replicas_max=self.replicas_max,
            traffic=ExpectedTraffic(requests_per_s=self.requests_per_s, charges_per_s=self.charges_per_s),
            host=self.host,
        )


class Services(Strict):
    certificate_arn: CertificateArn
    """Of the load balancers: it must cover the hosts."""
    egress: dict[Host, Annotated[tuple[IPv4Network, ...], Field(min_length=1)]] = Field(default_factory=dict)
    """The addresses of each host outside that a service names; network policies know no names."""
    releases: dict[Name, Deployed]
    """By service, each of them."""


def _every_service(releases: Mapping[str, Deployed]) -> Found:
    known = ", ".join(_BY_NAME)
    for name in releases:
        if name not in _BY_NAME:
            yield f"services.releases.{name}", "(no such service)", f"one of {known}", "define it in stacks/services.py"
    for name in _BY_NAME:
        if name not in releases:
            yield f"services.releases.{name}", None, "a release of every service", "add it: its image and its size"


def _releases(releases: Mapping[str, Deployed]) -> Found:
    for name, one in releases.items():
        if (service := _BY_NAME.get(name)) is None:
            continue
        key, fewest = f"services.releases.{name}", service.fewest_replicas
        if one.replicas_min < fewest:
            yield f"{key}.replicas_min", one.replicas_min, f"at least {fewest}: its risk is {service.risk}", "raise it"
        if one.replicas_max < one.replicas_min:
            yield f"{key}.replicas_max", one.replicas_max, f"at least replicas_min ({one.replicas_min})", "raise it"
        if one.charges_per_s > one.requests_per_s:
            yield (
                f"{key}.charges_per_s",
                one.charges_per_s,
                f"at most requests_per_s ({one.requests_per_s})",
                "lower it",
            )
        if service.risk == "payment-write" and not one.charges_per_s:
            yield f"{key}.charges_per_s", one.charges_per_s, "above 0: approvals are compared by them", "count them"
        if service.routes and one.host is None:
            yield f"{key}.host", None, "a domain name: the service has routes", "name where it is reached"
        if one.host is not None and not service.routes:
            yield f"{key}.host", one.host, "nothing: the service has no routes", "remove it, or give it routes"


def _hosts_apart(releases: Mapping[str, Deployed]) -> Found:
    seen: dict[str, str] = {}
    for name, one in releases.items():
        if one.host is not None and (other := seen.setdefault(one.host, name)) != name:
            allowed = f"a host of its own: {other} has it, on another load balancer"
            yield f"services.releases.{name}.host", one.host, allowed, "name another host"


def _of_the_account(account: str, region: str, certificate_arn: str) -> Found:
    if certificate_arn.split(":")[3:5] != [region, account]:
        allowed = f"of {region} and account {account}: a load balancer takes no other"
        yield "services.certificate_arn", certificate_arn, allowed, "name the one that stands there"


def _egress(egress: Mapping[str, Sequence[IPv4Network]]) -> Found:
    wanted = {host: one.name for one in SERVICES for host in one.egress_hosts if host != ANYWHERE}
    for host, name in wanted.items():
        if host not in egress:
            yield f"services.egress.{host}", None, f"the addresses of the host: {name} calls it", "ask who runs it"
    for host, blocks in egress.items():
        if host not in wanted:
            yield f"services.egress.{host}", "(nobody calls it)", f"one of {', '.join(wanted) or 'none'}", "remove it"
        for index, block in enumerate(blocks):
            key = f"services.egress.{host}[{index}]"
            if block.prefixlen < _WIDEST_HOST:
                allowed = f"blocks of /{_WIDEST_HOST} or smaller: a wider one leads to others as well"
                yield key, str(block), allowed, "name the host's own addresses, or go through a proxy that has its own"
            elif any(block.overlaps(private) for private in _PRIVATE):
                yield key, str(block), "addresses outside: these are private ones", "name the host's public addresses"


def _needs(databases: Mapping[str, Any], credentials: Mapping[str, Any], endpoints: Any) -> Found:
    for service in SERVICES:
        for used in service.databases:
            if used.name not in databases:
                allowed = f"a database: service {service.name} uses it"
                yield f"data.databases.{used.name}", None, allowed, "add it, as in the other environments"
        for name in service.secrets:
            key, allowed = f"secrets.credentials.{name}", f"a credential of service {service.name}, which uses it"
            if name not in credentials:
                yield key, None, allowed, "add it, as in the other environments"
            elif (owner := credentials[name].service) != service.name:
                yield f"{key}.service", owner, allowed, "correct it: one service reads a credential, and nobody else"
    if any(service.sends or service.consumes for service in SERVICES) and "sqs" not in endpoints.interface:
        allowed = "sqs among them: services reach queues by the endpoint alone"
        yield "network.endpoints.interface", list(endpoints.interface), allowed, "add sqs"


def _connections(releases: Mapping[str, Deployed], databases: Mapping[str, Any]) -> Found:
    if set(releases) != set(_BY_NAME):
        return
    limits: dict[str, int] = {}
    for name, one in databases.items():
        with suppress(ValueError):  # which the data section tells of
            limits[name] = max_connections(topology(one))
    for found in overdrawn(SERVICES, {name: one.replicas_max for name, one in releases.items()}, limits):
        first = max(found.wanted, key=lambda name: found.wanted[name])
        shares = ", ".join(f"{name} {number}" for name, number in found.wanted.items())
        allowed = (
            f"so many that {VERSIONS_AT_ONCE} x pool x pods stay below the {found.most} connections of the database"
            f" {found.database} ({RESERVED} are kept free): {shares}, together {found.total}"
        )
        remedy = "lower it, or the pools in stacks/services.py, or take a larger database"
        yield f"services.releases.{first}.replicas_max", releases[first].replicas_max, allowed, remedy


CHECKS: tuple[Check, ...] = (
    (("services.releases",), _every_service),
    (("services.releases",), _releases),
    (("services.releases",), _hosts_apart),
    (("account.id", "account.region", "services.certificate_arn"), _of_the_account),
    (("services.egress",), _egress),
    (("data.databases", "secrets.credentials", "network.endpoints"), _needs),
    (("services.releases", "data.databases"), _connections),
)
