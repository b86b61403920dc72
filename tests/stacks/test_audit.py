"""The audit layer under the settings of every environment: one archive that all evidence reaches."""

import json
from typing import Any

import pulumi
import pytest

from components.evidence.streams import STREAMS, prefix
from stacks.audit import attach_stream, deploy_audit
from stacks.keys import deploy_keys
from stacks.notifications import deploy_notifications
from stacks.provider import deploy_provider
from tests.components.conftest import Built, build
from tests.stacks.programs import ENVIRONMENTS
from tests.stacks.programs import run as _run
from tests.stacks.test_program import _settings


def _name(settings: Any, environment: str, purpose: str) -> str:
    return f"{settings.account.organisation}-{environment}-{purpose}-{settings.account.id}"


@pytest.mark.parametrize(
    ("environment", "mode", "days"),
    [("prod", "COMPLIANCE", 400), ("staging", "GOVERNANCE", 1), ("sandbox", "GOVERNANCE", 1)],
)
def test_evidence_is_locked_for_good_in_production_and_for_a_day_elsewhere(
    environment: str, mode: str, days: int
) -> None:
    built = _run(environment)
    for archive in ("archive", "archive-recovery"):
        lock = built.one("BucketObjectLockConfiguration", archive).inputs["rule"]["defaultRetention"]
        assert lock == {"mode": mode, "days": days}
    assert {made.name for made in built.all("BucketObjectLockConfiguration")} == {"archive", "archive-recovery"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_archive_is_encrypted_with_the_audit_keys_and_its_accesses_logged(environment: str) -> None:
    built, settings = _run(environment), _settings(environment)
    keys = {"archive": "key-audit", "archive-recovery": "key-audit-recovery"}
    for archive, key in keys.items():
        (rule,) = built.one("BucketServerSideEncryptionConfiguration", archive).inputs["rules"]
        assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == f"arn:{key}"
    assert built.one("Bucket", "archive-recovery").inputs["region"] == settings.account.recovery_region
    logging = built.one("BucketLogging", "archive").inputs
    assert logging["targetBucket"] == built.outputs["access_log_bucket"]["name"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_services_that_write_evidence_may_use_the_keys_they_write_with(environment: str) -> None:
    built = _run(environment)
    services = {name: _services(built, name) for name in ("key-audit", "key-internal")}
    expected = {"delivery.logs.amazonaws.com", "cloudtrail.amazonaws.com", "logs.eu-central-1.amazonaws.com"}
    assert services["key-audit"] >= expected
    assert "config.amazonaws.com" in services["key-internal"]
    looks = [s for s in _policy(built, "key-audit") if "cloudtrail.amazonaws.com" in str(s["Principal"])]
    assert {next(iter(s["Condition"]["ArnLike"])) for s in looks} == {
        "kms:EncryptionContext:aws:cloudtrail:arn",
        "aws:SourceArn",
    }


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_nobody_may_take_evidence_away_but_where_all_may_be_thrown_away(environment: str) -> None:
    built, protected = _run(environment), _settings(environment).policy.protect_stateful
    for archive in ("archive", "archive-recovery"):
        sids = {one["Sid"] for one in json.loads(built.one("BucketPolicy", archive).inputs["policy"])["Statement"]}
        assert ("DenyTakingAway" in sids) is protected
        assert built.one("Bucket", archive).inputs["forceDestroy"] is not protected


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_role_that_copies_is_the_one_that_the_keys_name(environment: str) -> None:
    built = _run(environment)
    role = built.one("Role", "archive-replication").inputs
    arn = f"arn:aws:iam::{_settings(environment).account.id}:role/platform/{role['name']}"
    for key in ("key-audit", "key-audit-recovery"):
        (named,) = [one for one in _policy(built, key) if one["Sid"] == "LaterUsersUse"]
        assert named["Condition"]["ArnEquals"] == {"aws:PrincipalArn": [arn]}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_accesses_to_evidence_state_and_money_are_recorded(environment: str) -> None:
    built, settings = _run(environment), _settings(environment)
    (trail,) = [made for made in built.resources if made.type == "aws:cloudtrail/trail:Trail"]
    (objects,) = [one for one in trail.inputs["advancedEventSelectors"] if one["name"] == "objects"]
    (arns,) = [one["startsWiths"] for one in objects["fieldSelectors"] if one["field"] == "resources.ARN"]
    made = {bucket.inputs["bucket"] for bucket in built.all("Bucket")}
    state, money = (
        _name(settings, environment, "state"),
        _name(settings, environment, "money").removesuffix(settings.account.id),
    )
    assert {*arns} == {*(f"arn:aws:s3:::{bucket}/" for bucket in (*made, state)), f"arn:aws:s3:::{money}"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_stream_has_a_place_that_the_outputs_tell(environment: str) -> None:
    built, settings = _run(environment), _settings(environment)
    archive = _name(settings, environment, "archive")
    assert built.outputs["log_locations"] == {
        name: f"s3://{archive}/{prefix(name, settings.account.id)}" for name in STREAMS
    }


def _attach(stream: str) -> Built:
    settings = _settings("staging")

    def program() -> None:
        aws = deploy_provider("staging", settings.account, settings.tags)
        keys = deploy_keys(settings, aws)
        audit = deploy_audit(settings, aws, keys, deploy_notifications(settings, aws, keys))
        group = pulumi.Output.from_input("/aws/rds/ledger")
        attach_stream(settings, aws, audit, stream=stream, log_group_name=group)

    return build(program, "staging")


def test_a_later_layer_attaches_a_log_group_in_one_line() -> None:
    built = _attach("postgres-ledger")
    delivery = built.one("FirehoseDeliveryStream", "stream-postgres-ledger").inputs
    archive = _name(_settings("staging"), "staging", "archive")
    assert delivery["extendedS3Configuration"]["bucketArn"] == f"arn:aws:s3:::{archive}"
    assert delivery["extendedS3Configuration"]["prefix"].startswith("postgres/postgres-ledger/")
    writers = {
        arn
        for one in json.loads(built.one("BucketPolicy", "archive").inputs["policy"])["Statement"]
        if one["Sid"] == "DenyForging"
        for arn in one["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    }
    role = delivery["extendedS3Configuration"]["roleArn"]
    assert any(arn.endswith("*") and role.startswith(arn[:-1]) for arn in writers)


def test_a_stream_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"stream must begin with one of trail, flow, .*got 'oracle-ledger'"):
        _attach("oracle-ledger")


def _policy(built: Built, key: str) -> list[Any]:
    statements: list[Any] = json.loads(built.one("Key", key).inputs["policy"])["Statement"]
    return statements


def _services(built: Built, key: str) -> set[str]:
    return {one["Principal"]["Service"] for one in _policy(built, key) if "Service" in one["Principal"]}
