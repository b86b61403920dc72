"""The resource types that an account is read by: the sandbox's tables, and what they have no reader for."""

import functools
from collections.abc import Mapping

from platformctl.live.types import cluster, data, detection, edges, identity
from policies import tokens
from sandbox.model import ResourceType
from sandbox.registry import by_token

_OWN = (*cluster.TYPES, *data.TYPES, *detection.TYPES, *edges.TYPES, *identity.TYPES)


@functools.cache
def readers() -> Mapping[str, ResourceType]:
    """By canonical token; those here stand for the sandbox's that are recorded, or that moto's gaps have shaped."""
    served = {tokens.canonical(token): kind for token, kind in by_token().items() if not kind.recorded}
    return {**served, **{kind.token: kind for kind in _OWN}}
