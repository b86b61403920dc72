"""Every alert that the program makes leads to a page that exists and that names it."""

import re

import pytest

from tests.runbooks import environment
from tests.runbooks.pages import FOLDER, ROOT, Page

_PLACE = re.compile(r"docs/runbooks/([a-z-]+)\.md")
_CLASSES = {
    "slo",
    "canary",
    "cluster",
    "database",
    "audit",
    "security",
    "money",
    "dead-man",
}  # that are routed or inhibited


@pytest.mark.parametrize("name", ["prod", "sandbox"])
def test_every_rendered_alert_links_a_page_that_exists(name: str) -> None:
    alerts = [(where, rule) for where, rule in environment.rules(name) if "alert" in rule]
    assert alerts
    wrong = []
    for where, rule in alerts:
        told = str(rule.get("annotations", {}).get("runbook", ""))
        if not _PLACE.fullmatch(told) or not (ROOT / told).is_file():
            wrong.append(f"{where}: {rule['alert']}: {told!r}")
    assert wrong == []


def test_every_alert_says_how_urgent_it_is_whose_and_of_which_class() -> None:
    """Without its class no inhibition finds it: releases would page while the whole cluster is down."""
    wrong = []
    for where, rule in environment.rules("prod"):
        labels = rule.get("labels", {})
        told = (
            labels.get("severity") in ("page", "ticket"),
            bool(labels.get("owner")),
            labels.get("class") in _CLASSES,
        )
        if "alert" in rule and not all(told):
            wrong.append(f"{where}: {rule['alert']}: {labels}")
    assert wrong == []


def test_a_runbook_names_the_alerts_that_lead_to_it() -> None:
    unnamed = set()
    for _, rule in environment.rules("prod"):
        found = _PLACE.fullmatch(str(rule.get("annotations", {}).get("runbook", "")))
        if "alert" in rule and found and found[1]:
            page = Page(found[1], (FOLDER / f"{found[1]}.md").read_text())
            if f"`{rule['alert']}`" not in page.text and rule["alert"] != "ErrorBudgetExhausted":
                unnamed.add(f"{found[1]}: {rule['alert']}")
    assert unnamed == set()
