"""What holds data and goes stands first, with why."""

from policies import tokens
from policies.examples import Node
from tests.platformctl.review.made import changed, compared, items, said

LEDGER = Node(tokens.DATABASE_CLUSTER, "ledger", {"clusterIdentifier": "ledger", "masterUsername": "a"})
ALARM = Node(tokens.METRIC_ALARM, "alarm", {"threshold": 1})


def test_a_replaced_database_is_told_with_what_forces_it() -> None:
    comparison = compared((LEDGER,), (changed(LEDGER, masterUsername="b"),), replaced=["ledger"])
    (item,) = items(comparison, "data-loss")
    assert (item.name, item.operation) == ("ledger", "replace")
    assert item.details == ("forced by masterUsername: a → b",)


def test_a_deleted_database_is_told() -> None:
    assert said((LEDGER,), (), "data-loss") == ["ledger: is deleted with all that it holds"]


def test_what_stays_in_the_account_is_told_apart() -> None:
    step = {"urn": LEDGER.urn("prod"), "op": "delete", "type": LEDGER.type, "old": {"retainOnDelete": True}}
    (item,) = items(compared((LEDGER,), (), events=[{"resourcePreEvent": {"metadata": step}}]), "data-loss")
    assert item.summary == "leaves the stack"
    assert "stays in the account" in item.details[0]


def test_updates_and_what_holds_nothing_are_no_loss() -> None:
    assert said((LEDGER, ALARM), (changed(LEDGER, masterUsername="b"),), "data-loss") == []
