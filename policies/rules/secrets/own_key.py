"""Secrets are encrypted with a key of ours."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.keys.own import has_own_key
from policies.values import Block


def _problems(secret: Resource, graph: Graph) -> Iterator[Problem]:
    def replica(block: Block) -> Iterator[Problem]:
        if not _is_own(block, secret, graph):
            yield Problem(block.at("kmsKeyId"), "the copy is encrypted with AWS's key, not with one of ours")

    if not has_own_key(secret, "kmsKeyId", graph):
        yield Problem("kmsKeyId", "the secret is encrypted with AWS's key, not with one of ours")
    yield from decide(secret.props.blocks("replicas"), replica)


def _is_own(replica: Block, secret: Resource, graph: Graph) -> bool:
    if "kmsKeyId" not in replica:
        return False
    if graph.references(secret, "replicas.kmsKeyId", *tokens.KEYS):
        return True
    name = str(replica["kmsKeyId"])
    return name != "" and not name.rsplit(":", 1)[-1].startswith("alias/aws/")


_KEY = Node(tokens.KEY, "key", {"keyId": "1234", "arn": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234"})


def _secret(key: object = Ref("key"), *replicas: object) -> Example:
    properties = {"kmsKeyId": key, "replicas": list(replicas) or None}
    return (_KEY, Node(tokens.SECRET, "card-processor", {k: v for k, v in properties.items() if v is not None}))


_AWAY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"

RULES = (
    Rule(
        id="SEC-01",
        name="secret-has-own-key",
        summary="Every secret, and every copy of it in another region, is encrypted with a customer key.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.SECRET,),
        reads=("kmsKeyId", "replicas"),
        controls=(*pci("L", "3.5.1", "3.6.1", "3.6.1.2"), *unverified("soc2", "CC6.1")),
        remedy="Set kms_key_id to the key of components.EncryptionKey for the secret's data class, and for each of"
        " replicas to a key of its region.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _secret(),
            _secret("1234"),
            _secret(f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/5678"),
            _secret(f"arn:aws:kms:eu-central-1:{ACCOUNT}:alias/secrets"),
            _secret(Ref("key"), {"region": "eu-west-1", "kmsKeyId": _AWAY}),
        ),
        fails=(
            _secret(None),
            _secret(""),
            _secret("alias/aws/secretsmanager"),
            _secret(f"arn:aws:kms:eu-central-1:{ACCOUNT}:alias/aws/secretsmanager"),
            _secret(Ref("key"), {"region": "eu-west-1"}),
            _secret(Ref("key"), {"region": "eu-west-1", "kmsKeyId": "alias/aws/secretsmanager"}),
            _secret(None, {"region": "eu-west-1", "kmsKeyId": _AWAY}),
        ),
        undecided=(_secret(Ref("lost")), _secret(Ref("key"), {"region": "eu-west-1", "kmsKeyId": Ref("lost")})),
    ),
)
