"""Takes everything out of the cloud at once: what makes a sandbox serve one test after another."""

from __future__ import annotations

from sandbox.connections import UNVERIFIED
from sandbox.kubernetes.recorded import RECORDS as KUBERNETES
from sandbox.recorded import RECORDS


def empty() -> None:
    """As after the start, but for what was loaded meanwhile, and for the credentials that were given out."""
    from moto.backends import get_backend
    from moto.core.base_backend import BackendDict

    identities = get_backend("iam")
    given = {account: dict(parts["aws"].access_keys) for account, parts in list(identities.items())}
    BackendDict.reset()
    for account, keys in given.items():
        identities[account]["aws"].access_keys.update(keys)
    for kept in (RECORDS, KUBERNETES, UNVERIFIED):
        kept.clear()
