"""Differences between state and cloud are found and classed."""

from typing import Any

import pytest

from platformctl.drift import DriftClass, classify, find_drift

BUCKET = "aws:s3/bucket:Bucket"


def _event(type_: str, old: dict[str, Any], new: dict[str, Any] | None, op: str = "update") -> dict[str, Any]:
    urn = f"urn:pulumi:prod::billing-platform::{type_}::thing"
    sides = {"old": {"id": "i", "outputs": old}, "new": None if new is None else {"id": "i", "outputs": new}}
    return {"resOutputsEvent": {"metadata": {"op": op, "urn": urn, "type": type_, **sides}}}


@pytest.mark.parametrize(
    ("type_", "property_", "expected"),
    [
        ("aws:s3/bucketPolicy:BucketPolicy", "policy", DriftClass.SECURITY),
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "", DriftClass.SECURITY),
        ("aws:kms/key:Key", "enableKeyRotation", DriftClass.SECURITY),
        ("aws:iam/role:Role", "assumeRolePolicy", DriftClass.SECURITY),
        ("aws:ec2/securityGroup:SecurityGroup", "ingress", DriftClass.SECURITY),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", "policy", DriftClass.SECURITY),
        ("aws:ec2/vpc:Vpc", "enableDnsSupport", DriftClass.OURS),
        ("aws:ec2/vpc:Vpc", "", DriftClass.OURS),
        ("aws:ec2/vpc:Vpc", "tags", DriftClass.HARMLESS),
        ("aws:kms/key:Key", "tagsAll", DriftClass.HARMLESS),
    ],
)
def test_each_difference_has_the_class_of_what_it_asks_for(type_: str, property_: str, expected: DriftClass) -> None:
    assert classify(type_, property_) is expected


def test_a_changed_tag_is_told_once_although_two_properties_show_it() -> None:
    old = {"tags": {"owner": "a"}, "tagsAll": {"owner": "a", "x": "y"}}
    new = {"tags": {"owner": "b"}, "tagsAll": {"owner": "b", "x": "y"}}
    assert [d.property for d in find_drift([_event(BUCKET, old, new)], [])] == ["tags"]


def test_a_changed_default_tag_shows_although_the_own_tags_are_the_same() -> None:
    old, new = {"tags": {}, "tagsAll": {"owner": "a"}}, {"tags": {}, "tagsAll": {"owner": "b"}}
    assert [d.property for d in find_drift([_event(BUCKET, old, new)], [])] == ["tagsAll"]


def test_a_resource_that_is_gone_is_one_difference() -> None:
    found = find_drift([_event("aws:ec2/flowLog:FlowLog", {"trafficType": "ALL"}, None, op="delete")], [])
    assert [(d.property, d.state, d.cloud, d.drift_class) for d in found] == [("", "i", None, DriftClass.SECURITY)]


def test_security_comes_first() -> None:
    events = [
        _event(BUCKET, {"tags": {"a": "1"}}, {"tags": {"a": "2"}}),
        _event("aws:ec2/vpc:Vpc", {"enableDnsSupport": True}, {"enableDnsSupport": False}),
        _event("aws:kms/key:Key", {"enableKeyRotation": True}, {"enableKeyRotation": False}),
    ]
    classes = [d.drift_class for d in find_drift(events, [])]
    assert classes == [DriftClass.SECURITY, DriftClass.OURS, DriftClass.HARMLESS]


def test_what_is_the_same_is_no_difference() -> None:
    assert find_drift([_event(BUCKET, {"arn": "x"}, {"arn": "x"}, op="same")], []) == []


def test_json_form_names_the_class() -> None:
    one = find_drift([_event(BUCKET, {"tags": {"a": "1"}}, {"tags": {}})], [])[0]
    assert one.as_dict()["class"] == "harmless"
    assert "drift_class" not in one.as_dict()
