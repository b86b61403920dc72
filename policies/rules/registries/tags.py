"""What a tag names stays what was tested."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity

_MUTABILITY = "imageTagMutability"
_TYPES = (tokens.REPOSITORY, tokens.REPOSITORY_TEMPLATE)
_UNSET = "MUTABLE"  # Amazon ECR API reference, CreateRepository
_SOME_MOVE = "IMMUTABLE_WITH_EXCLUSION"


def _problems(repository: Resource, _: Graph) -> Iterator[Problem]:
    mutability = repository.props.get(_MUTABILITY, _UNSET)
    if mutability == _SOME_MOVE:
        yield Problem(_MUTABILITY, "the tags that its exclusion filters match can be moved to another image")
    elif mutability != "IMMUTABLE":
        yield Problem(_MUTABILITY, "a tag can be moved to another image")


def _repository(mutability: object = None, kind: str = tokens.REPOSITORY, **properties: object) -> Example:
    own = {_MUTABILITY: mutability} if mutability is not None else {}
    return (Node(kind, "api", {"name": "billing/api"} | own | properties),)


RULES = (
    Rule(
        id="ECR-02",
        name="image-tags-are-immutable",
        summary="No tag of a repository, or of one that a template makes, can be moved to another image.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=_TYPES,
        reads=(_MUTABILITY,),
        controls=(*unverified("pci-dss-4.0.1", "6.5.1"), *unverified("soc2", "CC8.1")),
        remedy='Set image_tag_mutability="IMMUTABLE", and give every build a tag of its own.',
        problems=_problems,
        passes=(_repository("IMMUTABLE"), _repository("IMMUTABLE", tokens.REPOSITORY_TEMPLATE)),
        fails=(
            _repository(),
            _repository("MUTABLE"),
            _repository("immutable"),
            _repository("MUTABLE_WITH_EXCLUSION"),
            _repository(
                _SOME_MOVE, imageTagMutabilityExclusionFilters=[{"filter": "latest*", "filterType": "WILDCARD"}]
            ),
            _repository(kind=tokens.REPOSITORY_TEMPLATE),
        ),
        undecided=(_repository(Ref("nowhere")),),
    ),
)
