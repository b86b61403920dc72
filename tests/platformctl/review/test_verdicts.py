"""How the findings of the head stand to those of the base."""

from typing import Any

import pytest

from platformctl.review import assess
from platformctl.review.model import Verdicts
from policies import tokens
from policies.examples import Node
from tests.platformctl.formats.reports import finding
from tests.platformctl.review.made import compared

TOPIC = Node(tokens.TOPIC, "topic", {})


def one(verdict: str | None, **fields: Any) -> list[dict[str, Any]]:
    return [finding().as_dict() | {"verdict": verdict} | fields] if verdict else []


def verdicts(before: list[Any], after: list[Any], **fields: Any) -> Verdicts:
    reports = {"before_report": {"findings": before}, "after_report": {"findings": after}}
    return assess(compared((TOPIC,), (TOPIC,), **reports, **fields)).policies


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        (None, "fail", "new"),
        ("undecided", "fail", "new"),
        ("waived", "fail", "new"),
        ("fail", "fail", "standing"),
        ("fail", None, "fixed"),
        ("waived", None, "fixed"),
        ("fail", "waived", "waived"),
        ("waived", "waived", "waived"),
        (None, "undecided", "undecided"),
        ("fail", "undecided", "undecided"),
        ("undecided", None, ""),
        (None, None, ""),
    ],
)
def test_each_finding_stands_in_one_place(before: str | None, after: str | None, place: str) -> None:
    told = {key: len(findings) for key, findings in vars(verdicts(one(before), one(after))).items() if findings}
    assert told == ({place: 1} if place else {})


def test_a_finding_says_what_it_was_before() -> None:
    (told,) = verdicts(one("waived"), one("fail")).new
    assert told["was"] == "waived"


def test_another_property_resource_or_rule_is_another_finding() -> None:
    for fields in ({"property": "acl"}, {"urn": "urn:pulumi:prod::p::t::other"}, {"rule": "S3-02"}):
        told = verdicts(one("fail"), one("fail", **fields))
        assert (len(told.new), len(told.fixed), len(told.standing)) == (1, 1, 0)


def test_another_message_about_the_same_is_the_same_and_a_second_one_is_new() -> None:
    told = verdicts(one("fail", message="port 22"), one("fail", message="port 23"))
    assert (len(told.new), len(told.standing)) == (0, 1)
    told = verdicts(one("fail", message="b"), [*one("fail", message="a"), *one("fail", message="b")])
    assert [finding["message"] for finding in told.new] == ["a"]


def test_what_was_renamed_by_an_alias_is_the_same() -> None:
    old, new = "urn:pulumi:prod::p::t::old", "urn:pulumi:prod::p::t::new"
    step = {"urn": new, "op": "same", "type": "t", "old": {"urn": old}, "new": {"urn": new}}
    events = [{"resourcePreEvent": {"metadata": step}}]
    told = verdicts(one("fail", urn=old), one("fail", urn=new), events=events)
    assert (len(told.new), len(told.fixed), len(told.standing)) == (0, 0, 1)
    told = verdicts(one("fail", urn=old), one("fail", urn=new))
    assert (len(told.new), len(told.fixed)) == (1, 1)
