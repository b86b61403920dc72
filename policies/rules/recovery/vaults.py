"""Nobody can read or delete backups without being allowed to."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.keys.own import has_own_key

_STRICT_STACKS = ("prod",)  # elsewhere a lock that nobody can lift helps no one
_KEYS = {tokens.BACKUP_VAULT: "kmsKeyArn", tokens.AIR_GAPPED_VAULT: "encryptionKeyArn"}


def _problems(vault: Resource, graph: Graph) -> Iterator[Problem]:
    path = _KEYS[vault.type]
    if not has_own_key(vault, path, graph):
        yield Problem(path, "backups are not encrypted with a key of ours")
    if vault.type == tokens.AIR_GAPPED_VAULT:
        return  # always locked in compliance mode: AWS Backup developer guide, "Logically air-gapped vault"
    locks = graph.referrers(vault, tokens.BACKUP_VAULT_LOCK, "backupVaultName")
    if not locks:
        yield Problem(None, "whoever may delete backups can delete all of them: the vault has no lock")
    elif vault.stack in _STRICT_STACKS and not some(locks, lambda lock: bool(lock.props.get("changeableForDays"))):
        yield Problem(None, "an administrator can lift the vault's lock: it is in governance mode")


def _vault(name: str = "vault", **properties: object) -> Node:
    return Node(tokens.BACKUP_VAULT, name, {"name": name, "kmsKeyArn": Ref("key")} | properties)


def _lock(vault: object = Ref("vault"), **properties: object) -> Node:
    return Node(tokens.BACKUP_VAULT_LOCK, "lock", {"backupVaultName": vault, "changeableForDays": 3} | properties)


_KEY = Node(tokens.KEY, "key")
_GOVERNED: Example = (_KEY, _vault(), _lock(changeableForDays=None))

RULES = (
    Rule(
        id="BKP-01",
        name="vault-is-encrypted-and-locked",
        summary="Every backup vault has a customer key and a lock; in production nobody can lift the lock.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=tuple(_KEYS),
        reads=("kmsKeyArn", "encryptionKeyArn", "backupVaultName", "changeableForDays"),
        controls=(*pci("P", "3.5.1"), *soc2("PI1.5")),
        remedy="Set kms_key_arn to the key_arn of an EncryptionKey and add a backup.VaultLockConfiguration; in"
        " production with changeable_for_days.",
        problems=_problems,
        needs_graph=True,
        passes=(
            (_KEY, _vault(), _lock()),
            (_KEY, _vault(), _lock("vault")),
            (_KEY, Node(tokens.AIR_GAPPED_VAULT, "gap", {"encryptionKeyArn": Ref("key")})),
        ),
        fails=(
            (_KEY, _vault()),
            (_vault(kmsKeyArn=None), _lock()),
            (_vault(kmsKeyArn="alias/aws/backup"), _lock()),
            (_KEY, _vault(), _lock("vault-2")),
            _GOVERNED,
            (_KEY, _vault(), _lock(changeableForDays=0)),
            (Node(tokens.AIR_GAPPED_VAULT, "gap"),),
        ),
        undecided=(
            (_vault(kmsKeyArn=Ref("nowhere")), _lock()),
            (_KEY, _vault(), _lock(Ref("nowhere"))),
            (_KEY, _vault(), _lock(changeableForDays=Ref("nowhere"))),
        ),
    ),
)
