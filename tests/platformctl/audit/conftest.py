"""Signing keys, and a trail of two regions with sixteen hours that nobody touched."""

import copy
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.platformctl.audit.trail import HOME, HOURS, OTHER, Archive

_BITS = 2048


@pytest.fixture(scope="session")
def untouched() -> Archive:
    signer, stranger = (rsa.generate_private_key(65537, _BITS) for _ in range(2))
    archive = Archive(signer, stranger)
    for region in (HOME, OTHER):
        archive.deliver(range(HOURS), region)
    return archive


@pytest.fixture
def archive(untouched: Archive) -> Archive:
    """The test's own copy."""
    return replace(untouched, objects=copy.deepcopy(untouched.objects))
