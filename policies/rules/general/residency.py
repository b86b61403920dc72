"""Data stays in the EU."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity

# AWS regions inside the EU: London and Zurich are not.
_ALLOWED = ("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3")


def _problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    if resource.type != tokens.AWS_PROVIDER and "region" not in resource.inputs:
        yield Problem(None, "no provider is given, so the region is whatever the environment says")
        return
    region = resource.inputs.get("region")
    if region is None:
        yield Problem("region", "the provider names no region, so it is whatever the environment says")
    elif region not in _ALLOWED:
        yield Problem("region", f"{region} is no region in the EU")


def _says_where(resource: Resource, _: Graph) -> bool:
    """Providers say it for all that they serve; a resource is judged if it says it itself, or has no
    provider.
    """
    if resource.type == tokens.AWS_PROVIDER or "region" in resource.inputs:
        return True
    return resource.custom and not resource.provider


def _provider(**properties: object) -> Node:
    return Node(tokens.AWS_PROVIDER, "aws", properties)


_HOME = _provider(region="eu-central-1")

RULES = (
    Rule(
        id="GEN-01",
        name="region-is-in-the-eu",
        summary="Every provider and every resource with a region of its own is in the EU.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.AWS_PROVIDER, "aws:*"),
        reads=("region", "provider"),
        controls=unverified("soc2", "C1.1"),
        remedy=f"Pass ResourceOptions(provider=...) with a provider in one of {', '.join(_ALLOWED)}.",
        problems=_problems,
        applies=_says_where,
        passes=(
            (_HOME, Node(tokens.BUCKET, "b", provider="aws")),
            (_HOME, Node(tokens.BUCKET, "b", {"region": "eu-west-1"}, provider="aws")),
        ),
        fails=(
            (_provider(),),
            (_provider(region="us-east-1"),),
            (_provider(region="eu-west-2"),),
            (_provider(region="eu-central-2"),),
            (_provider(region="EU-CENTRAL-1"),),
            (Node(tokens.BUCKET, "b"),),
            (_HOME, Node(tokens.BUCKET, "b", {"region": "us-east-1"}, provider="aws")),
        ),
        ignores=((Node("random:index/randomId:RandomId", "r"),),),
        undecided=((_provider(region=Ref("aws")),),),
    ),
)
