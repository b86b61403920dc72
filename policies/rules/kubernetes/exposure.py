"""What the internet reaches says so, and everything that is reached from outside the cluster speaks TLS."""

import json
from collections.abc import Iterator
from typing import Any

from policies import tokens
from policies.controls import cis_eks, unverified
from policies.examples import Example, Ref
from policies.graph import Graph
from policies.kubernetes_facts import EXPOSURE_ANNOTATION, PUBLIC
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.kubernetes.examples import object_
from policies.rules.kubernetes.objects import metadata, spec
from policies.values import Block

# AWS Load Balancer Controller guide, "Ingress annotations".
_SCHEME = "alb.ingress.kubernetes.io/scheme"
_LISTENERS = "alb.ingress.kubernetes.io/listen-ports"
_REDIRECT = "alb.ingress.kubernetes.io/ssl-redirect"
_CERTIFICATE = "alb.ingress.kubernetes.io/certificate-arn"


def _problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    checks = (_type, _addresses) if resource.type == tokens.SERVICE else (_scheme, _encrypted)
    yield from decide(checks, lambda check: check(resource))


def _type(service: Resource) -> Iterator[Problem]:
    if (kind := spec(service).text("type")) in ("LoadBalancer", "NodePort"):
        yield Problem("spec.type", f"spec.type is {kind}, which goes around the TLS and the logs of the Ingress")


def _addresses(service: Resource) -> Iterator[Problem]:
    if len(spec(service).texts("externalIPs")):
        yield Problem("spec.externalIPs", "spec.externalIPs takes traffic that is meant for others (CVE-2020-8554)")


def _scheme(ingress: Resource) -> Iterator[Problem]:
    annotations = metadata(ingress).block("annotations")
    scheme = annotations.text(_SCHEME)
    if scheme == "internal" or annotations.text(EXPOSURE_ANNOTATION) == PUBLIC:
        return
    found = "is internet-facing" if scheme == "internet-facing" else "is not internal"
    yield Problem(
        _path(annotations, _SCHEME), f"its scheme {found}, and nothing declares that it is meant to be public"
    )


def _encrypted(ingress: Resource) -> Iterator[Problem]:
    annotations, own = metadata(ingress).block("annotations"), spec(ingress)
    if _LISTENERS in annotations:
        if _plain(annotations.text(_LISTENERS)) and not annotations.text(_REDIRECT):
            message = "a listener takes plain HTTP and does not send it on to HTTPS"
            yield Problem(_path(annotations, _LISTENERS), message)
        return
    if annotations.text(_CERTIFICATE):
        return
    if not own.each("tls"):
        yield Problem("spec.tls", "it has no TLS: spec.tls is empty, and no annotation names a certificate")
        return
    covered = [host for entry in own.each("tls") for host in entry.texts("hosts").read()]
    yield from decide(own.each("rules"), lambda rule: _covered(rule, covered))


def _covered(rule: Block, hosts: list[str]) -> Iterator[Problem]:
    host = rule.text("host")
    if host not in hosts and f"*.{host.partition('.')[2]}" not in hosts:
        yield Problem(rule.at("host"), f"{rule.at('host')} is {host or 'every host'}, which spec.tls does not name")


def _plain(listeners: str) -> bool:
    """Whether the listeners take HTTP; a text that is not what the controller reads counts as such."""
    try:
        listed: Any = json.loads(listeners)
    except ValueError:
        return True
    if not isinstance(listed, list) or not listed:
        return True
    return not all(isinstance(one, dict) and set(one) == {"HTTPS"} for one in listed)


def _path(annotations: Block, key: str) -> str:
    return f"{annotations.path}[{key!r}]"


def _service(**spec_: object) -> Example:
    return (object_(tokens.SERVICE, spec=spec_),)


def _ingress(spec_: dict[str, object] | None = None, **annotations: object) -> Example:
    names = {"scheme": _SCHEME, "listeners": _LISTENERS, "redirect": _REDIRECT, "certificate": _CERTIFICATE}
    values = {"scheme": "internal", "listeners": '[{"HTTPS": 443}]'} | annotations
    given = {names.get(key, EXPOSURE_ANNOTATION): value for key, value in values.items() if value is not None}
    return (object_(tokens.INGRESS, metadata={"annotations": given}, spec=spec_ or {}),)


_FACING = "internet-facing"
_TLS = {"tls": [{"hosts": ["api.example.com"]}], "rules": [{"host": "api.example.com"}]}
_BOTH = '[{"HTTP": 80}, {"HTTPS": 443}]'

RULES = (
    Rule(
        id="K8S-12",
        name="exposure-declared-and-encrypted",
        summary="Only an Ingress that says so is public, each has TLS, and no Service goes around it.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.INGRESS, tokens.SERVICE),
        reads=("spec.type", "spec.externalIPs", "spec.tls", "metadata.annotations", "spec.rules"),
        controls=(
            *unverified("pci-dss-4.0.1", "1.4.2", "4.2.1"),
            *cis_eks("5.4.5"),
            *unverified("soc2", "CC6.6"),
        ),
        remedy=f"Use a ClusterIP Service behind an Ingress with HTTPS listeners; what the internet may reach has"
        f" the annotation {EXPOSURE_ANNOTATION}: {PUBLIC}.",
        problems=_problems,
        passes=(
            _service(),
            _service(type="ClusterIP"),
            _ingress(),
            _ingress(scheme=_FACING, declared=PUBLIC),
            _ingress(listeners=_BOTH, redirect="443"),
            _ingress(_TLS, listeners=None),
            _ingress(listeners=None, certificate="arn:aws:acm:eu-central-1:111122223333:certificate/a"),
            _ingress({"tls": [{"hosts": ["*.example.com"]}], "rules": [{"host": "a.example.com"}]}, listeners=None),
        ),
        fails=(
            _service(type="LoadBalancer"),
            _service(type="NodePort"),
            _service(externalIPs=["203.0.113.7"]),
            _ingress(scheme=_FACING),
            _ingress(scheme=_FACING, declared="internal"),
            _ingress(scheme=None),
            _ingress(listeners=_BOTH),
            _ingress(listeners="443"),
            _ingress(listeners="[]"),
            _ingress(listeners=None),
            _ingress({"tls": []}, listeners=None),
            _ingress({**_TLS, "rules": [{"host": "other.example.com"}]}, listeners=None),
            _ingress({**_TLS, "rules": [{}]}, listeners=None),
        ),
        undecided=(_service(type=Ref("nobody")), _ingress(scheme=Ref("nobody"))),
    ),
)
