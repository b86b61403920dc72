"""What carries the environment's tag is told apart from what a state has, and gets the command that takes it in."""

from typing import Any

import pytest

from platformctl.recovery import ownership

ACCOUNT = "arn:aws:{}:eu-central-1:111122223333:{}"


@pytest.mark.parametrize(
    ("arn", "type_", "id_"),
    [
        (ACCOUNT.format("ec2", "vpc/vpc-1"), "aws:ec2/vpc:Vpc", "vpc-1"),
        (ACCOUNT.format("kms", "key/12-34"), "aws:kms/key:Key", "12-34"),
        (ACCOUNT.format("rds", "db:ledger"), "aws:rds/instance:Instance", "ledger"),
        (ACCOUNT.format("logs", "log-group:/aws/eks/x"), "aws:cloudwatch/logGroup:LogGroup", "/aws/eks/x"),
        (ACCOUNT.format("sns", "page"), "aws:sns/topic:Topic", ACCOUNT.format("sns", "page")),
        (ACCOUNT.format("glue", "job/x"), "", "x"),
        ("arn:aws:s3:::bucket", "aws:s3/bucket:Bucket", "bucket"),
        (
            ACCOUNT.format("secretsmanager", "secret:mail-AbCdEf"),
            "aws:secretsmanager/secret:Secret",
            ACCOUNT.format("secretsmanager", "secret:mail-AbCdEf"),
        ),
    ],
)
def test_an_arn_tells_type_and_import_id(arn: str, type_: str, id_: str) -> None:
    assert ownership._import_id(arn) == (type_, id_)


@pytest.mark.parametrize(
    ("known", "left"),
    [
        ([], ["vpc-1", "bucket", "/a/b"]),
        ([{"id": "vpc-1"}], ["bucket", "/a/b"]),
        ([{"id": "x", "outputs": {"arn": "arn:aws:s3:::bucket"}}], ["vpc-1", "/a/b"]),
        ([{"id": "/a/b"}, {"id": "bucket"}, {"id": "vpc"}], ["vpc-1"]),
    ],
)
def test_what_a_state_has_by_id_or_arn_is_not_told(
    known: list[dict[str, Any]], left: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = ["arn:aws:s3:::bucket", ACCOUNT.format("ec2", "vpc/vpc-1"), ACCOUNT.format("logs", "log-group:/a/b")]
    monkeypatch.setattr(ownership, "_tagged", lambda target: iter([(arn, "name") for arn in there]))
    found = ownership.unclaimed(None, known, ())  # type: ignore[arg-type]
    assert sorted(one.id for one in found) == sorted(left)
    assert all(one.command == f"pulumi import {one.command.split()[2]} name {one.id}" for one in found)
    assert not ownership.unclaimed(None, known, ["vpc-1", "bucket", "/a/b"])  # type: ignore[arg-type]
