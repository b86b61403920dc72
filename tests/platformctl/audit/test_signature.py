"""Public keys are read in every form in which they are handed out, and what is none is said."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from platformctl.audit.signature import fingerprints, read_keys
from tests.platformctl.audit.trail import Archive, fingerprint, key_list

# The samples of the CloudTrail user guide, "Custom implementations of CloudTrail log file integrity validation".
PKCS1 = (
    "8eba5db5bea9b640d1c96a77256fe7f2",
    (
        "MIIBCgKCAQEAn11L2YZ9h7onug2ILi1MWyHiMRsTQjfWE+pHVRLk1QjfWhirG+lpOa8NrwQ/r7Ah5bNL6HepznOU9XTDSfmmnP97mqyc7z/upfZdS/AH"
        "hYcGaz7n6Wc/RRBU6VmiPCrAUojuSk6/GjvA8iOPFsYDuBtviXarvuLPlrT9kAd4Lb+rFfR5peEgBEkhlzc5HuWO7S0y+KunqxX6jQBnXGMtxmPBPP0F"
        "ylgWGNdFtks/4YSKcgqwH0YDcawP9GGGDAeCIqPWIXDLG1jOjRRzWfCmD0iJUkz8vTsn4hq/5ZxRFE7UBAUiVcGbdnDdvVfhF9C3dQiDq3k7adQIziLT"
        "0cShgQIDAQAB"
    ),
)
X509 = (
    "31e8b5433410dfb61a9dc45cc65b22ff",
    (
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqlzPJbvZJ42UdcmLfPUqXYNfOs6I8lCfao/tOs8CmzPOEdtLWugB9xoIUz78qVHdKIqxbaG4"
        "jWHfJBiOSSFBM0lt8cdVo4TnRa7oG9io5pysS6DJhBBAeXsicufsiFJR+wrUNh8RSLxL4k6G1+BhLX20tJkZ/erT97tDGBujAelqseGg3vPZbTx9SMfO"
        "LN65PdLFudLP7Gat0Z9p5jw/rjpclKfo9Bfc3heeBxWGKwBBOKnFAaN9V57pOaosCvPKmHd9bg7jsQkI9Xp22IzGLsTFJZYVA3KiTAElDMu80iFXPHEq"
        "9hKNbt9e4URFam+1utKVEiLkR2disdCmPTK0VQIDAQAB"
    ),
)


@pytest.mark.parametrize("name", ["PublicKeyList", "publicKeyList", None])
def test_the_guides_own_list_is_read(tmp_path: Path, name: str | None) -> None:
    entries = [{"Fingerprint": fingerprint, "Value": value} for fingerprint, value in (PKCS1, X509)]
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({name: entries} if name else entries))
    keys = read_keys(file)
    assert set(keys) == {PKCS1[0], X509[0]}
    assert all(named in fingerprints(key) for named, key in keys.items())


def test_pem_files_hold_one_key_or_more(archive: Archive, tmp_path: Path) -> None:
    forms = ((archive.signer, PublicFormat.PKCS1), (archive.stranger, PublicFormat.SubjectPublicKeyInfo))
    texts = [key.public_key().public_bytes(Encoding.PEM, form) for key, form in forms]
    file = tmp_path / "keys.pem"
    file.write_bytes(b"the key of eu-central-1\n" + b"\n".join(texts))
    keys = read_keys(file)
    for key in (archive.signer, archive.stranger):
        assert keys[fingerprint(key)].public_numbers() == key.public_key().public_numbers()


def _of_other_kind() -> bytes:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b"{}", "neither PEM keys nor a list"),
        (b"[]", "neither PEM keys nor a list"),
        (b'{"PublicKeyList": [{"Value": ""}]}', "no 'Fingerprint'"),
        (b'[{"Fingerprint": "f"}]', "no 'Value'"),
        (b'[{"Fingerprint": "f", "Value": "MIIB"}]', "parsing"),
        (b'[{"Fingerprint": "f", "Value": "%"}]', "base64"),
        (b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", ""),
        (_of_other_kind(), "not an RSA key"),
    ],
)
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "keys"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=f"(?i){reason}"):
        read_keys(file)


def test_the_key_list_of_the_tests_is_the_commands_form(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(key_list(archive.signer))
    assert read_keys(file)[fingerprint(archive.signer)].public_numbers() == archive.signer.public_key().public_numbers()
