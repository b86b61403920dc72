"""Detection in a region: all plans of GuardDuty, three standards, a recorder that is on, analyzers, who is told."""

import json
from typing import Any

import pytest

from components.config_recorder import ManagedRule
from components.detection import Detection, DetectionArgs
from components.event_route import EventRoute, EventRoutes, EventRoutesArgs
from tests.components.conftest import Built, build

_PLANS = ("ebs-malware-protection", "eks-audit-logs", "lambda-network-logs", "rds-login-events", "runtime-monitoring")


def _build(home: bool = True) -> Built:
    args = DetectionArgs(
        environment="prod",
        region="eu-central-1",
        home=home,
        other_regions=("eu-west-1",),
        config_role_arn="arn:role",
        config_bucket="landing",
        config_prefix="config",
        config_rules=(ManagedRule(name="rotated", identifier="SECRETS", parameters={"days": "90"}),) if home else (),
    )
    return build(lambda: Detection("detection", args))


def test_everything_that_guardduty_can_read_is_watched() -> None:
    features = {made.name.removeprefix("detection-threats-"): made.inputs for made in _build().all("DetectorFeature")}
    assert set(features) == {*_PLANS, "s3-data-events"}
    assert {one["status"] for one in features.values()} == {"ENABLED"}
    agents = [one["name"] for one in features["runtime-monitoring"]["additionalConfigurations"]]
    assert agents == ["EC2_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT"]


def test_posture_follows_named_versions_of_three_standards_and_no_defaults() -> None:
    built = _build()
    assert built.one("Account", "detection-posture").inputs["enableDefaultStandards"] is False
    assert sorted(
        made.inputs["standardsArn"].split("standards/")[1] for made in built.all("StandardsSubscription")
    ) == [
        "aws-foundational-security-best-practices/v/1.0.0",
        "cis-aws-foundations-benchmark/v/3.0.0",
        "pci-dss/v/4.0.1",
    ]
    hub = built.one("Account", "detection-posture").urn
    assert all(hub in made.dependencies for made in built.all("StandardsSubscription"))


def test_the_recorder_is_switched_on_after_it_has_somewhere_to_deliver_to() -> None:
    built = _build()
    (status,) = built.all("RecorderStatus")
    (channel,) = built.all("DeliveryChannel")
    assert status.inputs["isEnabled"] is True
    assert channel.urn in status.dependencies
    assert (channel.inputs["s3BucketName"], channel.inputs["s3KeyPrefix"]) == ("landing", "config")
    (rule,) = built.all("Rule")
    assert status.urn in rule.dependencies
    assert json.loads(rule.inputs["inputParameters"]) == {"days": "90"}


def test_what_is_global_is_recorded_and_gathered_at_home_alone() -> None:
    home, other = _build(), _build(home=False)
    assert [made.inputs["recordingGroup"]["includeGlobalResourceTypes"] for made in home.all("Recorder")] == [True]
    assert [made.inputs["recordingGroup"]["includeGlobalResourceTypes"] for made in other.all("Recorder")] == [False]
    (gathered,) = home.all("FindingAggregator")
    assert gathered.inputs["specifiedRegions"] == ["eu-west-1"]
    assert not other.all("FindingAggregator")
    assert [made.inputs["type"] for made in home.all("Analyzer")] == ["ACCOUNT", "ACCOUNT_UNUSED_ACCESS"]
    assert [made.inputs["type"] for made in other.all("Analyzer")] == ["ACCOUNT"]


def test_every_resource_says_its_region() -> None:
    for made in _build().resources:
        if made.type.startswith("aws:"):
            assert made.inputs["region"] == "eu-central-1", made.urn


def _route(**changes: Any) -> EventRoute:
    values: dict[str, Any] = {"name": "findings", "description": "d", "pattern": {"source": ["aws.securityhub"]}}
    return EventRoute(**{**values, "sentence": "<title>", "paths": {"title": "$.detail.title"}, **changes})


def test_rejects_a_path_that_the_sentence_does_not_use_and_two_routes_of_one_name() -> None:
    with pytest.raises(ValueError, match="sentence of findings must use all of its paths, it lacks <who>"):
        _route(paths={"title": "$.a", "who": "$.b"})
    with pytest.raises(ValueError, match="a name of its own, got findings, findings"):
        EventRoutesArgs(environment="prod", routes=((_route(), "arn:a"), (_route(), "arn:b")))


def test_a_route_sends_a_sentence_and_not_the_event() -> None:
    args = EventRoutesArgs(environment="prod", routes=((_route(), "arn:page"),))
    built = build(lambda: EventRoutes("hub", args))
    kind = "platform:notifications:EventRoutes"
    assert built.identities() == {
        f"{kind}::hub",
        f"{kind}$aws:cloudwatch/eventRule:EventRule::hub-findings",
        f"{kind}$aws:cloudwatch/eventTarget:EventTarget::hub-findings",
    }
    target = built.one("EventTarget", "hub-findings").inputs
    assert target["inputTransformer"] == {"inputPaths": {"title": "$.detail.title"}, "inputTemplate": '"<title>"'}
    assert target["arn"] == "arn:page"
