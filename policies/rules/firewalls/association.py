"""What the internet reaches by a load balancer is looked at by a web ACL first."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.balancers.examples import INGRESS_CLASS, class_params, ingress, load_balancer
from policies.rules.balancers.ingresses import READS, is_balanced, members, path, setting
from policies.rules.balancers.kinds import is_application
from policies.rules.kubernetes.objects import producers
from policies.values import Undecided

_PUBLIC = "internet-facing"
_REGIONAL_ACL = re.compile(r"arn:aws(-[a-z]+)*:wafv2:[a-z0-9-]+:\d{12}:regional/webacl/[\w-]+/[0-9a-f-]+")
_NO_ACL = "none"  # takes an association away (AWS Load Balancer Controller guide, "wafv2-acl-arn")


def _problems(balancer: Resource, graph: Graph) -> Iterator[Problem]:
    if balancer.type == tokens.INGRESS:
        if not some(members(balancer, graph), lambda one: _names_acl(one, graph)):
            yield Problem(path("wafv2-acl-arn"), "the internet reaches it, and no web ACL stands before it")
        return
    associations = graph.referrers(balancer, tokens.WEB_ACL_ASSOCIATION, "resourceArn")
    if not associations:
        yield Problem(None, "the internet reaches it, and no web ACL stands before it")


def _names_acl(one: Resource, graph: Graph) -> bool:
    try:
        arn = setting(one, "wafv2-acl-arn", graph)
    except Undecided:
        if producers(one, "metadata", graph, tokens.WEB_ACL):
            return True
        raise
    return _REGIONAL_ACL.fullmatch(arn) is not None or setting(one, "wafv2-acl-name", graph) not in ("", _NO_ACL)


def _is_public(balancer: Resource, graph: Graph) -> bool:
    """Unset, a load balancer is public and an Ingress is internal."""
    if balancer.type == tokens.INGRESS:
        return is_balanced(balancer, graph) and some(
            members(balancer, graph), lambda one: setting(one, "scheme", graph) == _PUBLIC
        )
    return is_application(balancer) and balancer.props.get("internal", False) is not True


def _associated(balancer: object = Ref("web"), acl: object = Ref("acl")) -> Node:
    return Node(tokens.WEB_ACL_ASSOCIATION, "guard", {"resourceArn": balancer, "webAclArn": acl})


_ACL = Node(tokens.WEB_ACL, "acl", {"scope": "REGIONAL"})
_FACING = {"scheme": _PUBLIC}
_ARN = "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/billing/23161a35-5974-491f-af61-abe2aab3a85f"
_GROUP = {"group.name": "billing", **_FACING}
RULES = (
    Rule(
        id="WAF-01",
        name="public-load-balancer-has-web-acl",
        summary="A web ACL stands before every load balancer that the internet reaches, also those of Ingresses.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.LOAD_BALANCER, tokens.INGRESS),
        reads=(
            *("internal", "loadBalancerType", "resourceArn", *READS),
            *("spec.scheme", "spec.wafv2AclArn", "spec.wafv2AclName"),
        ),
        controls=(*pci("L", "6.4.2"), *unverified("soc2", "CC6.6")),
        remedy="Make a wafv2.WebAclAssociation of it; an Ingress names the web ACL by the annotation"
        " alb.ingress.kubernetes.io/wafv2-acl-arn.",
        problems=_problems,
        applies=_is_public,
        needs_graph=True,
        passes=(
            (load_balancer(), _ACL, _associated()),
            (load_balancer(kind="aws:alb/loadBalancer:LoadBalancer"), _ACL, _associated()),
            (load_balancer(arn="arn:web"), _associated("arn:web", _ARN)),
            (ingress(**_FACING, **{"wafv2-acl-arn": _ARN}),),
            (ingress(**_FACING, **{"wafv2-acl-arn": Ref("acl")}), _ACL),
            (ingress(**_FACING, **{"wafv2-acl-name": "billing"}),),
            (ingress(**_GROUP), ingress("other", **_GROUP, **{"wafv2-acl-arn": _ARN})),
            (ingress(**_FACING), INGRESS_CLASS, class_params(wafv2AclArn=_ARN)),
            (ingress(**_FACING), INGRESS_CLASS, class_params(wafv2AclName="billing")),
            (
                ingress(**_FACING),
                INGRESS_CLASS,
                class_params(group={"name": "g"}),
                ingress("b", **{"wafv2-acl-arn": _ARN}),
            ),
        ),
        fails=(
            (load_balancer(),),
            (load_balancer(internal=False),),
            (load_balancer(kind="aws:alb/loadBalancer:LoadBalancer"),),
            (load_balancer(), _ACL, _associated("arn:elsewhere")),
            (load_balancer(loadBalancerType="application"), _ACL),
            (ingress(**_FACING),),
            (ingress(**_FACING, **{"wafv2-acl-arn": ""}),),
            (ingress(**_FACING, **{"wafv2-acl-arn": _NO_ACL}),),
            (ingress(**_FACING, **{"wafv2-acl-name": _NO_ACL}),),
            (ingress(**_FACING, **{"wafv2-acl-arn": _ARN.replace("regional", "global")}),),
            (ingress(**_FACING, **{"waf-acl-id": "0123"}),),
            (ingress(**_FACING), ingress("other", **_FACING, **{"wafv2-acl-arn": _ARN})),
            (ingress(**_FACING), ingress("other", **_GROUP, **{"wafv2-acl-arn": _ARN})),
            (ingress(scheme="internal"), INGRESS_CLASS, class_params(scheme=_PUBLIC)),
            (ingress(**_FACING, **{"wafv2-acl-arn": _ARN}), INGRESS_CLASS, class_params(wafv2AclArn=_NO_ACL)),
        ),
        undecided=(
            (load_balancer(internal=Ref("nowhere")),),
            (load_balancer(), _associated(Ref("nowhere"))),
            (ingress(scheme=Ref("nowhere")),),
            (ingress(**_FACING, **{"wafv2-acl-arn": Ref("nowhere")}),),
        ),
        ignores=(
            (load_balancer(internal=True),),
            (load_balancer(loadBalancerType="network"),),
            (ingress(),),
            (ingress(scheme="internal"),),
            (ingress(**_FACING), INGRESS_CLASS, class_params(scheme="internal")),
            (ingress(prefix="nginx.ingress.kubernetes.io/", class_="nginx", **_FACING),),
        ),
    ),
)
