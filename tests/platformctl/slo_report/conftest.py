"""The story in a real Prometheus, and the report on it."""

from collections.abc import Iterator

import pytest

from platformctl.slo_report.changes import marks
from platformctl.slo_report.gathering import gather
from platformctl.slo_report.model import Report
from tests.platformctl.slo_report import story
from tests.prometheus import prometheus


@pytest.fixture(scope="session")
def story_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus(tmp_path_factory.mktemp("story"), story.series()) as address:
        yield address


@pytest.fixture(scope="session")
def report(story_url: str) -> Report:
    return gather("prod", story_url, story.DECLARED, story.END, list(marks(story.records())))
