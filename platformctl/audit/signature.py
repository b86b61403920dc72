"""Public keys of CloudTrail, and whether one of them made a signature."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

PublicKeys = Mapping[str, RSAPublicKey]  # by fingerprint

_PEM = re.compile(rb"-----BEGIN ([A-Z ]*PUBLIC KEY)-----.+?-----END \1-----", re.DOTALL)


def read_keys(file: Path) -> PublicKeys:
    """The keys of a file: PEM, one or more, or the JSON that `aws cloudtrail list-public-keys` prints.

    Raises ValueError with the reason.
    """
    content = file.read_bytes()
    if blocks := [found[0] for found in _PEM.finditer(content)]:
        keys = [_loaded(load_pem_public_key, block) for block in blocks]
        return {fingerprint: key for key in keys for fingerprint in fingerprints(key)}
    try:
        return dict(_entry(entry) for entry in _listed(json.loads(content)))
    except (KeyError, TypeError) as error:
        raise ValueError(f"an entry has no {error}") from None


def fingerprints(key: RSAPublicKey) -> Iterable[str]:
    """How CloudTrail can name the key: by the MD5 of its DER form, which is PKCS #1 or X.509. The guide does not say
    so; the samples on its page "Custom implementations of CloudTrail log file integrity validation" are so."""
    for form in (PublicFormat.PKCS1, PublicFormat.SubjectPublicKeyInfo):
        yield hashlib.md5(key.public_bytes(Encoding.DER, form), usedforsecurity=False).hexdigest()


def decode(der: bytes) -> RSAPublicKey:
    """The key of CloudTrail's answer: PKCS #1, as documented, or X.509; ValueError for anything else."""
    return _loaded(load_der_public_key, der)


def is_signed(key: RSAPublicKey, text: bytes, signature_hex: str) -> bool:
    """Whether the signature, SHA256withRSA by PKCS #1 v1.5, is this key's on this text."""
    try:
        key.verify(bytes.fromhex(signature_hex), text, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _loaded(load: Callable[[bytes], object], data: bytes) -> RSAPublicKey:
    try:
        key = load(data)
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("a key is not an RSA key")
    return key


def _listed(content: Any) -> list[Any]:
    if isinstance(content, dict):  # the command prints PublicKeyList, the guide publicKeyList
        content = content.get("PublicKeyList", content.get("publicKeyList"))
    if not isinstance(content, list) or not content:
        raise ValueError("it holds neither PEM keys nor a list of keys as JSON")
    return content


def _entry(entry: Any) -> tuple[str, RSAPublicKey]:
    return str(entry["Fingerprint"]), decode(base64.b64decode(entry["Value"], validate=True))
