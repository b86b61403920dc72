"""TLS begins at version 1.2, with a certificate that AWS renews."""

import re
from collections.abc import Iterator
from itertools import product

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.balancers.examples import INGRESS_CLASS, class_params, ingress, listener, load_balancer
from policies.rules.balancers.ingresses import READS, is_balanced, path, protocols, setting, settings
from policies.values import Undecided

# Elastic Load Balancing user guide, "Security policies for your Application Load Balancer" and "... Network Load
# Balancer": every policy whose lowest version is TLS 1.2 or 1.3.
_PREFIX = "ELBSecurityPolicy-"
_KINDS = ("1-3", "1-2", "1-2-Res", "1-2-Ext1", "1-2-Ext2")
_EDITIONS = ("2021-06", "PQ-2025-09", "FIPS-2023-04", "FIPS-PQ-2025-09")
_MODERN = frozenset(
    (
        *(f"{_PREFIX}TLS13-{kind}-{edition}" for kind, edition in product(_KINDS, _EDITIONS)),
        *(f"{_PREFIX}TLS13-1-2-Ext0-{edition}" for edition in ("FIPS-2023-04", "FIPS-PQ-2025-09")),
        *(f"{_PREFIX}{name}" for name in ("TLS-1-2-2017-01", "TLS-1-2-Ext-2018-06")),
        *(f"{_PREFIX}FS-1-2-{name}" for name in ("2019-08", "Res-2019-08", "Res-2020-10")),
    )
)
_DEFAULT = f"{_PREFIX}2016-08"  # of the API, and so of the provider and of the controller of Ingresses
_CERTIFICATES = (tokens.CERTIFICATE, tokens.CERTIFICATE_VALIDATION)
_UPLOADED = "aws:iam/serverCertificate:ServerCertificate"
_OF_ACM = re.compile(r"arn:aws(-[a-z]+)*:acm:[a-z0-9-]+:\d{12}:certificate/[0-9A-Za-z-]+")


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    checks = _INGRESS_CHECKS if resource.type == tokens.INGRESS else _CHECKS[resource.type]
    yield from decide(checks, lambda check: check(resource, graph))


def _version(resource: Resource, _: Graph) -> Iterator[Problem]:
    yield from _too_old("sslPolicy", str(resource.props.get("sslPolicy", _DEFAULT)))


