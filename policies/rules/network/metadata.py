"""The credentials of a machine are asked for with a token, by the machine alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from policies import tokens
from policies.controls import cis, soc2, unverified
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.cluster.templates import launch_template
from policies.rules.general.regions import same_place
from policies.values import Block

_OPTIONS = "metadataOptions"
_ENDPOINT, _TOKENS, _HOPS = "httpEndpoint", "httpTokens", "httpPutResponseHopLimit"
_UNSET = ("no-preference", -1, "-1", "", 0, "0")  # of accounts, and as states say that nothing was said
_DECLARATION = "imds-hop-limit"  # the tag of what lets containers ask as well, by one hop more
# What asks for a token by itself where nobody says (Karpenter documentation, "spec.metadataOptions"; Amazon EKS user
# guide, "Upgrade from Amazon Linux 2 to Amazon Linux 2023": with a limit of one hop).
_TOKENS_REQUIRED = (tokens.NODE_CLASS,)
_SAFE_IMAGES = ("AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD", "AL2023_x86_64_NEURON", "AL2023_x86_64_NVIDIA")


def _problems(machine: Resource, graph: Graph) -> Iterator[Problem]:
    if machine.type == tokens.EKS_NODE_GROUP:
        yield from _group_problems(machine, graph)
    elif _setting(machine, _ENDPOINT, graph) != "disabled":
        yield from decide((_token_problems, _hop_problems), lambda check: check(machine, graph))


def _group_problems(group: Resource, _: Graph) -> Iterator[Problem]:
    if "launchTemplate" in group.props:
        yield Problem("launchTemplate", "its launch template is not part of this stack: nothing says that tokens count")
    elif group.props.get("amiType") not in _SAFE_IMAGES:
        yield Problem("launchTemplate", "without a launch template, nothing says that its nodes ask for tokens")


def _token_problems(machine: Resource, graph: Graph) -> Iterator[Problem]:
    unset = "required" if machine.type in _TOKENS_REQUIRED else "optional"  # EC2 API reference, RunInstances
    if (_setting(machine, _TOKENS, graph) or unset) != "required":
        yield Problem(_path(machine, _TOKENS), "credentials are handed out without a token (IMDSv1)")


def _hop_problems(machine: Resource, graph: Graph) -> Iterator[Problem]:
    hops = _setting(machine, _HOPS, graph)
    if hops is None and _is_of_nodes(machine, graph):
        yield Problem(_path(machine, _HOPS), "it is for nodes, whose images may let pods ask: say that the limit is 1")
    elif hops not in (None, *_allowed(machine)):
        yield Problem(_path(machine, _HOPS), f"answers go {hops} hops, so containers get the machine's credentials")


def _allowed(machine: Resource) -> tuple[Any, ...]:
    """The limits that count; a tag of its own declares 2, a provider's default tags declare nothing."""
    tags = machine.props.block("spec").get("tags") if machine.type == tokens.NODE_CLASS else machine.props.get("tags")
    declared = tags is not None and tags.get(_DECLARATION) == "2"
    return (1, "1", 2, "2") if declared else (1, "1")


def _setting(machine: Resource, key: str, graph: Graph) -> Any:
    """What the machine says, else its launch template, else the account's default for the region; None if nobody does
    (EC2 user guide, "Order of precedence for instance metadata options")."""
    for options in _said(machine, graph):
        value = options.get(key)
        if value is not None and value not in _UNSET:
            return value
    return None


def _said(machine: Resource, graph: Graph) -> Iterator[Block]:
    yield _options(machine)
    if machine.type in (tokens.INSTANCE, tokens.SPOT_INSTANCE) and (template := launch_template(machine, graph)):
        yield _options(template)
    if machine.type != tokens.NODE_CLASS:  # Karpenter always says what it wants
        defaults = graph.of_type(tokens.INSTANCE_METADATA_DEFAULTS)
        yield from (one.props for one in defaults if same_place(one, machine, graph))


def _options(machine: Resource) -> Block:
    holder = machine.props.block("spec") if machine.type == tokens.NODE_CLASS else machine.props
    return holder.block(_OPTIONS)


def _path(machine: Resource, key: str) -> str:
    return f"spec.{_OPTIONS}.{key}" if machine.type == tokens.NODE_CLASS else f"{_OPTIONS}.{key}"


def _is_of_nodes(machine: Resource, graph: Graph) -> bool:
    if machine.type != tokens.LAUNCH_TEMPLATE:
        return False
    places = ("launchTemplate.id", "launchTemplate.name")
    return any(graph.referrers(machine, tokens.EKS_NODE_GROUP, place) for place in places)


def _applies(machine: Resource, graph: Graph) -> bool:
    """A node group is judged by its launch template, where the stack knows it."""
    return machine.type != tokens.EKS_NODE_GROUP or launch_template(machine, graph) is None


_GOOD = {_TOKENS: "required", _HOPS: 1}
_DECLARED = {_DECLARATION: "2"}


def _machine(kind: str = tokens.LAUNCH_TEMPLATE, /, tags: object = None, **options: object) -> Node:
    return Node(kind, "machine", {_OPTIONS: options} | ({"tags": tags} if tags else {}))


def _defaults(**properties: object) -> Node:
    return Node(tokens.INSTANCE_METADATA_DEFAULTS, "defaults", properties)


