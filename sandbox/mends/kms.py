"""Keys that several regions have: moto's copies share their aliases, and what such keys encrypt is not decrypted."""

from __future__ import annotations

import struct
from typing import Any

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
