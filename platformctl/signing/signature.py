"""A signature as it stands in a document, and whether it holds."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from platformctl.signing.canonical import canonical, digest

Trust = Mapping[str, str]  # fingerprint of a public key -> whose it is


class BadSignature(Exception):  # noqa: N818  a verdict on a document, not an error
    """The signature does not hold; the message says why."""


@dataclass(frozen=True)
class Signature:
    """`key`: what the signer calls it. `public`: DER of X.509, and `value`, both in base64."""

    algorithm: str
    key: str
    public: str
    value: str

    def as_dict(self) -> dict[str, str]:
        """The JSON form: the fields by name."""
        return asdict(self)

    @classmethod
    def read(cls, form: Any) -> "Signature":
        """Back from the JSON form; BadSignature for anything else."""
        if not isinstance(form, dict) or sorted(form) != ["algorithm", "key", "public", "value"]:
            raise BadSignature("it is not signed")
        if not all(isinstance(part, str) for part in form.values()):
            raise BadSignature("its signature is not one")
        return cls(**form)

    @property
    def fingerprint(self) -> str:
        """Of the public key."""
        return fingerprint(_decoded(self.public))


class Signer(Protocol):
    """A key that signs. `label`: what it is called; it is signed along."""

    @property
    def label(self) -> str: ...

    def sign(self, message: bytes) -> Signature:
        """The signature of the message."""


def fingerprint(public: bytes) -> str:
    """SHA-256 of a public key in DER of X.509, in hexadecimal digits."""
    return hashlib.sha256(public).hexdigest()


def sign(signer: Signer, purpose: str, document: Any) -> dict[str, str]:
    """The JSON form of the signature; one for another `purpose` is none for this."""
    return signer.sign(_message(purpose, signer.label, document)).as_dict()


def verified(purpose: str, document: Any, form: Any, trust: Trust) -> str:
    """Whose signature it is; BadSignature when it is none, nobody's, or another document's."""
    signature = Signature.read(form)
    whose = trust.get(signature.fingerprint)
    if whose is None:
        raise BadSignature(f"it is signed with a key that is not trusted here: {signature.key}")
    if not _holds(signature, _message(purpose, signature.key, document)):
        raise BadSignature("it is not what was signed: it was changed afterwards, or its signature was")
    return whose


def _message(purpose: str, label: str, document: Any) -> bytes:
    """What is signed: short, whatever the document's size, because KMS takes 4,096 bytes (API reference, Sign)."""
    return canonical([purpose, label, digest(document)])


def _decoded(text: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("its signature is not one") from None
    if base64.b64encode(decoded).decode() != text:
        raise BadSignature("its signature is not one")  # bits that mean nothing: somebody changed them
    return decoded


def _holds(signature: Signature, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    check = _CHECKS.get(signature.algorithm)
    if check is None:
        raise BadSignature(f"its algorithm is {signature.algorithm!r}; known are {', '.join(_CHECKS)}")
    try:
        check(load_der_public_key(_decoded(signature.public)), _decoded(signature.value), message)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, AttributeError):
        return False
    return True


def _ed25519(key: Any, value: bytes, message: bytes) -> None:
    key.verify(value, message)


def _ecdsa(key: Any, value: bytes, message: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    key.verify(value, message, ECDSA(SHA256()))


def _pss(key: Any, value: bytes, message: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
    from cryptography.hazmat.primitives.hashes import SHA256

    key.verify(value, message, PSS(MGF1(SHA256()), PSS.AUTO), SHA256())


# The names of AWS KMS (API reference, Sign, SigningAlgorithm), besides the local one.
_CHECKS: Mapping[str, Callable[[Any, bytes, bytes], None]] = {
    "ED25519": _ed25519,
    "ECDSA_SHA_256": _ecdsa,
    "RSASSA_PSS_SHA_256": _pss,
}
