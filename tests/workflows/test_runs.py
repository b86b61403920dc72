"""Every workflow, step by step, for a faked event: in a clone, with GitHub's API and a cloud of this machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.github_server import REPOSITORY, GitHub, serving
from tests.workflows.runner import Job
from tests.workflows.world import ACCOUNTS, World, cloudy_world, make_world

OWN = {"full_name": REPOSITORY, "owner": {"login": "kestrel-billing"}}
FORK = {"full_name": "someone/platform", "owner": {"login": "someone"}}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serving(GitHub()) as github, cloudy_world(tmp_path_factory.mktemp("world"), github) as made:
        yield made


def test_drift(world: World) -> None:
    job = world.job("drift", "drift", "schedule", matrix={"environment": "staging"})
    print(job.done)
    raise AssertionError
