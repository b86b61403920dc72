"""Plain HTTP is answered by sending the client on to HTTPS, and by nothing else."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis_eks, pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.balancers.examples import INGRESS_CLASS, class_params, ingress, listener, load_balancer
from policies.rules.balancers.ingresses import READS, is_balanced, path, protocols, settings
from policies.values import Block

_DEFAULT_REDIRECT = "#{protocol}"  # the client's own: plain HTTP again
_PLAIN_PORTS = (80, "80")
_ACTIONS = {tokens.LISTENER: "defaultActions", tokens.LISTENER_RULE: "actions"}


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.INGRESS:
        if not some(settings(resource, "ssl-redirect", graph), bool):
            yield Problem(path("listen-ports"), "it takes plain HTTP, and nothing sends it on to HTTPS")
    elif resource.type == tokens.CLASSIC_LOAD_BALANCER:
        yield from decide(resource.props.blocks("listeners"), _classic_problems)
    else:
        key = _ACTIONS[resource.type]
        actions = resource.props.blocks(key)
        if not actions:
            yield Problem(key, "it takes plain HTTP, and nothing sends it on to HTTPS")
        yield from decide(actions, _action_problems)


def _action_problems(action: Block) -> Iterator[Problem]:
    kind = action.get("type")
    if kind != "redirect":
        yield Problem(action.at("type"), f"plain HTTP is answered by {kind}, where only a redirect to HTTPS may be")
        return
    redirect = action.get("redirect")
    if redirect is None or redirect.get("protocol", _DEFAULT_REDIRECT) != "HTTPS":
        yield Problem(action.at("redirect"), "the redirect stays with plain HTTP: its protocol is not HTTPS")


def _classic_problems(one: Block) -> Iterator[Problem]:
    """A classic load balancer redirects nothing; TCP is judged where its port is that of plain HTTP."""
    protocol, port = str(one.get("lbProtocol", "")).upper(), one.get("lbPort")
    if protocol == "HTTP" or (protocol == "TCP" and port in _PLAIN_PORTS):
        yield Problem(one.at("lbProtocol"), "it takes plain HTTP, which a classic load balancer cannot send on")


def _takes_plain(resource: Resource, graph: Graph) -> bool:
    if resource.type == tokens.INGRESS:
        return is_balanced(resource, graph) and "HTTP" in protocols(resource, graph)
    if resource.type == tokens.CLASSIC_LOAD_BALANCER:
        return True
    if resource.type == tokens.LISTENER:
        return _is_plain(resource)
    found = graph.resolve(resource, "listenerArn", tokens.LISTENER)
    return found is not None and _is_plain(found)


def _is_plain(one: Resource) -> bool:
    """Unset is HTTP, but for gateway load balancers, whose listeners have no port either."""
    if "protocol" not in one.props:
        return "port" in one.props
    return str(one.props["protocol"]).upper() == "HTTP"


def _redirect(**redirect: object) -> dict[str, object]:
    return {"type": "redirect", "redirect": {"statusCode": "HTTP_301", "port": "443"} | redirect}


def _listening(*actions: object, protocol: object = "HTTP", **more: object) -> Example:
    own = {"port": 80, "defaultActions": list(actions)} | ({"protocol": protocol} if protocol else {})
    return (load_balancer(), listener(**own, **more))


def _ruled(action: object, protocol: str = "HTTP") -> Example:
    rule = Node(tokens.LISTENER_RULE, "rule", {"listenerArn": Ref("listener"), "actions": [action]})
    return (*_listening(_redirect(protocol="HTTPS"), protocol=protocol), rule)


def _classic(**one: object) -> Example:
    return (Node(tokens.CLASSIC_LOAD_BALANCER, "old", {"listeners": [one]}),)


_FORWARD = {"type": "forward", "targetGroupArn": "arn:targets"}
_TO_GROUPS = {"type": "forward", "forward": {"targetGroups": [{"arn": "arn:targets"}]}}
_FIXED = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "403"}}
_BOTH = {"listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]'}
_REDIRECTED = {"ssl-redirect": "443"}

RULES = (
    Rule(
        id="ALB-01",
        name="plain-http-only-redirects",
        summary="What listens for plain HTTP sends every request on to HTTPS, by its default and by every rule.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.LISTENER, tokens.LISTENER_RULE, tokens.CLASSIC_LOAD_BALANCER, tokens.INGRESS),
        reads=(
            *("protocol", "port", "defaultActions", "actions", "listenerArn", "listeners", *READS),
            *("spec.sslRedirectPort", "spec.certificateArn", "spec.certificateARNs"),
        ),
        controls=(*pci("L", "4.2.1"), *cis_eks("5.4.5"), *unverified("soc2", "CC6.7")),
        remedy='Let the listener do {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443",'
        ' "status_code": "HTTP_301"}} alone, or leave it out; an Ingress has the annotation ssl-redirect.',
        problems=_problems,
        applies=_takes_plain,
        needs_graph=True,
        passes=(
            _listening(_redirect(protocol="HTTPS")),
            _listening(_redirect(protocol="HTTPS"), protocol=None),
            _listening(_redirect(protocol="HTTPS"), kind="aws:alb/listener:Listener"),
            _ruled(_redirect(protocol="HTTPS")),
            _classic(lbProtocol="https", lbPort=443),
            (ingress(**_BOTH, **_REDIRECTED),),
            (ingress(**_BOTH, **{"group.name": "g"}), ingress("other", **_REDIRECTED, **{"group.name": "g"})),
            (ingress(**_BOTH), INGRESS_CLASS, class_params(sslRedirectPort="443")),
            (ingress(**_BOTH), INGRESS_CLASS, class_params(group={"name": "g"}), ingress("b", **_REDIRECTED)),
        ),
        fails=(
            (ingress(**_BOTH), INGRESS_CLASS, class_params(group={"name": "g"})),
            _listening(_FORWARD),
            _listening(_TO_GROUPS),
            _listening(_FORWARD, protocol=None),
            _listening(_FORWARD, protocol="http"),
            _listening(_FORWARD, kind="aws:alb/listener:Listener"),
            _listening(_FIXED),
            _listening({"type": "authenticate-oidc", "order": 1}, _redirect(protocol="HTTPS")),
            _listening(_redirect()),
            _listening(_redirect(protocol="#{protocol}")),
            _listening(_redirect(protocol="HTTP")),
            _listening({"type": "redirect"}),
            _listening(),
            _ruled(_FORWARD),
            _ruled(_redirect()),
            _classic(lbProtocol="http", lbPort=80),
            _classic(lbProtocol="HTTP", lbPort=8443),
            _classic(lbProtocol="tcp", lbPort=80),
            (ingress(),),
            (ingress(**_BOTH),),
            (ingress(**{"listen-ports": '[{"HTTP": 80}]'}),),
            (ingress(**{"listen-ports": "80"}),),
            (ingress(**_BOTH), ingress("other", **_REDIRECTED)),
            (ingress(**_BOTH), ingress("other", **_REDIRECTED, **{"group.name": "g"})),
        ),
        undecided=(
            _listening(_FORWARD, protocol=Ref("nowhere")),
            _listening({"type": Ref("nowhere")}),
            _listening(_redirect(protocol=Ref("nowhere"))),
            (ingress(**_BOTH, **{"ssl-redirect": Ref("nowhere")}),),
            (ingress(**{"listen-ports": Ref("nowhere")}),),
        ),
        ignores=(
            (ingress(scheme="internal"), INGRESS_CLASS, class_params(certificateArn=["arn:certificate"])),
            (ingress(scheme="internal"), INGRESS_CLASS, class_params(certificateARNs=["arn:certificate"])),
            _listening(_FORWARD, protocol="HTTPS"),
            _listening(_FORWARD, protocol="TCP"),
            (load_balancer(loadBalancerType="gateway"), listener(defaultActions=[_FORWARD])),
            (ingress(**{"listen-ports": '[{"HTTPS": 443}]'}),),
            (ingress(**{"certificate-arn": "arn:aws:acm:eu-central-1:111122223333:certificate/a"}),),
            (ingress(prefix="nginx.ingress.kubernetes.io/", class_="nginx"),),
        ),
    ),
)
