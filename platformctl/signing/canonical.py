"""One form of a JSON document for everyone who signs or hashes it."""

import hashlib
import json
from typing import Any


def canonical(document: Any) -> bytes:
    """JSON in ASCII, keys sorted, without spaces; ValueError for what JSON has no form of, such as NaN."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(document: Any) -> str:
    """SHA-256 of the canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical(document)).hexdigest()
