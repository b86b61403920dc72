"""Secrets come into the cluster by their own service's right to read them, and come again when they change."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.kubernetes.examples import object_
from policies.rules.kubernetes.objects import producers, spec
from policies.values import Block, Undecided

_LONGEST_S = 86_400  # a rotated secret is in use within a day
# External Secrets API, ExternalSecretSpec and SecretStoreRef: what is meant where nothing is said.
_KIND, _POLICY, _INTERVAL = "SecretStore", "Periodic", "1h"
# Go's durations: numbers with units, one after the other.
_UNITS_S = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_PART = r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)"


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.CLUSTER_SECRET_STORE:
        yield Problem(None, "every namespace reads by its rights: a SecretStore is for one")
    elif resource.type == tokens.SECRET_STORE:
        yield from _store(resource, graph)
    else:
        yield from decide((_references, _refreshed), lambda check: check(spec(resource)))


def _store(store: Resource, graph: Graph) -> Iterator[Problem]:
    provider = spec(store).block("provider")
    if "aws" not in provider or len(provider) > 1:
        yield Problem(provider.path, "it does not read from AWS, whose credentials need not be stored")
        return
    aws = provider.block("aws")
    auth = aws.block("auth")
    if "secretRef" in auth:
        yield Problem(auth.at("secretRef"), "it reads by access keys that are stored in the cluster")
    elif not _has_role(aws, store, graph) and not auth.block("jwt").block("serviceAccountRef").text("name"):
        yield Problem(aws.at("role"), "it reads by whatever right the controller has: no role, no service account")


def _has_role(aws: Block, store: Resource, graph: Graph) -> bool:
    try:
        return aws.text("role") != ""
    except Undecided:
        if not producers(store, "spec", graph, tokens.ROLE):
            raise
        return True  # one of these, whose name is not known yet


def _references(own: Block) -> Iterator[Problem]:
    sources = [item.block("sourceRef") for key in ("data", "dataFrom") for item in own.each(key)]
    stores = [own.block("secretStoreRef"), *(source.block("storeRef") for source in sources)]

    def check(store: Block) -> Iterator[Problem]:
        if (kind := store.text("kind")) not in ("", _KIND):
            yield Problem(store.at("kind"), f"it reads by a {kind}, which is not of its namespace alone")

    yield from decide(stores, check)


def _refreshed(own: Block) -> Iterator[Problem]:
    policy, interval = own.text("refreshPolicy") or _POLICY, own.text("refreshInterval") or _INTERVAL
    seconds = _seconds(interval)
    if policy != _POLICY:
        yield Problem(own.at("refreshPolicy"), f"a rotated secret never arrives: spec.refreshPolicy is {policy}")
    elif seconds is None or seconds <= 0:
        yield Problem(own.at("refreshInterval"), f"a rotated secret never arrives: spec.refreshInterval is {interval}")
    elif seconds > _LONGEST_S:
        yield Problem(own.at("refreshInterval"), f"a rotated secret arrives after {interval}, not within a day")


def _seconds(duration: str) -> float | None:
    """The seconds of one of Go's durations; None if it is none, or is negative."""
    if duration == "0":
        return 0
    if not re.fullmatch(f"({_PART})+", duration, re.ASCII):
        return None
    return sum(float(number) * _UNITS_S[unit] for number, unit in re.findall(_PART, duration, re.ASCII))


def _by(**aws: object) -> Example:
    return (object_(tokens.SECRET_STORE, spec={"provider": {"aws": {"service": "SecretsManager"} | aws}}),)


def _provided(**provider: object) -> Example:
    return (object_(tokens.SECRET_STORE, spec={"provider": provider}),)


def _secret(**spec_: object) -> Example:
    return (object_(tokens.EXTERNAL_SECRET, spec={"secretStoreRef": {"name": "api"}} | spec_),)


def _token(account: object) -> dict[str, object]:
    return {"jwt": {"serviceAccountRef": {"name": account}}}


_ROLE = "arn:aws:iam::111122223333:role/api"
_KEYS = {"secretRef": {"accessKeyIDSecretRef": {"name": "aws", "key": "id"}}}
_OF_CLUSTER = {"kind": "ClusterSecretStore", "name": "all"}

RULES = (
    Rule(
        id="K8S-16",
        name="secrets-are-read-by-their-own-service",
        summary="A SecretStore is of one namespace and needs no stored credential; an ExternalSecret refreshes daily.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.SECRET_STORE, tokens.CLUSTER_SECRET_STORE, tokens.EXTERNAL_SECRET),
        reads=(
            *("spec.provider", "provider.aws", "aws.role", "aws.auth", "auth.secretRef", "serviceAccountRef.name"),
            *("spec.secretStoreRef", "secretStoreRef.kind", "sourceRef.storeRef", "storeRef.kind"),
            *("spec.refreshPolicy", "spec.refreshInterval", "spec.data", "spec.dataFrom"),
        ),
        controls=(*unverified("pci-dss-4.0.1", "8.6.2"), *unverified("soc2", "CC6.1")),
        remedy="Use components.BillingService, or a SecretStore of the namespace with role or"
        " auth.jwt.serviceAccountRef, and a refreshInterval of 24h at most.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _by(role=_ROLE),
            (Node(tokens.ROLE, "role"), *_by(role=Ref("role"))),
            _by(auth=_token("api")),
            _secret(),
            _secret(secretStoreRef={"name": "api", "kind": "SecretStore"}, refreshInterval="10m"),
            _secret(refreshInterval="24h", refreshPolicy="Periodic"),
            _secret(refreshInterval="1h0m0.5s"),
            _secret(data=[{"sourceRef": {"storeRef": {"name": "api", "kind": "SecretStore"}}}]),
            _secret(dataFrom=[{"sourceRef": {"storeRef": {"name": "api"}}}]),
        ),
        fails=(
            (object_(tokens.CLUSTER_SECRET_STORE, namespace=None, spec={"provider": {"aws": {"role": _ROLE}}}),),
            _by(),
            _by(role=""),
            _by(auth={"jwt": {}}),
            _by(auth=_token("")),
            _by(role=_ROLE, auth=_KEYS),
            _provided(),
            _provided(vault={"server": "https://vault.example.com"}),
            _provided(aws={"role": _ROLE}, fake={"data": []}),
            _secret(secretStoreRef=_OF_CLUSTER),
            _secret(data=[{"sourceRef": {"storeRef": _OF_CLUSTER}}]),
            _secret(dataFrom=[{"sourceRef": {"storeRef": _OF_CLUSTER}}]),
            _secret(refreshInterval="0"),
            _secret(refreshInterval="0s"),
            _secret(refreshInterval="-1h"),
            _secret(refreshInterval="daily"),
            _secret(refreshInterval="24h1ns"),
            _secret(refreshInterval=0),
            _secret(refreshPolicy="CreatedOnce"),
            _secret(refreshPolicy="OnChange"),
        ),
        undecided=(
            _by(role=Ref("nobody")),
            _by(auth=_token(Ref("nobody"))),
            _provided(aws=Ref("nobody")),
            _secret(secretStoreRef={"name": "api", "kind": Ref("nobody")}),
            _secret(refreshInterval=Ref("nobody")),
            _secret(refreshPolicy=Ref("nobody")),
            _secret(data=Ref("nobody")),
        ),
    ),
)
