"""What databases hold is encrypted, and who may enter is not written down anywhere."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2, unverified
from policies.examples import Node, Ref, secret
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.databases.nodes import KEY, cluster, instance
from policies.rules.databases.roles import DATABASES, is_replica, source_of
from policies.rules.keys.own import has_own_key

_PASSWORDS = ("masterPassword", "masterPasswordWo", "password", "passwordWo")


def _encryption_problems(database: Resource, graph: Graph) -> Iterator[Problem]:
    # a replica in the same region has its source's key: RDS user guide, "Encrypting Amazon RDS resources"
    if source_of(database, graph) and "kmsKeyId" not in database.inputs:
        return
    if database.props.get("storageEncrypted") is not True:
        yield Problem("storageEncrypted", "the database is not encrypted at rest")
    elif not has_own_key(database, "kmsKeyId", graph):
        yield Problem("kmsKeyId", "the database is encrypted with AWS's key, not with one of ours")


def _login_problems(database: Resource, _: Graph) -> Iterator[Problem]:
    if database.props.get("iamDatabaseAuthenticationEnabled") is not True:
        yield Problem("iamDatabaseAuthenticationEnabled", "applications can enter by a lasting password only")


def _password_problems(database: Resource, _: Graph) -> Iterator[Problem]:
    for key in _PASSWORDS:
        if key in database.inputs:
            yield Problem(key, "the program knows the master password, so the state and whoever reads it do too")
    if database.props.get("manageMasterUserPassword") is not True and not is_replica(database):
        yield Problem("manageMasterUserPassword", "Secrets Manager does not make and rotate the master password")


def _follower(source: str) -> Node:
    return Node(tokens.DATABASE_CLUSTER, "follower", {"replicationSourceIdentifier": source})


_ENCRYPTED = {"storageEncrypted": True, "kmsKeyId": Ref("key")}
_COPY = Node(tokens.DATABASE_INSTANCE, "copy", {"replicateSourceDb": "ledger"})
_MANAGED = {"manageMasterUserPassword": True}

RULES = (
    Rule(
        id="RDS-03",
        name="database-is-encrypted-with-our-key",
        summary="Every database encrypts its storage with a customer key.",
        severity=Severity.CRITICAL,
        pack=Pack.COMPLIANCE,
        types=DATABASES,
        reads=("storageEncrypted", "kmsKeyId", "replicateSourceDb", "replicationSourceIdentifier"),
        controls=(*pci("L", "3.5.1", "3.6.1", "3.6.1.2"), *cis(("2.3.1",), ("2.2.1",)), *soc2("PI1.5")),
        remedy="Set storage_encrypted=True and kms_key_id to the key_arn of an EncryptionKey; move what exists"
        " through an encrypted snapshot.",
        problems=_encryption_problems,
        needs_graph=True,
        passes=(
            (KEY, cluster(**_ENCRYPTED)),
            (KEY, instance(**_ENCRYPTED)),
            (instance(storageEncrypted=True, kmsKeyId="arn:aws:kms:eu-central-1:111122223333:key/1"),),
            (KEY, instance(**_ENCRYPTED), _COPY),
            (KEY, cluster(**_ENCRYPTED), _follower("ledger")),
        ),
        fails=(
            (cluster(),),
            (instance(),),
            (KEY, cluster(kmsKeyId=Ref("key"))),
            (KEY, cluster(storageEncrypted="true", kmsKeyId=Ref("key"))),
            (instance(storageEncrypted=False),),
            (instance(storageEncrypted=True),),
            (cluster(storageEncrypted=True, kmsKeyId="alias/aws/rds"),),
            (cluster(storageEncrypted=True, kmsKeyId="arn:aws:kms:eu-central-1:111122223333:alias/aws/rds"),),
            (KEY, instance(**_ENCRYPTED), Node(tokens.DATABASE_INSTANCE, "copy", {"replicateSourceDb": "other"})),
            (KEY, cluster(**_ENCRYPTED), _follower("other")),
        ),
        undecided=((cluster(storageEncrypted=True, kmsKeyId=Ref("nowhere")),),),
    ),
    Rule(
        id="RDS-08",
        name="database-accepts-iam-logins",
        summary="Applications can enter every database by their IAM role.",
        severity=Severity.MEDIUM,
        pack=Pack.ACCESS_CONTROL,
        types=DATABASES,
        reads=("iamDatabaseAuthenticationEnabled",),
        controls=(*pci("L", "8.2.1"), *pci("P", "7.2.1"), *unverified("soc2", "CC6.1")),
        remedy="Set iam_database_authentication_enabled=True.",
        problems=_login_problems,
        passes=(
            (cluster(iamDatabaseAuthenticationEnabled=True),),
            (instance(iamDatabaseAuthenticationEnabled=True),),
        ),
        fails=((cluster(),), (instance(),), (instance(iamDatabaseAuthenticationEnabled=False),)),
        undecided=((cluster(iamDatabaseAuthenticationEnabled=Ref("nowhere")),),),
    ),
    Rule(
        id="RDS-09",
        name="master-password-is-managed",
        summary="Secrets Manager makes the master password of every database, and no program holds one.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=DATABASES,
        reads=("manageMasterUserPassword", *_PASSWORDS, "replicateSourceDb", "replicationSourceIdentifier"),
        controls=(*pci("L", "8.3.2", "8.6.3"), *unverified("soc2", "CC6.1")),
        remedy="Set manage_master_user_password=True and remove the password.",
        problems=_password_problems,
        passes=(
            (cluster(**_MANAGED),),
            (instance(**_MANAGED),),
            (_COPY,),
            (cluster(replicationSourceIdentifier="arn:aws:rds:eu-west-1:111122223333:cluster:ledger"),),
        ),
        fails=(
            (cluster(),),
            (instance(),),
            (instance(manageMasterUserPassword=False),),
            (cluster(manageMasterUserPassword="true"),),
            *((cluster(**_MANAGED, **{key: secret("hunter2")}),) for key in _PASSWORDS[:2]),
            *((instance(**_MANAGED, **{key: "hunter2"}),) for key in _PASSWORDS[2:]),
            (instance(**_MANAGED, password=Ref("random")),),
            (instance(replicateSourceDb="other", password=secret("x")),),
            (instance(replicateSourceDb=""),),
        ),
        undecided=((cluster(manageMasterUserPassword=Ref("nowhere")),),),
    ),
)
