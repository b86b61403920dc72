"""Which key signs in an environment, and whose signatures count there."""

from collections.abc import Mapping
from pathlib import Path

from platformctl.clients import clients
from platformctl.errors import CommandError
from platformctl.signing.kms import KmsKey
from platformctl.signing.local import local_key
from platformctl.signing.rules import rules_of
from platformctl.signing.signature import Signer, Trust, fingerprint
from platformctl.target import Target


def signer(target: Target) -> Signer:
    """The environment's key of KMS; in the sandbox this person's own. CommandError where KMS has none."""
    if target.sandbox is not None:
        return local_key()
    key = kms_key(target)
    if key is None:
        raise CommandError(
            "policy.signing_key is not set: outside of the sandbox plans and records are signed with a key of AWS KMS"
        )
    return key


def machine_trust(target: Target) -> Trust:
    """Who may have made plans and records: the same key."""
    if target.sandbox is not None:
        return local_key().trust
    key = kms_key(target)
    return key.trust if key else {}


def people_trust(target: Target) -> Trust:
    """Who may approve: the people that the settings name; in the sandbox this person, too."""
    own = local_key().trust if target.sandbox else {}
    return {**own, **named(rules_of(target).approvers)}


def kms_key(target: Target) -> KmsKey | None:
    """The key of KMS that the settings name."""
    key = rules_of(target).signing_key
    return KmsKey(clients(target)("kms"), key) if key else None


def named(people: Mapping[str, str]) -> Trust:
    """By fingerprint; CommandError for a key that is none. `people`: name to public key, base64 of its DER."""
    import base64
    import binascii

    found = {}
    for name, text in people.items():
        try:
            found[fingerprint(base64.b64decode(text, validate=True))] = name
        except binascii.Error:
            told = "`platformctl approve --show-key` prints one"
            raise CommandError(f"policy.approvers.{name} is not base64 of a public key: {told}") from None
    return found


def from_file(file: Path) -> Trust:
    """The public keys of a PEM file, for who verifies without the account; CommandError for anything else."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"--key {file}: no public key in PEM: {error}") from None
    return {fingerprint(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)): str(file)}
