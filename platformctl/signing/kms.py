"""A key of AWS KMS that signs: it never leaves the service, and the trail records who used it."""

import base64
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from platformctl.errors import CommandError
from platformctl.signing.signature import Signature, Trust, fingerprint

# Of the key's own algorithms the first: by AWS KMS API reference, GetPublicKey, SigningAlgorithms.
_ALGORITHMS = ("ECDSA_SHA_256", "RSASSA_PSS_SHA_256")


@dataclass(frozen=True)
class KmsKey:
    """`client`: boto3's, of KMS. `id_`: the key's id, ARN or alias."""

    client: Any
    id_: str

    def sign(self, message: bytes) -> Signature:
        """The signature of the message; CommandError when KMS refuses."""
        known = self._known
        algorithm = next((one for one in _ALGORITHMS if one in known.get("SigningAlgorithms", ())), None)
        if algorithm is None:
            allowed = " or ".join(_ALGORITHMS)
            raise CommandError(
                f"policy.signing_key {self.id_}: it signs by none of {allowed}: make an ECC_NIST_P256 key"
            )
        answer = self._asked("sign", Message=message, MessageType="RAW", SigningAlgorithm=algorithm)
        public, value = base64.b64encode(known["PublicKey"]), base64.b64encode(answer["Signature"])
        return Signature(algorithm, self.label, public.decode(), value.decode())

    @property
    def label(self) -> str:
        """Its ARN, which an alias may not stay with."""
        return str(self._known["KeyId"])

    @property
    def trust(self) -> Trust:
        """This key alone, as KMS tells it."""
        return {fingerprint(self._known["PublicKey"]): self.id_}

    @cached_property
    def _known(self) -> dict[str, Any]:
        return self._asked("get_public_key")

    def _asked(self, operation: str, **arguments: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self.client, operation)(KeyId=self.id_, **arguments)
        except (ClientError, BotoCoreError) as error:
            raise CommandError(f"policy.signing_key {self.id_}: {error}") from None
        return answer
