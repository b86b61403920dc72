"""The command: what it writes, and what it says of bad input."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from platformctl.budgets.declared import Declared
from platformctl.errors import CommandError
from platformctl.main import app
from tests.platformctl.slo_report import story

AT = "2026-11-25T12:00Z"


@dataclass
class Level:
    """As stacks/slo.py declares one."""

    told: Declared

    def as_dict(self) -> dict[str, Any]:
        fields = asdict(self.told)
        return {"id": fields.pop("slo"), **fields}


@pytest.fixture
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service levels of the story."""
    levels = [Level(one) for one in story.DECLARED]
    monkeypatch.setattr("platformctl.promises.program", lambda _: {"SERVICE_LEVELS": levels})
    for name in ("SERVER_URL", "REPOSITORY", "SHA"):
        monkeypatch.delenv(f"GITHUB_{name}", raising=False)


def _run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["slo", "report", "prod", *map(str, arguments)], catch_exceptions=True)


@pytest.mark.usefixtures("_declared")
def test_writes_the_page_and_prints_the_figures(story_url: str, tmp_path: Path) -> None:
    file = tmp_path / "prod.html"
    done = _run("--prometheus", story_url, "-o", file, "--at", AT, "--json")
    assert done.exit_code == 0, done.output
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "Not every promise was kept" in page
    assert "<code>docs/runbooks/webhook-backlog.md</code>" in page  # nobody said where docs/ is shown
    document = json.loads(done.stdout)
    assert document["levels"][0]["slo"] == "webhook-delivery"
    assert document["source"] == story_url
    assert len(page.encode()) < 500_000
    print(f"page: {len(page.encode()):,} bytes")


@pytest.mark.usefixtures("_declared")
def test_a_pipeline_links_its_own_commit(story_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SERVER_URL": "https://git.example", "REPOSITORY": "o/r", "SHA": "abc"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    done = _run("--prometheus", story_url, "-o", tmp_path / "a.html", "--at", AT)
    assert done.exit_code == 0
    made = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert 'href="https://git.example/o/r/blob/abc/docs/runbooks/webhook-backlog.md"' in made


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--prometheus", "http://p"), "name a file for the page (-o FILE.html), or add --json"),
        (("--prometheus", "http://p", "-o", "x.pdf"), "--output x.pdf: a page's name ends in .html"),
        (("--prometheus", "http://p", "-o", "/no/such/x.html"), "there is no folder /no/such"),
        (("--prometheus", "http://p", "--json", "--at", "yesterday"), "--at must be a time such as 2026-12-01T00:00Z"),
        (("--prometheus", "http://p", "--json", "--at", "2026-12-01"), "--at must say its time zone"),
        (("--prometheus", "http://p", "--json", "--links", "javascript:x"), "--links must begin with https://"),
        (("--prometheus", "http://p", "--json", "--changes", "/no/such"), "--changes /no/such: no such folder"),
        (("--prometheus", "ftp://p", "--json"), "'ftp://p' is not the address of a Prometheus"),
    ],
)
@pytest.mark.usefixtures("_declared")
def test_bad_input_is_told_with_what_to_do(arguments: tuple[str, ...], message: str) -> None:
    done = _run(*arguments)
    assert isinstance(done.exception, CommandError)
    assert done.exception.code == 2
    assert message in str(done.exception)


@pytest.mark.usefixtures("_declared")
def test_without_an_answer_there_is_no_page(tmp_path: Path) -> None:
    done = _run("--prometheus", "http://127.0.0.1:9", "-o", tmp_path / "a.html")
    assert isinstance(done.exception, CommandError)
    assert list(tmp_path.iterdir()) == []


def test_the_service_levels_of_this_checkout_can_be_reported_on(story_url: str, tmp_path: Path) -> None:
    """The real ones, of which the story knows some: nothing is rendered for it, and what is silent is said."""
    done = _run("--prometheus", story_url, "-o", tmp_path / "a.html", "--at", AT, "--json")
    assert done.exit_code == 0, done.output
    levels = {one["slo"]: one for one in json.loads(done.stdout)["levels"]}
    assert levels["api-write-availability"]["declared"]
    assert levels["api-write-availability"]["status"] == "kept"
    assert levels["audit-sequence"]["status"] == "unmeasured"
    assert len(levels) > 15
