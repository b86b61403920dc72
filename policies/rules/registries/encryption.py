"""Images are encrypted with a key of ours."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.keys.own import has_own_key

_ENCRYPTION = "encryptionConfigurations"
_BY_KMS = ("KMS", "KMS_DSSE")  # Amazon ECR API reference, EncryptionConfiguration; unset is AES256


def _problems(repository: Resource, graph: Graph) -> Iterator[Problem]:
    # As the program asks: a state tells which of AWS's own keys was taken where none was named, and not that it is one.
    for block in repository.inputs.blocks(_ENCRYPTION):
        by_kms = block.get("encryptionType") in _BY_KMS
        if by_kms and has_own_key(repository, f"{_ENCRYPTION}.kmsKey", graph, block):
            return
    yield Problem(_ENCRYPTION, "it is encrypted with AWS's key, and not with one of ours")


_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234"
_KEY = Node(tokens.KEY, "key", {"keyId": "1234", "arn": _ARN})


def _repository(kms: object = None, key: object = None, kind: str = tokens.REPOSITORY) -> Example:
    block = {name: value for name, value in (("encryptionType", kms), ("kmsKey", key)) if value is not None}
    return (_KEY, Node(kind, "api", {_ENCRYPTION: [block]}))


RULES = (
    Rule(
        id="ECR-03",
        name="repository-has-own-key",
        summary="Every repository, and every one that a template makes, is encrypted with a customer key.",
        severity=Severity.LOW,
        pack=Pack.COMPLIANCE,
        types=(tokens.REPOSITORY, tokens.REPOSITORY_TEMPLATE),
        reads=(_ENCRYPTION,),
        controls=pci("L", "3.5.1", "3.6.1", "3.6.1.2"),
        remedy="Set encryption_configurations to the type KMS with the key of components.EncryptionKey; this makes the"
        " repository anew, so copy the images first.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _repository("KMS", Ref("key")),
            _repository("KMS_DSSE", _ARN),
            _repository("KMS", "arn:aws:kms:eu-central-1:111122223333:key/elsewhere"),
            _repository("KMS", Ref("key"), tokens.REPOSITORY_TEMPLATE),
        ),
        fails=(
            (Node(tokens.REPOSITORY, "api"),),
            (Node(tokens.REPOSITORY_TEMPLATE, "any", {"prefix": "ROOT"}),),
            _repository(),
            _repository("AES256"),
            _repository("AES256", Ref("key")),
            _repository("KMS"),
            _repository("KMS", ""),
            _repository("KMS", "alias/aws/ecr"),
            _repository("KMS", "arn:aws:kms:eu-central-1:111122223333:alias/aws/ecr"),
        ),
        undecided=(
            _repository("KMS", Ref("nowhere")),
            _repository(Ref("nowhere"), _ARN),
            (Node(tokens.REPOSITORY, "api", {_ENCRYPTION: Ref("nowhere")}),),
        ),
    ),
)
