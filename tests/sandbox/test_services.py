"""Changes in place of identity, logs, messages, secrets and parameters, other regions, and values never shown."""

from __future__ import annotations

import itertools
import json
from typing import Any

import grpc
import pytest

from sandbox import process, wire
from sandbox.model import fields
from tests.sandbox.conftest import Engine
from tests.sandbox.examples import ACCESS, POLICY, TRUST

ROLE, POLICY_TYPE = "aws:iam/role:Role", "aws:iam/policy:Policy"
LOG_GROUP, QUEUE, TOPIC = "aws:cloudwatch/logGroup:LogGroup", "aws:sqs/queue:Queue", "aws:sns/topic:Topic"
SECRET, VERSION = "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretVersion:SecretVersion"
IRELAND = "eu-west-1"


def test_a_role_changes_in_place_down_to_its_boundary(engine: Engine) -> None:
    old = {"name": "r", "assumeRolePolicy": TRUST, "permissionsBoundary": "arn:aws:iam::1:policy/a", "description": "a"}
    id, _ = engine.create(ROLE, old)  # noqa: A001
    new = {**old, "permissionsBoundary": "arn:aws:iam::1:policy/b", "description": "b", "maxSessionDuration": 7200}
    state = engine.update(ROLE, id, old, new)
    assert (state["permissionsBoundary"], state["maxSessionDuration"]) == ("arn:aws:iam::1:policy/b", 7200)
    found = engine.client("iam").get_role(RoleName="r")["Role"]
    assert (found["PermissionsBoundary"]["PermissionsBoundaryArn"], found["Description"]) == (
        "arn:aws:iam::1:policy/b",
        "b",
    )
    without = {key: value for key, value in new.items() if key != "permissionsBoundary"}
    assert "permissionsBoundary" not in engine.update(ROLE, id, new, without)
    assert "PermissionsBoundary" not in engine.client("iam").get_role(RoleName="r")["Role"]


def test_a_role_with_policies_goes_only_if_it_may_be_stripped(engine: Engine) -> None:
    inputs = {"name": "r", "assumeRolePolicy": TRUST}
    id, _ = engine.create(ROLE, inputs)  # noqa: A001
    engine.client("iam").put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=ACCESS)
    with pytest.raises(grpc.RpcError, match="DeleteConflict"):
        engine.delete(ROLE, id, inputs)
    engine.delete(ROLE, id, {**inputs, "forceDetachPolicies": True})
    assert engine.read(ROLE, id, inputs).id == ""


def test_a_policy_keeps_five_versions_however_often_it_changes(engine: Engine) -> None:
    documents = [json.dumps({**json.loads(ACCESS), "Id": str(number)}) for number in range(8)]
    inputs = [{"name": "p", "policy": document} for document in documents]
    id, _ = engine.create(POLICY_TYPE, inputs[0])  # noqa: A001
    for old, new in itertools.pairwise(inputs):
        assert engine.update(POLICY_TYPE, id, old, new)["policy"] == new["policy"]
    assert len(engine.client("iam").list_policy_versions(PolicyArn=id)["Versions"]) == 5


def test_clients_of_an_identity_provider_come_and_go(engine: Engine) -> None:
    token = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    old = {"url": "https://token.actions.githubusercontent.com", "clientIdLists": ["a", "b"]}
    id, _ = engine.create(token, old)  # noqa: A001
    assert engine.update(token, id, old, {**old, "clientIdLists": ["b", "c"]})["clientIdLists"] == ["b", "c"]
    assert sorted(engine.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=id)["ClientIDList"]) == [
        "b",
        "c",
    ]


def test_retention_and_key_of_a_log_group_come_and_go(engine: Engine) -> None:
    key = "arn:aws:kms:eu-central-1:1:key/k"
    bare, full = {"name": "g"}, {"name": "g", "retentionInDays": 30, "kmsKeyId": key}
    id, _ = engine.create(LOG_GROUP, bare)  # noqa: A001
    state = engine.update(LOG_GROUP, id, bare, full)
    assert (state["retentionInDays"], state["kmsKeyId"]) == (30, key)
    state = engine.update(LOG_GROUP, id, full, bare)
    assert (state["retentionInDays"], "kmsKeyId" in state) == (0, False)
    (found,) = engine.client("logs").describe_log_groups(logGroupNamePrefix="g")["logGroups"]
    assert ("retentionInDays" in found, "kmsKeyId" in found) == (False, False)


def test_setting_an_attribute_leaves_the_policy_of_a_queue(engine: Engine) -> None:
    old = {"name": "q"}
    id, _ = engine.create(QUEUE, old)  # noqa: A001
    engine.create("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": id, "policy": POLICY})
    engine.update(QUEUE, id, old, {**old, "visibilityTimeoutSeconds": 90})
    asked = engine.client("sqs").get_queue_attributes(QueueUrl=id, AttributeNames=["All"])["Attributes"]
    assert (asked["VisibilityTimeout"], json.loads(asked["Policy"])) == ("90", json.loads(POLICY))


