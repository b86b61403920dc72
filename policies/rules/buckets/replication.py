"""Copies of objects are encrypted with a key of ours, and stay in our account."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.buckets.roles import receives_access_logs
from policies.rules.keys.own import has_own_key
from policies.values import UNKNOWN, Block

_INLINE = ("replicationConfiguration", "replicationConfigurations")


def _problems(holder: Resource, graph: Graph) -> Iterator[Problem]:
    if holder.type == tokens.BUCKET:
        rules = [rule for block in holder.inputs.blocks(*_INLINE) for rule in block.blocks("rules", "rule")]
    else:
        rules = holder.inputs.blocks("rules", "rule")
    if not rules:
        yield Problem("rules", "nothing is copied: there is no rule")
    plain = _is_plain(holder, graph)

    def check(rule: Block) -> Iterator[Problem]:
        if rule.get("status") != "Enabled":
            yield Problem(rule.at("status"), "nothing is copied: the rule is off")
        else:
            parts = (_bucket_problems,) if plain else (_key_problems, _selection_problems, _bucket_problems)
            yield from decide(parts, lambda part: part(rule, holder, graph))

    yield from decide(rules, check)


def _is_plain(holder: Resource, graph: Graph) -> bool:
    """Whether the source holds access logs: S3's own key encrypts them (S3-04), and so their copies."""
    source = holder if holder.type == tokens.BUCKET else graph.resolve(holder, "bucket", tokens.BUCKET)
    return source is not None and receives_access_logs(source, graph)


def _key_problems(rule: Block, holder: Resource, graph: Graph) -> Iterator[Problem]:
    target = rule.block("destination")
    block = target if holder.type == tokens.BUCKET else target.block("encryptionConfiguration")
    _require_producers(block, "replicaKmsKeyId", holder, graph)
    if not has_own_key(holder, _path(block, "replicaKmsKeyId"), graph, block):
        yield Problem(block.at("replicaKmsKeyId"), "copies are not encrypted with a key of ours")


def _selection_problems(rule: Block, holder: Resource, _: Graph) -> Iterator[Problem]:
    """Without this S3 copies no object that is encrypted with KMS, and says nothing (S3 user guide, "Replicating
    encrypted objects")."""
    selected = rule.block("sourceSelectionCriteria").block("sseKmsEncryptedObjects")
    on = selected.flag("enabled") is True if holder.type == tokens.BUCKET else selected.get("status") == "Enabled"
    if not on:
        yield Problem(selected.path, "objects that are encrypted with a KMS key are not copied")


def _bucket_problems(rule: Block, holder: Resource, graph: Graph) -> Iterator[Problem]:
    target = rule.block("destination")
    _require_producers(target, "bucket", holder, graph)
    if target.raw.get("bucket") is UNKNOWN:
        found = graph.resolve(holder, _path(target, "bucket"), tokens.BUCKET)
    else:
        found = graph.find(target.text("bucket"), tokens.BUCKET)
    own = "accountId" if holder.type == tokens.BUCKET else "account"
    if found is None and (target.get(own) is None or target.get(own) != _account(holder, target, graph)):
        yield Problem(target.at("bucket"), f"copies go to a bucket elsewhere, and {own} does not say that it is ours")


def _account(holder: Resource, target: Block, graph: Graph) -> str:
    """S3 refuses a copy whose bucket is not of the account that the rule names."""
    if (account := graph.account(holder)) is None:
        raise target.undecided("nothing says which account this is", "bucket")
    return account


def _require_producers(block: Block, key: str, holder: Resource, graph: Graph) -> None:
    """Raises Undecided for what is unknown if the rules have values from elsewhere: this may be one of them."""
    produced = holder.property_dependencies.get(block.path.split(".")[0].split("[")[0], ())
    if block.raw.get(key) is UNKNOWN and not all(urn in graph.by_urn for urn in produced):
        block.get(key)


def _path(block: Block, key: str) -> str:
    return re.sub(r"\[\d+\]", "", block.at(key))


def _replicates(holder: Resource, _: Graph) -> bool:
    return holder.type != tokens.BUCKET or any(key in holder.inputs for key in _INLINE)


_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234"
_KEY = Node(tokens.KEY, "key", {"keyId": "1234", "arn": _ARN}, provider="aws")
_COPY = Node(tokens.BUCKET, "copy", {"bucket": "copy"})
_PROVIDER = Node(tokens.AWS_PROVIDER, "aws", {"allowedAccountIds": f'["{ACCOUNT}"]'})
_OUTSIDE = "arn:aws:s3:::elsewhere"


def _rule(key: object = Ref("key"), selected: object = "Enabled", status: object = "Enabled", **to: object) -> object:
    target = {"bucket": Ref("copy"), "encryptionConfiguration": {"replicaKmsKeyId": key}} | to
    selection = {"sseKmsEncryptedObjects": {"status": selected}}
    return {"status": status, "sourceSelectionCriteria": selection, "destination": target}


