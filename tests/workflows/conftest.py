"""A GitHub of its own for every test."""

from collections.abc import Iterator

import pytest

from tests.workflows.github_server import GitHub, serving


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub()) as running:
        yield running
