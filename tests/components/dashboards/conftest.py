"""The dashboards of every environment, as they are and as Grafana gets them."""

from typing import Any

import pytest

from components.dashboards.catalogue import dashboards
from components.dashboards.model import Dashboard
from stacks.dashboards import watched
from stacks.settings import load_file
from tests.stacks.programs import ENVIRONMENTS, ROOT


@pytest.fixture(scope="session")
def shown() -> dict[str, tuple[Dashboard, ...]]:
    """By environment."""
    return {name: dashboards(watched(load_file(ROOT / f"Pulumi.{name}.yaml"))) for name in ENVIRONMENTS}


@pytest.fixture(scope="session")
def documents(shown: dict[str, tuple[Dashboard, ...]]) -> dict[str, dict[str, Any]]:
    """By environment and uid."""
    import json

    from components.dashboards.document import document

    return {f"{name}/{one.uid}": json.loads(document(one)) for name, group in shown.items() for one in group}
