"""Each thing that a plan depends on keeps it from being applied when it is no longer so, by name and with a remedy."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from platformctl.changes import Change
from platformctl.plans import approvals, check
from platformctl.plans.binding import ITEMS
from platformctl.plans.bundle import approved
from tests.platformctl.plans.bundles import BOUND, NOW, URN, bundle, target
from tests.platformctl.records.chains import key


def _changed() -> Iterator[tuple[str, Any, str]]:
    for item, value in BOUND.items():
        if isinstance(value, dict):
            for part in value:
                yield item, {**value, part: "another"}, part
        else:
            yield item, "another", ""


@pytest.mark.parametrize(("item", "value", "part"), list(_changed()))
def test_each_bound_thing_that_changed_is_named_and_nothing_else(item: str, value: Any, part: str) -> None:
    (found,) = check.bindings(bundle(), {**BOUND, item: value})
    assert found.item == item
    assert found.what == f"{ITEMS[item][0]} {part}".strip()
    assert found.found == "another"
    assert found.expected != "another"
    assert found.remedy


@pytest.mark.parametrize("item", BOUND)
def test_what_is_gone_is_named_too(item: str) -> None:
    found = check.bindings(bundle(), {**BOUND, item: {} if isinstance(BOUND[item], dict) else None})
    assert {one.item for one in found} == {item}
    assert {one.found for one in found} == {"nothing"}


def test_nothing_is_wrong_with_what_is_as_it_was() -> None:
    assert not check.bindings(bundle(), BOUND)
    assert not list(check.validity(bundle(), target(), [], NOW))


def test_a_plan_ends_when_it_says() -> None:
    last = NOW + timedelta(hours=1)
    assert not list(check.validity(bundle(), target(), [], last - timedelta(seconds=1)))
    (found,) = check.validity(bundle(), target(), [], last)
    assert (found.item, found.expected) == ("expiry", last.isoformat())


@pytest.mark.parametrize(
    ("changed", "item"),
    [
        ({"environment": "staging"}, "environment"),
        ({"place": "the real account"}, "place"),
        ({"verdict": {"exit": 1, "undecided": []}}, "verdict"),
        ({"verdict": {"exit": 3, "undecided": []}}, "verdict"),
        ({"update_plan": None}, "verdict"),
    ],
)
def test_a_plan_of_elsewhere_or_that_was_blocked_is_refused(changed: dict[str, Any], item: str) -> None:
    (found,) = check.validity(bundle(**changed), target(), [], NOW)
    assert found.item == item


def test_a_plan_of_changed_files_is_for_the_sandbox_alone() -> None:
    made = bundle(clean=False, changed_files=["a"])
    assert not list(check.validity(made, target(), [], NOW))
    assert "clean" in {one.item for one in check.validity(made, target(live=True), [], NOW)}


LOSS = [{"urn": URN, "operation": "delete", "why": "holds data"}]


def _told(name: str, signed_by: str) -> list[dict[str, Any]]:
    return [{"urns": [URN], "by": {"name": name}, "signed_by": signed_by}]


@pytest.mark.parametrize(
    ("told", "live", "refused"),
    [
        ([], False, ["none"]),
        (_told("Grace", "Grace"), False, []),
        (_told("Ada", "Ada"), False, []),  # in the sandbox one's own word is enough
        (_told("Grace", "Grace"), True, []),
        (_told("Ada", "Ada"), True, ["Ada"]),
        (_told("Grace", "Ada"), True, ["Grace", "Grace with the key of Ada"]),
    ],
)
def test_a_loss_needs_the_word_of_a_person_in_real_accounts_of_another(
    told: list[dict[str, Any]], live: bool, refused: list[str]
) -> None:
    made = bundle(needs_approval=LOSS, place=target(live=live).place)
    found = list(check.validity(made, target(live=live), told, NOW))
    assert {one.item for one in found} <= {"approval"}
    assert [one.found for one in found] == refused


def test_approvals_are_asked_for_losses_of_what_holds_data_or_is_protected_and_for_nothing_else() -> None:
    def change(name: str, operation: str, stateful: bool) -> Change:
        return Change(f"urn::{name}", operation, "t", name, "", "", stateful, ())

    made = [
        change("data", "delete", True),
        change("kept", "replace", False),
        change("plain", "replace", False),
        change("new", "create", True),
        change("same", "update", True),
    ]
    sides: Any = {"urn::kept": ({"protect": True}, {})}
    found = [(one["urn"], one["operation"], one["why"]) for one in approvals.needed(made, sides)]
    assert found == [("urn::data", "delete", "holds data"), ("urn::kept", "replace", "is protected")]


def test_an_approval_reaches_the_checks_with_its_signer() -> None:
    made = bundle(needs_approval=LOSS)
    signed = approved(made, approvals.approve(made, [URN], "it was moved away", {"name": "Grace"}, NOW, key()))
    (told,) = approvals.given(signed, key().trust)
    assert told["signed_by"] == "the key of this machine's user"
    assert not approvals.missing(signed, [told])
    assert approvals.missing(made, []) == LOSS
