"""The sandbox tells by whom a resource was changed, as CloudTrail's event history would."""

import json

import pytest

from sandbox.trail import MOST, Trail

KEY = "AWS4-HMAC-SHA256 Credential={}/20261126/{}/ec2/aws4_request, SignedHeaders=host"
ADA, BEN = "AKIAAAAAAAAAAAAAAAAA", "AKIABBBBBBBBBBBBBBBB"


def signed(key: str = ADA, region: str = "eu-central-1") -> str:
    return KEY.format(key, region)


def asked(trail: Trail, name: str, by: str = "", **more: object) -> list[tuple[str, str]]:
    body = {"LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": name}], **more}
    found = trail.lookup(by or signed(), json.dumps(body).encode())["Events"]
    return [(one["EventName"], one["Username"]) for one in found]


def test_calls_that_change_a_resource_are_told_newest_first_and_reading_ones_are_not() -> None:
    trail = Trail()
    trail.note(signed(), "CreateTags", "ResourceId.1=sg-1", "200 OK")
    trail.note(signed(), "DescribeSecurityGroups", "GroupId.1=sg-1", "200 OK")
    trail.note(signed(BEN), "AuthorizeSecurityGroupIngress", "GroupId=sg-1", "200 OK")
    assert asked(trail, "sg-1") == [("AuthorizeSecurityGroupIngress", BEN), ("CreateTags", ADA)]
    assert asked(trail, "sg-1", MaxResults=1) == [("AuthorizeSecurityGroupIngress", BEN)]


def test_a_name_is_a_whole_word_of_the_request_and_a_region_tells_its_own_calls() -> None:
    trail = Trail()
    trail.note(
        signed(), "PutRolePolicy", "RoleName=deploy&PolicyDocument=%22arn%3Aaws%3As3%3A%3A%3Abucket-1%22", "200 OK"
    )
    assert asked(trail, "arn:aws:s3:::bucket-1") == [("PutRolePolicy", ADA)]
    assert asked(trail, "deploy") == [("PutRolePolicy", ADA)]
    assert asked(trail, "dep") == asked(trail, "bucket") == []
    assert asked(trail, "deploy", signed(region="eu-west-1")) == []


def test_a_refused_call_says_so() -> None:
    trail = Trail()
    trail.note(signed(), "DeleteTrail", "Name=one", "403 Forbidden")
    body = {"LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": "one"}]}
    (event,) = trail.lookup(signed(), json.dumps(body).encode())["Events"]
    assert json.loads(event["CloudTrailEvent"])["errorCode"] == "403 Forbidden"


def test_what_is_not_served_is_refused_by_name_and_old_calls_are_forgotten() -> None:
    trail = Trail()
    with pytest.raises(ValueError, match=r"by one ResourceName alone, got .*Username"):
        trail.lookup(signed(), b'{"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "ada"}]}')
    for number in range(MOST + 1):
        trail.note(signed(), "CreateTags", f"sg-{number}", "200 OK")
    assert asked(trail, "sg-0") == []
    assert asked(trail, f"sg-{MOST}") == [("CreateTags", ADA)]