def _account(name: str, id_: str) -> Node:
    return Node(tokens.AWS_PROVIDER, name, {"region": "eu-central-1", "allowedAccountIds": json.dumps([id_])})


def _group(**properties: object) -> Node:
    return Node(tokens.EKS_NODE_GROUP, "general", properties)


def _by_template(template: Node, kind: str = tokens.INSTANCE, **properties: object) -> Example:
    return (template, Node(kind, "server", {"launchTemplate": {"id": Ref("machine")}} | properties))


def _class(**spec: object) -> Example:
    return (Node(tokens.NODE_CLASS, "general", {"spec": spec}),)


RULES = (
    Rule(
        id="NET-16",
        name="metadata-asks-for-a-token",
        summary="Machines hand out their credentials for a token alone (IMDSv2), and not to containers on them.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(
            tokens.LAUNCH_TEMPLATE,
            tokens.LAUNCH_CONFIGURATION,
            tokens.INSTANCE,
            tokens.SPOT_INSTANCE,
            tokens.EKS_NODE_GROUP,
            tokens.NODE_CLASS,
        ),
        reads=(
            *(_OPTIONS, _ENDPOINT, _TOKENS, _HOPS, "launchTemplate", "amiType", "spec", "tags"),
            *("region", "allowedAccountIds"),
        ),
        controls=(*unverified("pci-dss-4.0.1", "2.2.6"), *cis(("5.6",), ("5.7",)), *soc2("CC7.2")),
        remedy='Set metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1}. Where containers'
        f' need the machine\'s own role: a limit of 2, declared by tags={{"{_DECLARATION}": "2"}}.',
        problems=_problems,
        applies=_applies,
        needs_graph=True,
        passes=(
            (_machine(**_GOOD),),
            (_machine(**{_TOKENS: "required"}),),
            (_machine(**{_TOKENS: "required", _HOPS: "1"}),),
            (_machine(**{_TOKENS: "required", _HOPS: 0, _ENDPOINT: ""}),),
            (_machine(**{_ENDPOINT: "disabled"}),),
            (_machine(tags=_DECLARED, **{_TOKENS: "required", _HOPS: 2}),),
            (_machine(tokens.LAUNCH_CONFIGURATION, **_GOOD),),
            (_machine(tokens.INSTANCE, **_GOOD),),
            (_machine(), _defaults(**{_TOKENS: "required", _HOPS: -1})),
            (_machine(**_GOOD), _defaults(**{_TOKENS: "optional", _HOPS: 2})),
            _by_template(_machine(**_GOOD)),
            (_machine(**_GOOD), _group(launchTemplate={"id": Ref("machine")})),
            (_group(amiType="AL2023_ARM_64_STANDARD"),),
            _class(),
            _class(metadataOptions=_GOOD),
            _class(metadataOptions={_HOPS: 2}, tags=_DECLARED),
        ),
        fails=(
            (Node(tokens.LAUNCH_TEMPLATE, "nodes"),),
            (_machine(),),
            (_machine(**{_TOKENS: "optional", _HOPS: 1}),),
            (_machine(**{_TOKENS: "Required"}),),
            (_machine(**{_TOKENS: "", _HOPS: 0}),),
            (_machine(**{_ENDPOINT: "enabled"}),),
            (_machine(**{_TOKENS: "required", _HOPS: 2}),),
            (_machine(tags={_DECLARATION: "3"}, **{_TOKENS: "required", _HOPS: 3}),),
            (_machine(tags=_DECLARED, **{_TOKENS: "required", _HOPS: 3}),),
            (_machine(tokens.LAUNCH_CONFIGURATION),),
            (_machine(tokens.INSTANCE),),
            (_machine(tokens.SPOT_INSTANCE, **{_TOKENS: "optional"}),),
            (_machine(), _defaults(**{_TOKENS: "no-preference"})),
            (_machine(), _defaults(**{_TOKENS: "required", "region": "eu-west-1"})),
            (_machine(), _defaults(**{_TOKENS: "required", _HOPS: 2})),
            (
                *(_account("here", ACCOUNT), _account("far", "444455556666")),
                replace(_defaults(**{_TOKENS: "required"}), provider="far"),
                replace(_machine(), provider="here"),
            ),
            _by_template(_machine(**_GOOD), metadataOptions={_TOKENS: "optional"}),
            (_machine(**{_TOKENS: "required"}), _group(launchTemplate={"id": Ref("machine")})),
            (_group(),),
            (_group(amiType="AL2_x86_64"),),
            (_group(launchTemplate={"id": "lt-elsewhere"}, amiType="AL2023_ARM_64_STANDARD"),),
            _class(metadataOptions={_TOKENS: "optional"}),
            _class(metadataOptions={_HOPS: 2}),
        ),
        undecided=(
            (_machine(**{_TOKENS: Ref("nowhere")}),),
            (_machine(**{_TOKENS: "required", _HOPS: Ref("nowhere")}),),
            (Node(tokens.LAUNCH_TEMPLATE, "nodes", {_OPTIONS: Ref("nowhere")}),),
            (_machine(), _defaults(**{_TOKENS: Ref("nowhere")})),
            (_group(launchTemplate={"id": Ref("nowhere")}),),
        ),
    ),
)
