"""New access to what is guarded was approved by name."""

from collections.abc import Iterator
from typing import NamedTuple

from policies import tokens
from policies.controls import unverified
from policies.documents import DocumentError
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.documents import allow, inline, text
from policies.values import Mistyped

_OURS = ("billing-platform", "billing-foundation")  # projects whose access is reviewed together


class _Direct(NamedTuple):
    """By principal's name in the file: the lines of what it can do itself, and whether its policies are all known."""

    lines: dict[str, dict[str, tuple[str, ...]]]
    known: dict[str, bool]


def _problems(holder: Resource, graph: Graph) -> Iterator[Problem]:
    from policies.access import review
    from policies.access.estate.arns import arn_of

    arn = arn_of(holder, graph)
    if arn is None:
        raise holder.undecided("arn")
    try:
        reviewed = review.load(holder.stack)
        direct = graph.kept(_direct)
    except (review.ReviewError, DocumentError) as error:
        yield Problem(None, str(error))
        return
    if arn.count(":") < 5:
        raise Mistyped("arn", "an ARN", arn, "IAM")
    name = arn.split(":", 5)[5]
    known = direct.known.get(name, False)
    perhaps = False
    for capability, lines in direct.lines.get(name, {}).items():
        for line in lines:
            if reviewed is None or reviewed.approves(name, capability, line):
                continue
            if known or review.is_sure(line):
                yield Problem(None, f"has new access, {capability}: {line}; nobody approved it")
            perhaps = perhaps or not known
    if perhaps:
        raise holder.undecided("policies")


def _direct(graph: Graph) -> _Direct:
    from policies.access import review
    from policies.access.estate import Estate
    from policies.access.matrix import direct_of

    estate = Estate(graph)
    lines = {arn.split(":", 5)[-1]: dict(cells) for arn, cells in review.lines_of(direct_of(estate)).items()}
    known = {
        arn.split(":", 5)[5]: all(document.statements is not None for document in principal.documents.identity)
        for arn, principal in estate.principals.items()
    }
    return _Direct(lines, known)


def _is_reviewed(holder: Resource, _graph: Graph) -> bool:
    """Whether the stack has a reviewed matrix."""
    if holder.project not in _OURS:
        return False
    from policies.access import review

    return review.file_of(holder.stack).is_file()


_ARN = "arn:aws:iam::111122223333:role"
_TRUST = text({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})


def _role(name: str, project: str = "billing-platform") -> Node:
    path, _, last = name.rpartition("/")
    properties = {"name": last, "path": f"/{path}/", "arn": f"{_ARN}/{name}", "assumeRolePolicy": _TRUST}
    return Node(tokens.ROLE, "app", properties, project=project)


_DEPLOY = _role("foundation/deploy")

RULES = (
    Rule(
        id="IAM-15",
        name="new-access-is-approved",
        summary="Access to what is guarded stands in the reviewed matrix of the environment.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ROLE, tokens.USER),
        reads=(
            "assumeRolePolicy",
            "inlinePolicies",
            "managedPolicyArns",
            "permissionsBoundary",
            "policy",
            "tags",
            "arn",
            "id",
            "name",
            "role",
        ),
        controls=(
            *unverified("pci-dss-4.0.1", "7.2.3"),
            *unverified("soc2", "CC6.3", "CC8.1"),
        ),
        remedy="Take the statement out of the role's permissions, or write the matrix anew (platformctl access ENV"
        " --write) and have its owner approve the difference.",
        problems=_problems,
        applies=_is_reviewed,
        needs_graph=True,
        passes=(
            (_role("platform/app"),),
            (_role("platform/app"), *inline(allow("ec2:DescribeInstances", "*"))),
            (_DEPLOY, *inline(allow("ecr:PutImage", "*"))),
        ),
        fails=(
            (_role("platform/app"), *inline(allow("ecr:PutImage", "*"))),
            (_role("platform/app"), *inline(allow("iam:CreateRole", "*"))),
            (
                _role("platform/app"),
                *inline(allow("ssm:GetParameter", "*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
            ),
            (
                _role("platform/app"),
                *inline(allow("s3:*", "*")),
                Node(tokens.BUCKET, "b", {"bucket": "b", "tags": {"data-class": "financial"}}),
            ),
            (
                _role("platform/app"),
                Node(
                    tokens.KEY,
                    "k",
                    {
                        "arn": "arn:aws:kms:eu-central-1:111122223333:key/1",
                        "tags": {"data-class": "financial"},
                        "policy": text(
                            {
                                "Effect": "Allow",
                                "Principal": {"AWS": f"{_ARN}/platform/app"},
                                "Action": "kms:Decrypt",
                                "Resource": "*",
                            }
                        ),
                    },
                ),
            ),
        ),
        undecided=(
            (_role("platform/app"), Node(tokens.ROLE_POLICY, "inline", {"role": "app", "policy": Ref("bucket")})),
            (Node(tokens.ROLE, "app", {"name": "app"}),),
        ),
        ignores=((_role("platform/app", project="shop"), *inline(allow("ecr:PutImage", "*"))),),
    ),
)