def _copied(*rules: object, provider: str = "aws", source: object = "ledger") -> Example:
    made = Node(tokens.BUCKET_REPLICATION, "r", {"bucket": source, "rules": list(rules)}, provider=provider)
    return (_PROVIDER, _KEY, _COPY, made)


def _of_access_logs(logging: Node, **to: object) -> Example:
    rule = {"status": "Enabled", "destination": {"bucket": Ref("copy")} | to}
    return (Node(tokens.BUCKET, "logs"), logging, *_copied(rule, source=Ref("logs")))


def _logging(target: object = Ref("logs")) -> Node:
    return Node(tokens.BUCKET_LOGGING, "logging", {"bucket": "other", "targetBucket": target})


def _inline(selected: object = True, key: str = _INLINE[0], **to: object) -> Example:
    target = {"bucket": "arn:aws:s3:::copy", "replicaKmsKeyId": Ref("key")} | to
    selection = {"sseKmsEncryptedObjects": {"enabled": selected}}
    rule = {"status": "Enabled", "sourceSelectionCriteria": selection, "destination": target}
    bucket = Node(tokens.BUCKET, "ledger", {key: {"rules": [rule]}}, provider="aws")
    return (_PROVIDER, _KEY, _COPY, bucket)


RULES = (
    Rule(
        id="S3-10",
        name="copies-are-encrypted-and-ours",
        summary="Replication is on, copies also what KMS encrypts, with a customer key, to a bucket of this account.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.BUCKET_REPLICATION, tokens.BUCKET),
        reads=(
            *("rules", "status", "destination", "encryptionConfiguration", "replicaKmsKeyId", "enabled"),
            *("sourceSelectionCriteria", "sseKmsEncryptedObjects", "bucket", "account", "accountId"),
            *("allowedAccountIds", "arn", "targetBucket", "logging", "loggings", *_INLINE),
        ),
        controls=(*unverified("pci-dss-4.0.1", "3.5.1"), *unverified("soc2", "A1.2", "CC6.1")),
        remedy="Use components.Replication: an enabled rule that selects sse_kms_encrypted_objects, with"
        " encryption_configuration.replica_kms_key_id of an EncryptionKey; a bucket elsewhere needs its account.",
        problems=_problems,
        applies=_replicates,
        needs_graph=True,
        passes=(
            _copied(_rule()),
            _copied(_rule(_ARN, bucket="arn:aws:s3:::copy"), _rule()),
            _copied(_rule(bucket=_OUTSIDE, account=ACCOUNT)),
            (Node(tokens.AWS_PROVIDER, "aws"), *_copied(_rule(bucket=_OUTSIDE, account=ACCOUNT))[1:]),
            _of_access_logs(_logging()),
            _of_access_logs(Node(tokens.BUCKET, "other", {"logging": {"targetBucket": Ref("logs")}})),
            _of_access_logs(Node(tokens.BUCKET, "other", {"loggings": [{"targetBucket": Ref("logs")}]})),
            _inline(),
            _inline(key=_INLINE[1]),
            _inline(bucket=_OUTSIDE, accountId=ACCOUNT),
        ),
        fails=(
            _copied(),
            _copied(_rule(None)),
            _copied(_rule("")),
            _copied(_rule("alias/aws/s3")),
            _copied(_rule(), _rule("alias/aws/s3")),
            _copied(_rule(encryptionConfiguration=None)),
            _copied(_rule(selected="Disabled")),
            _copied(_rule(selected=None)),
            _copied(_rule(status="Disabled")),
            _copied(_rule(status=None)),
            _copied(_rule(bucket=_OUTSIDE)),
            _copied(_rule(), _rule(bucket=_OUTSIDE)),
            _copied(_rule(bucket=_OUTSIDE, account="999988887777")),
            _of_access_logs(_logging("elsewhere")),
            _of_access_logs(_logging(), bucket=_OUTSIDE),
            _inline(selected=False),
            _inline(replicaKmsKeyId=None),
            _inline(bucket=_OUTSIDE),
            _inline(bucket=_OUTSIDE, accountId="999988887777"),
        ),
        undecided=(
            _copied(_rule(bucket=_OUTSIDE, account=ACCOUNT), provider=""),
            _copied(_rule(bucket=_OUTSIDE, account=Ref("nowhere"))),
            _copied(_rule(status=Ref("nowhere"))),
            _copied(_rule(selected=Ref("nowhere"))),
            (Node(tokens.BUCKET_REPLICATION, "r", {"rules": Ref("nowhere")}),),
            _inline(selected=Ref("nowhere")),
        ),
        ignores=((_COPY,),),
    ),
)
