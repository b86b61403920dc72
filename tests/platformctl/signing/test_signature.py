"""Signatures hold for what was signed, by whom it was signed, for what it was signed; and for nothing else."""

import base64
import os
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from platformctl.errors import CommandError
from platformctl.signing.kms import KmsKey
from platformctl.signing.local import local_key
from platformctl.signing.signature import BadSignature, sign, verified
from tests.platformctl.records.chains import key

DOCUMENT = {"a": [1, 2, {"b": "c"}]}


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("kms", region_name="eu-central-1")


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "RSA_2048"])
def test_a_key_of_kms_signs_and_is_verified_without_kms(kms: Any, spec: str) -> None:
    made = KmsKey(kms, kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"])
    form, trust = sign(made, "p", DOCUMENT), made.trust
    assert verified("p", DOCUMENT, form, trust) == made.id_
    with pytest.raises(BadSignature, match="changed afterwards"):
        verified("p", {**DOCUMENT, "a": 1}, form, trust)
    with pytest.raises(BadSignature, match="not trusted"):
        verified("p", DOCUMENT, form, key().trust)


def test_kms_verifies_what_it_signed_too(kms: Any) -> None:
    id_ = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    form = KmsKey(kms, id_).sign(b"message")
    told = {"KeyId": id_, "Message": b"message", "MessageType": "RAW", "SigningAlgorithm": form.algorithm}
    assert kms.verify(**told, Signature=base64.b64decode(form.value))["SignatureValid"]


def test_a_key_that_does_not_sign_and_one_that_is_not_there_are_bad_settings(kms: Any) -> None:
    encrypts = kms.create_key()["KeyMetadata"]["KeyId"]
    for id_ in (encrypts, "alias/none"):
        with pytest.raises(CommandError, match=r"policy\.signing_key"):
            KmsKey(kms, id_).sign(b"message")


def test_the_local_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    first, again = local_key(folder), local_key(folder)
    assert first.public == again.public
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    with pytest.raises(CommandError, match="chmod 600"):
        local_key(folder)


@pytest.mark.parametrize("content", [b"", b"nonsense", os.urandom(64)])
def test_a_file_that_is_no_key_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "signing-key.pem"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(CommandError, match="no private key"):
        local_key(tmp_path)


def test_a_signature_for_one_purpose_is_none_for_another() -> None:
    form = sign(key(), "plan", DOCUMENT)
    assert verified("plan", DOCUMENT, form, key().trust)
    with pytest.raises(BadSignature):
        verified("approval", DOCUMENT, form, key().trust)


@given(st.sampled_from(["algorithm", "public", "value"]), st.data())
def test_any_change_of_a_signature_is_found(part: str, data: st.DataObject) -> None:
    form = sign(key(), "p", DOCUMENT)
    text = list(form[part])
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] = data.draw(st.characters(codec="ascii").filter(lambda c: c != text[place]))
    with pytest.raises(BadSignature):
        verified("p", DOCUMENT, {**form, part: "".join(text)}, key().trust)


@pytest.mark.parametrize("form", [None, {}, [], {"algorithm": 1, "key": "", "public": "", "value": ""}, "text"])
def test_what_is_no_signature_is_told(form: Any) -> None:
    with pytest.raises(BadSignature):
        verified("p", DOCUMENT, form, key().trust)
