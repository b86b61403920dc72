"""What rules ask for in one environment and not in another."""

from datetime import date

import pytest

from policies import tokens
from policies.engine import evaluate
from policies.examples import Example, Node, Ref, graph_of
from policies.rules import BY_ID
from policies.waivers import Waivers

_KEY = Node(tokens.KEY, "key")
_VAULT = Node(tokens.BACKUP_VAULT, "vault", {"name": "vault", "kmsKeyArn": Ref("key")})
_GOVERNED = (_KEY, _VAULT, Node(tokens.BACKUP_VAULT_LOCK, "lock", {"backupVaultName": "vault"}))
_AUDIT_LOG = (Node(tokens.LOG_GROUP, "log", {"retentionInDays": 30, "tags": {"data-class": "audit"}}),)
_ALONE = (Node(tokens.DATABASE_INSTANCE, "ledger", {"tags": {"data-class": "financial"}}),)


def _kept(days: int) -> Example:
    return (Node(tokens.DATABASE_INSTANCE, "ledger", {"backupRetentionPeriod": days}),)


@pytest.mark.parametrize(
    ("rule", "example", "failing"),
    [
        ("RDS-10", _kept(0), ["prod", "staging", "sandbox", "sandbox-ada"]),
        ("RDS-10", _kept(1), ["prod", "staging"]),
        ("RDS-10", _kept(6), ["prod", "staging"]),
        ("RDS-10", _kept(7), ["prod"]),
        ("RDS-10", _kept(34), ["prod"]),
        ("RDS-10", _kept(35), []),
        ("RDS-11", _ALONE, ["prod", "staging", "sandbox-ada"]),
        ("RDS-12", _ALONE, ["prod"]),
        ("LOG-02", _AUDIT_LOG, ["prod"]),
        ("BKP-01", _GOVERNED, ["prod"]),
        ("BKP-02", _ALONE, ["prod", "staging", "sandbox-ada"]),
        ("BKP-03", _ALONE, ["prod"]),
    ],
)
def test_environments_ask_for_different_things(rule: str, example: Example, failing: list[str]) -> None:
    def fails(stack: str) -> bool:
        report = evaluate(graph_of(example, stack), [BY_ID[rule]], Waivers(), date(2026, 1, 1))
        return bool(report.findings)

    assert [stack for stack in ("prod", "staging", "sandbox", "sandbox-ada") if fails(stack)] == failing
