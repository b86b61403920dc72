"""Load balancers pass on no malformed requests, and are not deleted by accident."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.balancers.examples import INGRESS_CLASS, class_params, ingress, load_balancer
from policies.rules.balancers.ingresses import READS, attribute, is_balanced, path
from policies.rules.balancers.kinds import is_application

# Elastic Load Balancing user guide, "Edit attributes for your Application Load Balancer": property, attribute, its
# default, what is enough, and what happens otherwise.
_DESYNC = (
    "desyncMitigationMode",
    "routing.http.desync_mitigation_mode",
    "defensive",
    ("defensive", "strictest"),
    "it passes on requests that smuggle another (HTTP desync)",
)
_HEADERS = (
    "dropInvalidHeaderFields",
    "routing.http.drop_invalid_header_fields.enabled",
    False,
    (True, "true"),
    "it passes on headers whose names are not valid",
)
_DELETION = ("enableDeletionProtection", "deletion_protection.enabled", False, (True, "true"), "one call deletes it")
_ALL = (_HEADERS, _DESYNC, _DELETION)
_Wish = tuple[str, str, object, tuple[object, ...], str]


def _problems(balancer: Resource, graph: Graph) -> Iterator[Problem]:
    yield from decide(_wishes(balancer), lambda wish: _missed(wish, balancer, graph))


def _wishes(balancer: Resource) -> tuple[_Wish, ...]:
    """What the kind of load balancer has of the three."""
    if balancer.type == tokens.CLASSIC_LOAD_BALANCER:
        return (_DESYNC,)
    return _ALL if balancer.type == tokens.INGRESS or is_application(balancer) else (_DELETION,)


def _missed(wish: _Wish, balancer: Resource, graph: Graph) -> Iterator[Problem]:
    property_, attribute_, default, enough, otherwise = wish
    if balancer.type == tokens.INGRESS:
        found: object = attribute(balancer, attribute_, graph)
        where = path("load-balancer-attributes")
    else:
        found, where = balancer.props.get(property_), property_
    if (default if found is None else found) not in enough:
        yield Problem(where, otherwise)


def _applies(balancer: Resource, graph: Graph) -> bool:
    return balancer.type != tokens.INGRESS or is_balanced(balancer, graph)


_GOOD = {"dropInvalidHeaderFields": True, "enableDeletionProtection": True}
_HARD = "routing.http.drop_invalid_header_fields.enabled=true"
_KEPT = "deletion_protection.enabled=true"
_PROTECTED = {"key": "deletion_protection.enabled", "value": "true"}
_OFF = {"value": "false"}
_WEAK = "routing.http.desync_mitigation_mode=monitor"


def _other(attributes: str) -> Node:
    return ingress("b", **{"load-balancer-attributes": attributes})


def _balancer(**properties: object) -> Example:
    return (load_balancer(**_GOOD | properties),)


def _classic(**properties: object) -> Example:
    return (Node(tokens.CLASSIC_LOAD_BALANCER, "old", properties),)


def _ingress(*attributes: object, **annotations: object) -> Example:
    listed = attributes[0] if attributes and isinstance(attributes[0], Ref) else ",".join(map(str, attributes))
    return (ingress(**{"load-balancer-attributes": listed}, **annotations),)


RULES = (
    Rule(
        id="ALB-04",
        name="load-balancer-is-hardened",
        summary="Load balancers drop invalid headers, stop request smuggling, and are protected from deletion.",
        severity=Severity.LOW,
        pack=Pack.OPERATIONS,
        types=(tokens.LOAD_BALANCER, tokens.CLASSIC_LOAD_BALANCER, tokens.INGRESS),
        reads=(*(wish[0] for wish in _ALL), "loadBalancerType", *READS, "spec.loadBalancerAttributes"),
        controls=unverified("pci-dss-4.0.1", "6.4.2"),
        remedy="Set drop_invalid_header_fields and enable_deletion_protection to True, and leave out"
        " desync_mitigation_mode; an Ingress says so by the annotation load-balancer-attributes.",
        problems=_problems,
        applies=_applies,
        needs_graph=True,
        passes=(
            _balancer(),
            _balancer(desyncMitigationMode="strictest"),
            _balancer(desyncMitigationMode="defensive"),
            _balancer(kind="aws:alb/loadBalancer:LoadBalancer"),
            (load_balancer(loadBalancerType="network", enableDeletionProtection=True),),
            _classic(),
            _ingress(_HARD, _KEPT),
            _ingress(f" {_HARD} ", "routing.http.desync_mitigation_mode = strictest", _KEPT),
            (
                *_ingress(_HARD, **{"group.name": "g"}),
                ingress("b", **{"load-balancer-attributes": _KEPT, "group.name": "g"}),
            ),
            (*_ingress(_HARD), INGRESS_CLASS, class_params(loadBalancerAttributes=[_PROTECTED])),
            (
                *_ingress(_HARD),
                INGRESS_CLASS,
                class_params(group={"name": "g"}),
                ingress("b", **{"load-balancer-attributes": _KEPT}),
            ),
        ),
        fails=(
            (
                *_ingress(_HARD, _KEPT),
                INGRESS_CLASS,
                class_params(loadBalancerAttributes=[_PROTECTED | _OFF]),
            ),
            (load_balancer(),),
            _balancer(dropInvalidHeaderFields=False),
            _balancer(dropInvalidHeaderFields=None),
            _balancer(enableDeletionProtection=False),
            _balancer(enableDeletionProtection=None),
            _balancer(desyncMitigationMode="monitor"),
            _balancer(kind="aws:alb/loadBalancer:LoadBalancer", dropInvalidHeaderFields=False),
            (load_balancer(loadBalancerType="network"),),
            _classic(desyncMitigationMode="monitor"),
            (ingress(),),
            _ingress(_HARD),
            _ingress(_KEPT),
            _ingress(_HARD, "deletion_protection.enabled=false"),
            _ingress(_HARD, "deletion_protection.enabled"),
            _ingress(_HARD, _KEPT, _WEAK),
            _ingress(f"{_HARD}1", _KEPT),
            (*_ingress(_HARD), ingress("b", **{"load-balancer-attributes": _KEPT})),
        ),
        undecided=(
            _balancer(dropInvalidHeaderFields=Ref("nowhere")),
            _balancer(desyncMitigationMode=Ref("nowhere")),
            _ingress(Ref("nowhere")),
        ),
        ignores=((ingress(prefix="nginx.ingress.kubernetes.io/", class_="nginx"),),),
    ),
)
