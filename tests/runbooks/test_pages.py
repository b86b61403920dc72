"""Every runbook is whole: seven parts in order, mitigations from the most reversible on, links that lead somewhere."""

import re
from pathlib import Path

import pytest
import yaml

from tests.runbooks.pages import FOLDER, MARKS, PARTS, PLACES, ROOT, Page, index, pages

# What alerts and people look for by name; more are welcome.
NAMES = {
    *("error-budget-burning", "bad-release", "database-failover", "replica-lag", "connection-exhaustion"),
    *("failed-migration", "queue-age", "webhook-backlog", "payout-at-risk", "ledger-imbalance", "audit-pipeline-gap"),
    *("security-drift", "leaked-credential", "zone-loss", "region-loss", "lost-state", "break-glass", "sli-absent"),
    *("cluster-down", "dead-man", "telemetry-down", "reconciliation-gap", "recovery-point-old", "dispute-deadline"),
}
ALL = pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
_ITEM = re.compile(r"^\d+\. (.*)$", re.MULTILINE)


def test_every_name_has_its_page_and_the_index_lists_all_of_them() -> None:
    found = {page.name for page in pages()}
    assert found >= NAMES
    assert set(re.findall(r"^\| \[([a-z-]+)\]\(\1\.md\) \|", index().text, re.MULTILINE)) == found


@ALL
def test_it_has_the_seven_parts_in_order_and_each_says_something(page: Page) -> None:
    assert tuple(page.parts) == PARTS
    assert re.match(r"# .+\n\nAlerts: ", page.text), "it begins with its title and its alerts"
    assert {name: body for name, body in page.parts.items() if len(body.split()) < 5} == {}


@ALL
def test_mitigations_are_marked_and_come_from_the_most_reversible_on(page: Page) -> None:
    items = _ITEM.findall(page.parts["Mitigations, most reversible first"])
    marks = [re.match(r"\*\*\[(.+?)\]\*\*", item) for item in items]
    assert items
    assert all(marks), [item for item, mark in zip(items, marks, strict=True) if mark is None]
    ranks = [MARKS.index(mark[1]) for mark in marks if mark]
    assert ranks == sorted(ranks), [mark[1] for mark in marks if mark]


@ALL
def test_there_is_a_command_to_look_one_to_go_back_and_one_that_tells_it_is_over(page: Page) -> None:
    languages = {name: {block.language for block in Page(page.name, body).blocks} for name, body in page.parts.items()}
    assert languages["First look"] & {"sh", "promql"}
    assert languages["How to tell it is over"] & {"sh", "promql"}
    assert "sh" in languages["Rollback command"] or page.parts["Rollback command"].strip().startswith("There is none")


@ALL
def test_somebody_is_named_to_be_called(page: Page) -> None:
    assert re.search(r"head-of-(platform|finance|security)", page.parts["Escalation"])
    assert re.search(r"(?i)sev[123]|ticket|every use", page.parts["Escalation"])


@pytest.mark.parametrize("page", [*pages(), index()], ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page: Page) -> None:
    missing = []
    for link in page.links:
        name, _, anchor = link.partition("#")
        file = (FOLDER / name).resolve() if name else FOLDER / f"{page.name}.md"
        if not file.is_file() or (anchor and anchor not in _anchors(file)):
            missing.append(link)
    assert missing == []
    files = re.findall(r"`((?:stacks|tests|docs|components)/[\w./-]+\.\w+)`", page.prose)
    assert [one for one in files if not (ROOT / one).exists()] == []


def _anchors(file: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*pages(), index()], ids=lambda page: page.name)
def test_every_block_says_what_it_is_and_every_command_who_may_run_it(page: Page) -> None:
    assert {block.language for block in page.blocks} <= {"sh", "promql", "text"}
    said = [block.content.strip().splitlines()[0] for block in page.blocks if block.language == "sh"]
    assert [line for line in said if line not in {f"# {place}" for place in PLACES}] == []


def test_what_may_be_lost_is_what_the_settings_declare() -> None:
    settings = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
    classes = settings["billing-platform:recovery"]["classes"]
    told = Page("region-loss", (FOLDER / "region-loss.md").read_text()).parts["Meaning"]
    rows = dict(re.findall(r"^\| (\w+) \| (\d+ min \| \d+ min) \|", told, re.MULTILINE))
    assert rows == {
        name: f"{one['region_rpo_minutes']} min | {one['region_rto_minutes']} min" for name, one in classes.items()
    }
    for name in ("financial", "personal"):
        assert f"{classes[name]['rpo_minutes']} min | {classes[name]['rto_minutes']} min" in index().text
