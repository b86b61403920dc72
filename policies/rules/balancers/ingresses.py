"""The load balancer that the AWS Load Balancer Controller makes for an Ingress, or for a group of them.

By the controller's guide, "Ingress annotations" and "IngressClass": what the IngressClassParams of its class say stands
before what an Ingress says itself, and the Ingresses of a group share one load balancer.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.rules.kubernetes.objects import metadata, objects, spec
from policies.values import Block, Items, Partial, Place, Undecided

PREFIX = "alb.ingress.kubernetes.io/"
# What a rule reads that asks anything here, besides the fields of IngressClassParams that it is about.
READS = ("metadata.annotations", "spec.ingressClassName", "spec.parameters.name", "spec.group")
_CONTROLLERS = ("ingress.k8s.aws/alb", "eks.amazonaws.com/alb")
_PARAMS = (tokens.INGRESS_CLASS_PARAMS, tokens.AUTO_INGRESS_CLASS_PARAMS)
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_USUAL_CLASS = "alb"  # of the controller's chart
_FIELDS = {  # of IngressClassParams, by the annotation that they stand before
    "scheme": ("scheme",),
    "ssl-policy": ("sslPolicy",),
    "ssl-redirect": ("sslRedirectPort",),
    "certificate-arn": ("certificateArn", "certificateARNs"),
    "wafv2-acl-arn": ("wafv2AclArn",),
    "wafv2-acl-name": ("wafv2AclName",),
}
_Groups = tuple[dict[str, list[Resource]], list[Place]]


def is_balanced(ingress: Resource, graph: Graph) -> bool:
    """Whether the Ingress is the controller's: its class says so, or it has an annotation of the controller."""
    annotations = metadata(ingress).block("annotations")
    if any(key.startswith(PREFIX) for key in annotations):
        return True
    called = spec(ingress).text("ingressClassName") or annotations.text(_CLASS_ANNOTATION)
    known = objects(graph).cluster_wide(tokens.INGRESS_CLASS, called) if called else None
    return called == _USUAL_CLASS if known is None else spec(known).text("controller") in _CONTROLLERS


def setting(ingress: Resource, key: str, graph: Graph) -> str:
    """What the Ingress says by an annotation of the controller, or its class in its place; empty if neither does."""
    params = _params(ingress, graph)
    for field in _FIELDS.get(key, ()):
        if params is not None and (value := params.get(field)) not in (None, ""):
            return ",".join(value.read()) if isinstance(value, Items) else str.__str__(str(value))
    return metadata(ingress).block("annotations").text(f"{PREFIX}{key}").strip()


def settings(ingress: Resource, key: str, graph: Graph) -> Partial[str]:
    """What the Ingresses of the load balancer say by an annotation, its own first, without those that say nothing."""
    found: list[str] = []
    sharing = members(ingress, graph)
    hidden = list(sharing.undecided)
    for member in sharing:
        try:
            if value := setting(member, key, graph):
                found.append(value)
        except Undecided as error:
            hidden += error.places
    return Partial(found, hidden)


def attribute(ingress: Resource, key: str, graph: Graph) -> str | None:
    """An attribute of the load balancer; None if nobody sets it, so that it has AWS's default."""
    hidden: list[Place] = []
    sharing = members(ingress, graph)
    for member in sharing:
        try:
            if (value := _attributes(member, graph).get(key)) is not None:
                return value
        except Undecided as error:
            hidden += error.places
    if hidden := [*hidden, *sharing.undecided]:
        raise Undecided(*hidden)
    return None


def members(ingress: Resource, graph: Graph) -> Partial[Resource]:
    """The Ingresses of one load balancer, the given one first; those of a group may stand in any namespace."""
    if not (group := _group(ingress, graph)):
        return Partial([ingress])
    groups, hidden = graph.kept(_groups)
    return Partial([ingress, *(other for other in groups[group] if other is not ingress)], hidden)


def _groups(graph: Graph) -> _Groups:
    """The Ingresses of each group, and where others are unknown."""
    groups: dict[str, list[Resource]] = defaultdict(list)
    hidden: list[Place] = []
    for ingress in graph.of_type(tokens.INGRESS):
        try:
            groups[_group(ingress, graph)].append(ingress)
        except Undecided as error:
            hidden += error.places
    return groups, hidden


def protocols(ingress: Resource, graph: Graph) -> set[str]:
    """What its listeners speak, `HTTP` or `HTTPS`; a text that the controller does not read counts as HTTP."""
    text = setting(ingress, "listen-ports", graph)
    if not text:
        return {"HTTPS" if setting(ingress, "certificate-arn", graph) else "HTTP"}
    try:
        listed: Any = json.loads(text)
    except ValueError:
        return {"HTTP"}
    named = (
        [protocol for one in listed if isinstance(one, dict) for protocol in one] if isinstance(listed, list) else []
    )
    return {"HTTPS" if protocol == "HTTPS" else "HTTP" for protocol in named} or {"HTTP"}


def path(key: str) -> str:
    """The property that holds an annotation of the controller."""
    return f"metadata.annotations[{PREFIX + key!r}]"


def _params(ingress: Resource, graph: Graph) -> Block | None:
    called = spec(ingress).text("ingressClassName")
    class_ = objects(graph).cluster_wide(tokens.INGRESS_CLASS, called) if called else None
    named = spec(class_).block("parameters").text("name") if class_ is not None else ""
    found = (objects(graph).cluster_wide(type_, named) for type_ in _PARAMS) if named else ()
    return next((spec(one) for one in found if one is not None), None)


def _group(ingress: Resource, graph: Graph) -> str:
    params = _params(ingress, graph)
    own = params.block("group").text("name") if params is not None else ""
    return own or metadata(ingress).block("annotations").text(f"{PREFIX}group.name")


def _attributes(ingress: Resource, graph: Graph) -> dict[str, str]:
    found = dict(_pairs(metadata(ingress).block("annotations").text(f"{PREFIX}load-balancer-attributes")))
    params = _params(ingress, graph)
    listed = params.each("loadBalancerAttributes") if params is not None else []
    return found | {one.text("key"): one.text("value") for one in listed}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """`a=1,b=2` as the controller reads it: spaces around a name or a value do not count."""
    for pair in text.split(","):
        key, equals, value = pair.partition("=")
        if equals:
            yield key.strip(), value.strip()
