"""Plans and records in a real account: signed by a key of KMS, approved by a person, kept beside the state in S3."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.live import BUCKET, Live, live_checkout
from tests.engine.small import FOUNDATION, program
from tests.engine.test_plans import commit, git

RULES = 'policy=Space(undecided="report", protect_stateful=False, plan_required=True, signing_key="alias/plans"'


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    root = tmp_path_factory.mktemp("live-plans")
    with pytest.MonkeyPatch.context() as patch, live_checkout(root) as made:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("person")))
        settings = root / "stacks" / "foundation" / "settings.py"
        told = settings.read_text().replace('policy=Space(undecided="report", protect_stateful=True', RULES)
        assert RULES in told
        settings.write_text(told)
        (root / "requirements.lock").write_text("one==1\n")
        git(root, "init", "-q")
        program(made.checkout, 'kms.Key("data", description="d", opts=given(), **sound)\n')
        commit(made.checkout)
        yield made


def _kms(live: Live) -> Any:
    return live.checkout.aws("kms", FOUNDATION)


def test_a_plan_signed_by_kms_is_applied_and_recorded_in_the_bucket(live: Live, tmp_path: Path) -> None:
    file = tmp_path / "live.plan.json"
    assert "reviewed plans alone" in live.ctl("up", FOUNDATION, "--yes", code=1).stderr
    assert "policy.signing_key alias/plans" in live.ctl("plan", FOUNDATION, "-o", str(file), code=2).stderr
    id_ = _kms(live).create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    _kms(live).create_alias(AliasName="alias/plans", TargetKeyId=id_)
    live.ctl("plan", FOUNDATION, "-o", str(file))
    plan = json.loads(file.read_text())
    assert plan["signature"]["algorithm"] == "ECDSA_SHA_256"
    assert plan["plan"]["planned_by"]["identity"].startswith("arn:aws:")
    live.ctl("up", FOUNDATION, "--plan", str(file), "--yes")
    names = [one["Key"] for one in live.s3.list_objects_v2(Bucket=BUCKET, Prefix=".platform/changes/")["Contents"]]
    ends = ("00000001.head.json", "00000001.json")
    assert names == [f".platform/changes/billing-foundation/sandbox/{end}" for end in ends]
    assert "whole and unchanged" in live.ctl("changes", "verify", FOUNDATION).stdout


def test_offline_the_public_key_is_enough(live: Live, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

    for one in live.s3.list_objects_v2(Bucket=BUCKET, Prefix=".platform/changes/")["Contents"]:
        content = live.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()
        (tmp_path / one["Key"].rpartition("/")[2]).write_bytes(content)
    key = tmp_path / "key.pem"
    public = load_der_public_key(_kms(live).get_public_key(KeyId="alias/plans")["PublicKey"])
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    verify = ("changes", "verify", FOUNDATION, "--from", str(tmp_path))
    assert "whole and unchanged" in live.checkout.ctl(*verify, "--key", str(key)).stdout
    assert "not trusted" in live.checkout.ctl(*verify, code=1).stdout
