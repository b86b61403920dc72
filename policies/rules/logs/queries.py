"""What queries find is encrypted with a key of ours, whatever their caller asks for."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.keys.own import has_own_key

# Amazon Athena API reference, EncryptionConfiguration; SSE_S3 is with S3's own key.
_BY_KMS = ("SSE_KMS", "CSE_KMS")
_ENCRYPTION = "configuration.resultConfiguration.encryptionConfiguration"
_MANAGED = "configuration.managedQueryResultsConfiguration"


def _problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    yield from decide((_key_problems, _choice_problems), lambda check: check(group, graph))


def _key_problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    configuration = group.inputs.block("configuration")
    managed = configuration.block("managedQueryResultsConfiguration")
    if managed.flag("enabled"):  # Athena keeps them, in a storage of its own
        block = managed.block("encryptionConfiguration")
        if not has_own_key(group, f"{_MANAGED}.encryptionConfiguration.kmsKey", graph, block):
            yield Problem(block.at("kmsKey"), "results are not encrypted with a key of ours")
        return
    block = configuration.block("resultConfiguration").block("encryptionConfiguration")
    if block.get("encryptionOption") not in _BY_KMS:
        yield Problem(f"{_ENCRYPTION}.encryptionOption", "results are not encrypted with a KMS key")
    elif not has_own_key(group, f"{_ENCRYPTION}.kmsKeyArn", graph, block):
        yield Problem(f"{_ENCRYPTION}.kmsKeyArn", "results are not encrypted with a key of ours")


def _choice_problems(group: Resource, _: Graph) -> Iterator[Problem]:
    if group.props.block("configuration").flag("enforceWorkgroupConfiguration") is False:  # unset is true
        message = "a caller's own settings win: results may go anywhere, unencrypted"
        yield Problem("configuration.enforceWorkgroupConfiguration", message)


def _group(option: object = "SSE_KMS", key: object = Ref("key"), **configuration: object) -> Example:
    encryption = {
        name: value for name, value in (("encryptionOption", option), ("kmsKeyArn", key)) if value is not None
    }
    results = {"outputLocation": "s3://results/", "encryptionConfiguration": encryption}
    return (_KEY, Node(tokens.WORKGROUP, "audit", {"configuration": {"resultConfiguration": results, **configuration}}))


def _managed(key: object, enabled: object = True) -> Example:
    managed = {"enabled": enabled, "encryptionConfiguration": {"kmsKey": key}}
    return (_KEY, Node(tokens.WORKGROUP, "audit", {"configuration": {"managedQueryResultsConfiguration": managed}}))


_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234"
_KEY = Node(tokens.KEY, "key", {"keyId": "1234", "arn": _ARN})
_ENFORCE = "enforceWorkgroupConfiguration"

RULES = (
    Rule(
        id="LOG-05",
        name="query-results-have-own-key",
        summary="Every Athena workgroup encrypts results with a customer key, and its callers cannot choose otherwise.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.WORKGROUP,),
        reads=(
            "configuration",
            "resultConfiguration",
            "encryptionConfiguration",
            "encryptionOption",
            "kmsKeyArn",
            _ENFORCE,
            "managedQueryResultsConfiguration",
            "enabled",
            "kmsKey",
        ),
        controls=(*unverified("pci-dss-4.0.1", "3.5.1"), *unverified("soc2", "CC6.1")),
        remedy="Set result_configuration.encryption_configuration to SSE_KMS with the key_arn of an EncryptionKey, and"
        " leave enforce_workgroup_configuration true, as components.AuditReaders does.",
        problems=_problems,
        needs_graph=True,
        passes=(_group(), _group("CSE_KMS"), _group(key=_ARN), _group(**{_ENFORCE: True}), _managed(Ref("key"))),
        fails=(
            (Node(tokens.WORKGROUP, "audit"),),
            _group(None),
            _group("SSE_S3"),
            _group("SSE_S3", _ARN),
            _group(key=None),
            _group(key=""),
            _group(key="alias/aws/s3"),
            _group(**{_ENFORCE: False}),
            _managed(""),
            _managed("alias/aws/s3"),
            _managed(Ref("key"), enabled=False),
        ),
        undecided=(
            _group(Ref("nowhere")),
            _group(key=Ref("nowhere")),
            _group(**{_ENFORCE: Ref("nowhere")}),
            _managed(Ref("nowhere")),
            _managed(_ARN, Ref("nowhere")),
        ),
    ),
)
