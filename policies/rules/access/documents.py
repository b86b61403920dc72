"""Identity policies: where they stand, whether they grant anything, and how examples write one."""

import json
from collections.abc import Callable, Iterator

from policies import tokens
from policies.documents import Statement, statements
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Problem, decide
from policies.values import Block, Partial, Undecided

# Where a resource holds policies of its own; a role holds a list of them besides.
_TEXTS = {
    tokens.POLICY: "policy",
    tokens.ROLE_POLICY: "policy",
    tokens.USER_POLICY: "policy",
    tokens.GROUP_POLICY: "policy",
    tokens.PERMISSION_SET_POLICY: "inlinePolicy",
}
HOLDERS = (*_TEXTS, tokens.ROLE)
# Where a resource names managed policies that it attaches.
_ATTACHED = {
    tokens.ROLE: "managedPolicyArns",
    tokens.ROLE_POLICY_ATTACHMENT: "policyArn",
    tokens.ROLE_POLICY_ATTACHMENTS: "policyArns",
    tokens.GROUP_POLICY_ATTACHMENT: "policyArn",
    tokens.GROUP_POLICY_ATTACHMENTS: "policyArns",
    tokens.USER_POLICY_ATTACHMENT: "policyArn",
    tokens.USER_POLICY_ATTACHMENTS: "policyArns",
    tokens.POLICY_ATTACHMENT: "policyArn",
    tokens.PERMISSION_SET_ATTACHMENT: "managedPolicyArn",
}
ATTACHERS = tuple(type_ for type_ in _ATTACHED if type_ != tokens.ROLE)
READS = (*dict.fromkeys((*_TEXTS.values(), *_ATTACHED.values())), "inlinePolicies", "permissionsBoundary", "tags")


Check = Callable[[Statement], str | None]  # what is wrong, in words that follow the statement's label


def each_statement(resource: Resource, graph: Graph, wrong: Check) -> Iterator[Problem]:
    """What is `wrong` with the statements that the resource's own policies allow, if they grant anything."""

    def check(held: tuple[Block, str]) -> Iterator[Problem]:
        block, key = held
        for statement in statements(block[key]) if key in block else ():
            if statement.allows and (message := wrong(statement)):
                yield Problem(block.at(key), f"{statement.label} {message}")

    found: list[Problem] = []
    undecided: Undecided | None = None
    try:
        found.extend(decide(_held(resource), check))
    except Undecided as error:
        undecided = error
    if found and _is_boundary_alone(resource, graph):
        return
    yield from found
    if undecided:
        raise undecided


def _held(resource: Resource) -> list[tuple[Block, str]]:
    if resource.type in _TEXTS:
        return [(resource.props, _TEXTS[resource.type])]
    if resource.type == tokens.ROLE:
        return [(block, "policy") for block in resource.props.blocks("inlinePolicies")]
    return []


def _is_boundary_alone(policy: Resource, graph: Graph) -> bool:
    """Whether the policy only limits: a role's or user's boundary, or tagged `access=boundary`, and attached to
    nobody.
    """
    if policy.type != tokens.POLICY:
        return False
    limits = any(graph.referrers(policy, type_, "permissionsBoundary") for type_ in (tokens.ROLE, tokens.USER))
    if not limits and graph.tag(policy, "access") != "boundary":
        return False
    return not any(graph.referrers(policy, type_, key) for type_, key in _ATTACHED.items())


def attached(resource: Resource, graph: Graph) -> Partial[str]:
    """The ARNs of managed policies that the resource attaches, but for those that the graph makes."""
    key = _ATTACHED.get(resource.type, "")
    if key not in resource.props:
        return Partial()
    value = resource.properties[key]
    values = value if isinstance(value, list) else [value]
    known = [text for text in values if isinstance(text, str)]
    if len(known) == len(values):
        return Partial(known)
    try:
        made = graph.references(resource, key, tokens.POLICY)
    except Undecided as error:
        return Partial(known, error.places)
    enough = len(made) >= len(values) - len(known)
    return Partial(known, () if enough else resource.undecided(key).places)


def aws_policy(arn: str) -> str | None:
    """The name of a managed policy of AWS; None for another."""
    parts = str.__str__(arn).split(":", 5)
    return parts[5].rsplit("/", 1)[-1] if len(parts) == 6 and parts[4] == "aws" else None


def allow(action: object = "s3:GetObject", resource: object = "arn:aws:s3:::invoices/*", **more: object) -> object:
    """A statement of an example; None leaves a part out."""
    whole = {"Effect": "Allow", "Action": action, "Resource": resource} | more
    return {key: value for key, value in whole.items() if value is not None}


def inline(*statements_: object) -> Example:
    """A role's inline policy of these statements."""
    return (Node(tokens.ROLE_POLICY, "inline", {"role": "app", "policy": text(*statements_)}),)


def held(statement: object) -> tuple[Example, ...]:
    """The statement in each place, besides a role's separate policy, that holds policies of its own."""
    return (
        (Node(tokens.ROLE, "app", {"inlinePolicies": [{"name": "own", "policy": text(statement)}]}),),
        *((Node(type_, "own", {key: text(statement)}),) for type_, key in _TEXTS.items() if type_ != tokens.POLICY),
    )


def limiting(statement: object) -> tuple[Example, ...]:
    """The statement in policies that only limit: a role's boundary, and one that says it is a boundary."""
    limit = Node(tokens.POLICY, "limit", {"policy": text(statement)})
    said = Node(tokens.POLICY, "limit", {**limit.props, "tags": {"access": "boundary"}})
    return (limit, Node(tokens.ROLE, "app", {"name": "app", "permissionsBoundary": Ref("limit")})), (said,)


def granting(statement: object) -> tuple[Example, ...]:
    """The statement in a policy that says it is a boundary, but that something attaches, in each way to do so."""
    limit = limiting(statement)[1]
    lists = ("policyArns", "managedPolicyArns")
    return tuple(
        (*limit, Node(type_, "attachment", {key: [Ref("limit")] if key in lists else Ref("limit")}))
        for type_, key in _ATTACHED.items()
    )


def text(*statements_: object) -> str:
    """A policy document of these statements, as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements_)})
