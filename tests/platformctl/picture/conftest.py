"""The graph of staging, rendered once for all tests of pictures."""

import pytest

from platformctl.graphs import graph_of
from policies.graph import Graph


@pytest.fixture(scope="session")
def staging() -> Graph:
    return graph_of("staging")
