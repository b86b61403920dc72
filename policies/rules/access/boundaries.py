"""What a role may ever be given is limited from outside."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity

_POLICY = re.compile(r"arn:[a-z-]+:iam::\d{12}:policy/.+")
_FOUNDATION, _FOUNDATION_PATH = "billing-foundation", "/foundation/"


def _problems(role: Resource, graph: Graph) -> Iterator[Problem]:
    if role.properties.get("permissionsBoundary") in (None, ""):
        yield Problem("permissionsBoundary", "nothing limits what the role's policies may grant")
    elif not graph.references(role, "permissionsBoundary", tokens.POLICY):
        boundary = role.props["permissionsBoundary"]
        if not _POLICY.fullmatch(boundary):
            yield Problem("permissionsBoundary", f"{boundary} is no policy of ours")


def _needs_boundary(role: Resource, _: Graph) -> bool:
    """All but the foundation's own roles, which an administrator makes and which hand out the boundary."""
    return not (role.project == _FOUNDATION and str.startswith(role.props.get("path", "/"), _FOUNDATION_PATH))


def _role(boundary: object = None, project: str = "billing-platform", **properties: object) -> Node:
    bounded = properties if boundary is None else properties | {"permissionsBoundary": boundary}
    return Node(tokens.ROLE, "app", bounded, project=project)


_OURS = "arn:aws:iam::111122223333:policy/foundation/boundary"

RULES = (
    Rule(
        id="IAM-10",
        name="role-has-a-boundary",
        summary="Every role that the pipeline makes carries a permissions boundary.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ROLE,),
        reads=("permissionsBoundary", "path"),
        controls=(*unverified("pci-dss-4.0.1", "7.2.2"), *unverified("soc2", "CC6.3")),
        remedy=f"Set permissions_boundary to the foundation's policy; only roles under {_FOUNDATION_PATH} that the"
        f" project {_FOUNDATION} makes go without.",
        problems=_problems,
        applies=_needs_boundary,
        passes=(
            (_role(_OURS),),
            (_role(Ref("limit")), Node(tokens.POLICY, "limit")),
            (_role(_OURS, _FOUNDATION),),
        ),
        fails=(
            (_role(),),
            (_role(""),),
            (_role("arn:aws:iam::aws:policy/AdministratorAccess"),),
            (_role("boundary"),),
            (_role(path="/foundation/"),),
            (_role(project=_FOUNDATION),),
            (_role(project=_FOUNDATION, path="/foundations/"),),
            (_role(project=_FOUNDATION, path="/app/foundation/"),),
            (_role(project=f"{_FOUNDATION}-2", path="/foundation/"),),
        ),
        undecided=((_role(Ref("settings")),), (_role(project=_FOUNDATION, path=Ref("settings")),)),
        ignores=(
            (_role(project=_FOUNDATION, path="/foundation/"),),
            (_role(project=_FOUNDATION, path="/foundation/ci/"),),
        ),
    ),
)
