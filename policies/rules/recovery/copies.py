"""Copies of a database's automated backups are as safe as the backups."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.databases.keeping import least_backup_days
from policies.rules.keys.own import has_own_key

_DEFAULT_DAYS = 7  # RDS API reference, StartDBInstanceAutomatedBackupsReplication


def _problems(copies: Resource, graph: Graph) -> Iterator[Problem]:
    yield from decide((_key_problems, _day_problems), lambda check: check(copies, graph))


def _key_problems(copies: Resource, graph: Graph) -> Iterator[Problem]:
    if not has_own_key(copies, "kmsKeyId", graph):
        yield Problem("kmsKeyId", "copied backups are not encrypted with a key of ours")


def _day_problems(copies: Resource, _: Graph) -> Iterator[Problem]:
    days, least = copies.props.number("retentionPeriod"), least_backup_days(copies.stack)
    kept = _DEFAULT_DAYS if days is None else days
    if kept < least:
        yield Problem("retentionPeriod", f"copied backups are kept for {kept} days, not for {least}")


_KEY = Node(tokens.KEY, "key")


def _copies(key: object = Ref("key"), days: object = 35) -> Example:
    wanted = {"sourceDbInstanceArn": "arn:aws:rds:eu-central-1:111122223333:db:ledger"}
    given = {name: value for name, value in (("kmsKeyId", key), ("retentionPeriod", days)) if value is not None}
    return (_KEY, Node(tokens.DATABASE_BACKUPS_REPLICATION, "ledger-recovery", wanted | given))


RULES = (
    Rule(
        id="BKP-05",
        name="copied-backups-are-kept-and-encrypted",
        summary="Automated backups in the recovery region have a customer key, and last as long as the originals must.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.DATABASE_BACKUPS_REPLICATION,),
        reads=("kmsKeyId", "retentionPeriod"),
        controls=(*unverified("pci-dss-4.0.1", "3.5.1"), *unverified("soc2", "A1.2")),
        remedy="Give components.Postgres its PostgresBackups: recovery_key_arn of a key in the recovery region, and"
        " days, in production 35.",
        problems=_problems,
        needs_graph=True,
        passes=(_copies(), _copies("arn:aws:kms:eu-west-1:111122223333:key/1")),
        fails=(
            _copies(None),
            _copies(""),
            _copies("alias/aws/rds"),
            _copies(days=None),
            _copies(days=7),
            _copies(days=34),
        ),
        undecided=(_copies(Ref("nowhere")), _copies(days=Ref("nowhere"))),
    ),
)