def test_a_topic_changes_in_place_and_tells_every_attribute(engine: Engine) -> None:
    old = {"name": "t", "displayName": "a"}
    id, _ = engine.create(TOPIC, old)  # noqa: A001
    state = engine.update(TOPIC, id, old, {**old, "displayName": "b", "sqsSuccessFeedbackSampleRate": 10})
    assert (state["displayName"], state["sqsSuccessFeedbackSampleRate"]) == ("b", 10)
    asked = engine.client("sns").get_topic_attributes(TopicArn=id)["Attributes"]
    assert (asked["DisplayName"], asked["SQSSuccessFeedbackSampleRate"]) == ("b", "10")


def test_an_alarm_changed_by_hand_is_read(engine: Engine) -> None:
    token = "aws:cloudwatch/metricAlarm:MetricAlarm"
    metric = {"namespace": "n", "metricName": "m", "statistic": "Sum", "period": 60}
    inputs = {
        "name": "a",
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "threshold": 1,
        **metric,
    }
    id, _ = engine.create(token, inputs)  # noqa: A001
    engine.client("cloudwatch").put_metric_alarm(
        AlarmName="a", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Threshold=2.5,
        Namespace="n", MetricName="m", Statistic="Sum", Period=60,
    )  # fmt: skip
    assert wire.decode(engine.read(token, id, inputs).inputs)["threshold"] == 2.5


def test_replicas_of_a_secret_come_and_go_and_so_does_the_secret(engine: Engine) -> None:
    old = {"name": "s", "replicas": [{"region": IRELAND}], "recoveryWindowInDays": 7}
    id, _ = engine.create(SECRET, old)  # noqa: A001
    assert engine.update(SECRET, id, old, {**old, "replicas": [{"region": "eu-north-1"}]})["replicas"] == [
        {"region": "eu-north-1"}
    ]
    engine.delete(SECRET, id, old)
    assert engine.client("secretsmanager").describe_secret(SecretId=id)["DeletedDate"]
    assert engine.read(SECRET, id, old).id == ""


def test_a_secret_value_is_hidden_even_where_nobody_marked_it(engine: Engine, sandbox: process.Running) -> None:
    secret, _ = engine.create(SECRET, {"name": "s"})
    inputs = {"secretId": secret, "secretString": "open-sesame"}
    id, state = engine.create(VERSION, inputs)  # noqa: A001
    assert state["secretString"] == wire.secret("open-sesame")
    imported = engine.read(VERSION, id)
    assert wire.decode(imported.inputs)["secretString"] == wire.secret("open-sesame")
    assert wire.decode(imported.properties)["secretString"] == wire.secret("open-sesame")
    assert engine.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"] == "open-sesame"
    with pytest.raises(grpc.RpcError) as error:
        engine.create(VERSION, {"secretId": "open-sesame", "secretString": "open-sesame"})
    assert "open-sesame" not in str(error.value)
    assert "open-sesame" not in (sandbox.directory / "sandbox.log").read_text()


@pytest.mark.parametrize(
    ("token", "inputs", "there"),
    [
        ("aws:s3/bucket:Bucket", {}, lambda of, it: of("s3").get_bucket_location(Bucket=it)["LocationConstraint"]),
        ("aws:kms/key:Key", {}, lambda of, it: of("kms").describe_key(KeyId=it)["KeyMetadata"]["Arn"].split(":")[3]),
        (TOPIC, {"name": "t"}, lambda of, it: of("sns").get_topic_attributes(TopicArn=it)["Attributes"]["TopicArn"]),
        ("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", {"state": "block-all-sharing"}, None),
    ],
)
def test_a_resource_lives_in_the_region_that_it_names(
    engine: Engine, token: str, inputs: dict[str, Any], there: Any
) -> None:
    unique = {"bucket": f"ireland-{engine.account}"} if token.startswith("aws:s3") else {}
    inputs = {**inputs, **unique, "region": IRELAND}
    id, state = engine.create(token, inputs)  # noqa: A001
    assert state["region"] == IRELAND
    assert IRELAND in state.get("arn", f"aws:{IRELAND}") or token.startswith("aws:s3")
    assert there is None or IRELAND in there(lambda service: engine.client(service, IRELAND), id)
    assert wire.decode(engine.read(token, id, inputs).properties) == state
    engine.delete(token, id, inputs)
    assert engine.read(token, id, inputs).id == ""


def test_words_of_inputs_say_kind_marks_name_and_default() -> None:
    found = fields("name*@GroupName size:int!=3 on:bool~%=true value#", more=fields("x")["x"])
    assert [found["name"].replace, found["name"].boto, found["size"].default] == [True, "GroupName", 3]
    assert [found["size"].required, found["on"].computed, found["on"].local] == [True, True, True]
    assert [found["on"].default, found["value"].secret, set(found)] == [
        True,
        True,
        {"name", "size", "on", "value", "more"},
    ]
    with pytest.raises(ValueError, match="'size:integer' is no input"):
        fields("size:integer")