def _certificate(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if "certificateArn" not in resource.props:
        yield Problem("certificateArn", "it has no certificate")
        return
    known = graph.references(resource, "certificateArn", *_CERTIFICATES, _UPLOADED)
    if known and all(one.type in _CERTIFICATES for one in known):
        return
    if known or _OF_ACM.fullmatch(str(resource.props["certificateArn"])) is None:
        yield Problem("certificateArn", _NOT_OF_ACM)


def _ingress_version(resource: Resource, graph: Graph) -> Iterator[Problem]:
    """Whoever of a group says one says it for the port of all."""
    said = settings(resource, "ssl-policy", graph)
    if not said and said.undecided:
        raise Undecided(*said.undecided)
    for policy in dict.fromkeys(said or (_DEFAULT,)):
        yield from _too_old(path("ssl-policy"), policy)


def _ingress_certificates(resource: Resource, graph: Graph) -> Iterator[Problem]:
    """Without an annotation the controller finds certificates in ACM, by the hosts."""
    named = setting(resource, "certificate-arn", graph)
    for arn in (part.strip() for part in named.split(",")) if named else ():
        if _OF_ACM.fullmatch(arn) is None:
            yield Problem(path("certificate-arn"), _NOT_OF_ACM)


def _too_old(where: str, policy: str) -> Iterator[Problem]:
    if policy not in _MODERN:
        yield Problem(where, f"{policy} is not known to begin at TLS 1.2")


_NOT_OF_ACM = "its certificate is not one of AWS Certificate Manager, so nobody renews it"
_CHECKS = {tokens.LISTENER: (_version, _certificate), tokens.LISTENER_CERTIFICATE: (_certificate,)}
_INGRESS_CHECKS = (_ingress_version, _ingress_certificates)


def _speaks_tls(resource: Resource, graph: Graph) -> bool:
    if resource.type == tokens.INGRESS:
        return is_balanced(resource, graph) and "HTTPS" in protocols(resource, graph)
    return resource.type != tokens.LISTENER or str(resource.props.get("protocol", "")).upper() in ("HTTPS", "TLS")


_ARN = "arn:aws:acm:eu-central-1:111122223333:certificate/0123"
_GOOD = f"{_PREFIX}TLS13-1-2-Res-2021-06"
_HTTPS = {"listen-ports": '[{"HTTPS": 443}]'}


def _listening(policy: object = _GOOD, certificate: object = _ARN, **more: object) -> Example:
    own = {"protocol": "HTTPS", "port": 443, "sslPolicy": policy, "certificateArn": certificate} | more
    return (load_balancer(), listener(**{key: value for key, value in own.items() if value is not None}))


def _besides(certificate: object) -> Example:
    return (Node(tokens.LISTENER_CERTIFICATE, "more", {"listenerArn": "arn:listener", "certificateArn": certificate}),)


def _ingress(**annotations: object) -> Example:
    return (ingress(**_HTTPS, **annotations),)


RULES = (
    Rule(
        id="ALB-02",
        name="load-balancer-speaks-modern-tls",
        summary="Load balancers speak TLS 1.2 or newer, with a certificate of AWS Certificate Manager.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.LISTENER, tokens.LISTENER_CERTIFICATE, tokens.INGRESS),
        reads=(
            *("protocol", "sslPolicy", "certificateArn", *READS),
            *("spec.sslPolicy", "spec.certificateArn", "spec.certificateARNs"),
        ),
        controls=(*unverified("pci-dss-4.0.1", "4.2.1"), *unverified("soc2", "CC6.7")),
        remedy=f'Set ssl_policy="{_GOOD}" and the certificate_arn of an acm.Certificate; an Ingress says both by the'
        " annotations ssl-policy and certificate-arn.",
        problems=_problems,
        applies=_speaks_tls,
        needs_graph=True,
        passes=(
            _listening(),
            _listening(f"{_PREFIX}TLS13-1-3-FIPS-PQ-2025-09"),
            _listening(f"{_PREFIX}FS-1-2-Res-2020-10", protocol="tls"),
            _listening(kind="aws:alb/listener:Listener"),
            (*_listening(certificate=Ref("own")), Node(tokens.CERTIFICATE, "own")),
            (*_listening(certificate=Ref("own")), Node(tokens.CERTIFICATE_VALIDATION, "own")),
            _besides(_ARN),
            _ingress(**{"ssl-policy": _GOOD}),
            _ingress(**{"ssl-policy": _GOOD, "certificate-arn": f"{_ARN}, {_ARN}4"}),
            (
                ingress(**_HTTPS, **{"group.name": "g"}),
                ingress("other", **_HTTPS, **{"group.name": "g", "ssl-policy": _GOOD}),
            ),
            (ingress(**_HTTPS), INGRESS_CLASS, class_params(sslPolicy=_GOOD, certificateArn=[_ARN])),
            (ingress(**_HTTPS), INGRESS_CLASS, class_params(sslPolicy=_GOOD, certificateARNs=[_ARN])),
            (
                ingress(**_HTTPS),
                INGRESS_CLASS,
                class_params(group={"name": "g"}),
                ingress("b", **_HTTPS, **{"ssl-policy": _GOOD}),
            ),
        ),
        fails=(
            (ingress(**_HTTPS, **{"ssl-policy": _GOOD}), INGRESS_CLASS, class_params(sslPolicy=_DEFAULT)),
            (
                ingress(**_HTTPS),
                INGRESS_CLASS,
                class_params(sslPolicy=_GOOD, certificateArn=["arn:aws:iam::111122223333:server-certificate/old"]),
            ),
            _listening(None),
            _listening(_DEFAULT),
            _listening(f"{_PREFIX}TLS-1-1-2017-01"),
            _listening(f"{_PREFIX}TLS13-1-0-2021-06"),
            _listening(f"{_PREFIX}TLS13-1-1-2021-06"),
            _listening(f"{_PREFIX}FS-2018-06"),
            _listening(f"My-{_GOOD}"),
            _listening(_GOOD.lower()),
            _listening(None, protocol="TLS"),
            _listening(certificate=None),
            _listening(certificate="arn:aws:iam::111122223333:server-certificate/acm"),
            (*_listening(certificate=Ref("own")), Node(_UPLOADED, "own")),
            _besides("arn:aws:iam::111122223333:server-certificate/old"),
            _ingress(),
            _ingress(**{"ssl-policy": _DEFAULT}),
            _ingress(**{"ssl-policy": _GOOD, "certificate-arn": "arn:aws:iam::111122223333:server-certificate/old"}),
            _ingress(
                **{"ssl-policy": _GOOD, "certificate-arn": f"{_ARN},arn:aws:iam::111122223333:server-certificate/old"}
            ),
        ),
        undecided=(
            _listening(Ref("nowhere")),
            _listening(certificate=Ref("nowhere")),
            _ingress(**{"ssl-policy": Ref("nowhere")}),
            _ingress(**{"ssl-policy": _GOOD, "certificate-arn": Ref("nowhere")}),
        ),
        ignores=(
            _listening(None, None, protocol="HTTP"),
            _listening(None, None, protocol="TCP"),
            (ingress(**{"listen-ports": '[{"HTTP": 80}]'}),),
        ),
    ),
)
