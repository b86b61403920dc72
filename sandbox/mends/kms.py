"""Keys that several regions have, whose copies share aliases in moto and whose ciphertext it does not decrypt; and
signatures of digests, which it takes for messages and hashes once more.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

_digested: ContextVar[bool] = ContextVar("_digested", default=False)  # of the request that is being served
_HEADER = ">41p12s16s"  # the id has 36 characters or, with `mrk-`, 40; moto makes room for 36


def mend() -> None:
    from moto.kms import models, utils

    replicate = models.KmsBackend.replicate_key

    def apart(self: Any, key_id: str, replica_region: str) -> Any:
        replica = replicate(self, key_id, replica_region)
        replica.aliases = {}
        return replica

    models.KmsBackend.replicate_key = apart  # type: ignore[method-assign]
    utils.CIPHERTEXT_HEADER_FORMAT, utils.HEADER_LEN = _HEADER, struct.calcsize(_HEADER)
    _mend_digests()


def _mend_digests() -> None:
    """AWS KMS API reference, Sign and Verify: with MessageType DIGEST the message is hashed already."""
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
    from moto.kms import responses, utils

    elliptic: Any = utils.ECDSAPrivateKey
    rsa: Any = utils.RSAPrivateKey
    hash_of, padded = elliptic._ECDSAPrivateKey__hash_algorithm, rsa._RSAPrivateKey__padding_and_hash_algorithm

    def hashed(chosen: Any) -> Any:
        return Prehashed(chosen) if _digested.get() else chosen

    def padding_and_hash(key: Any, algorithm: str) -> Any:
        padding, chosen = padded(key, algorithm)
        return padding, hashed(chosen)

    elliptic._ECDSAPrivateKey__hash_algorithm = lambda key, algorithm: hashed(hash_of(key, algorithm))
    rsa._RSAPrivateKey__padding_and_hash_algorithm = padding_and_hash
    served: Any = responses.KmsResponse
    served.sign, served.verify = _told_of_digests(served.sign), _told_of_digests(served.verify)


def _told_of_digests(serve: Callable[[Any], str]) -> Callable[[Any], str]:
    def told(response: Any) -> str:
        token = _digested.set(response._get_param("MessageType") == "DIGEST")
        try:
            return serve(response)
        finally:
            _digested.reset(token)

    return told
