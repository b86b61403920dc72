"""Who made what drifted is told by the newest call that changed it, wherever and by whichever name it was made."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from platformctl.commands import drift as command
from platformctl.drift import Difference, DriftClass
from platformctl.drift_actors import MOST_CALLS, MOST_RESOURCES, calls, urgent

GROUP, ROLE = "aws:ec2/securityGroup:SecurityGroup", "aws:iam/role:Role"
AT = datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC)


def resource(type_: str, id_: str, **outputs: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:prod::p::{type_}::{id_}", "type": type_, "id": id_, "outputs": outputs}


def event(what: str, who: str = "arn:aws:iam::1:user/ada", read_only: str = "false", **record: Any) -> dict[str, Any]:
    told = {"userIdentity": {"arn": who} if who else {}, **record}
    return {"EventName": what, "EventTime": AT, "ReadOnly": read_only, "CloudTrailEvent": json.dumps(told)}


def told(one: dict[str, Any], events: dict[tuple[str, str], list[dict[str, Any]]]) -> list[tuple[str, str]]:
    """Who did what, of a resource, by what CloudTrail has for a region and a name."""
    asked = calls(lambda region, name: events.get((region, name), []), [one["urn"]], [one], "eu-central-1")
    return [(call.who.rpartition("/")[2], call.what) for call in asked[one["urn"]]]


@pytest.mark.parametrize(
    ("one", "where"),
    [
        (resource(GROUP, "sg-1"), ("eu-central-1", "sg-1")),
        (resource(GROUP, "sg-1", region="eu-west-1"), ("eu-west-1", "sg-1")),
        (resource(ROLE, "deploy", region="eu-west-1"), ("us-east-1", "deploy")),
        (resource("aws:kms/key:Key", "1", arn="arn:aws:kms:::key/1"), ("eu-central-1", "arn:aws:kms:::key/1")),
        (resource("aws:s3/bucketPolicy:BucketPolicy", "x", bucket="b"), ("eu-central-1", "b")),
    ],
)
def test_a_resource_is_looked_up_where_and_as_its_calls_name_it(one: dict[str, Any], where: tuple[str, str]) -> None:
    assert told(one, {where: [event("Change")]}) == [("ada", "Change")]


def test_calls_that_only_read_or_were_refused_changed_nothing() -> None:
    events = [
        event("DescribeSecurityGroups", read_only="true"),
        event("RevokeSecurityGroupIngress", errorCode="Client.UnauthorizedOperation"),
        event("AuthorizeSecurityGroupIngress", "arn:aws:sts::1:assumed-role/engineer/eve"),
    ]
    found = told(resource(GROUP, "sg-1"), {("eu-central-1", "sg-1"): events})
    assert found == [("eve", "AuthorizeSecurityGroupIngress")]


def test_a_service_that_acts_by_itself_is_named_and_nobody_is_made_up() -> None:
    one, where = resource(GROUP, "sg-1"), ("eu-central-1", "sg-1")
    assert told(one, {where: [event("A", "", userIdentity={"invokedBy": "eks.amazonaws.com"})]}) == [
        ("eks.amazonaws.com", "A")
    ]
    assert told(one, {where: [event("A", "")]}) == [("unknown", "A")]
    assert told(one, {}) == []


def test_no_more_is_asked_than_cloudtrail_takes_and_only_of_what_is_urgent() -> None:
    found = [Difference(f"urn:{n // 2}", GROUP, "g", DriftClass.SECURITY, f"p{n}", 1, 2) for n in range(100)]
    harmless = Difference("urn:tag", GROUP, "g", DriftClass.HARMLESS, "tags", 1, 2)
    assert urgent([*found, harmless]) == [f"urn:{n}" for n in range(MOST_RESOURCES)]
    assert urgent([harmless]) == []
    many = {("eu-central-1", "sg-1"): [event(str(n)) for n in range(9)]}
    assert told(resource(GROUP, "sg-1"), many) == [("ada", str(n)) for n in range(MOST_CALLS)]


class Refusing:
    """CloudTrail of an account that lets nobody ask in one region."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def client(self, region: str) -> Any:
        def lookup_events(**_: Any) -> dict[str, Any]:
            self.asked.append(region)
            if region == "us-east-1":
                raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "LookupEvents")
            return {"Events": [event("Change")]}

        return SimpleNamespace(lookup_events=lookup_events)


def test_a_region_that_refuses_is_told_of_once_and_the_others_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account = Refusing()
    monkeypatch.setattr(
        command, "session", lambda _, region: SimpleNamespace(client=lambda *_, **__: account.client(region))
    )
    settings = SimpleNamespace(account=SimpleNamespace(region="eu-central-1"))
    target: Any = SimpleNamespace(
        project=SimpleNamespace(settings=lambda _: settings), environment="prod", variables={}
    )
    state = [resource(ROLE, "a"), resource(ROLE, "b"), resource(GROUP, "sg-1")]
    found = [Difference(one["urn"], one["type"], "x", DriftClass.SECURITY, "p", 1, 2) for one in state]
    made = command._made(target, found, state)
    assert [len(made[one["urn"]]) for one in state] == [0, 0, 1]
    assert account.asked == ["us-east-1", "eu-central-1"]
    assert "in us-east-1 cannot be told" in capsys.readouterr().err
