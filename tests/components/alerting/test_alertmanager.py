"""What a real Alertmanager does with our configuration: times are a hundredth, receivers are an inbox."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from components.alerting.told import Hours
from tests.components.alerting.alertmanager import Alertmanager, Inbox, alertmanager, inbox, wait
from tests.components.alerting.cases import alert, to_inbox

_SCALE = 0.01


@pytest.fixture(scope="module")
def told_by(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Alertmanager, Inbox]]:
    with (
        inbox() as box,
        alertmanager(tmp_path_factory.mktemp("alertmanager"), to_inbox(box.port, _SCALE)) as running,
    ):
        yield running, box


def _names(documents: list[Any], status: str = "firing") -> set[str]:
    return {one["labels"]["alertname"] for each in documents for one in each["alerts"] if one["status"] == status}


def _now() -> str:
    return datetime.now(UTC).isoformat()


def test_two_owners_are_each_told_of_their_own_and_a_service_comes_in_one_page(
    told_by: tuple[Alertmanager, Inbox],
) -> None:
    running, box = told_by
    mine = [alert("ErrorBudgetBurn", "payments", "api", slo=f"api-{n}", window="1h") for n in range(5)]
    running.fire(*mine, alert("SliAbsent", "integrations", "webhooks", slo="w"))
    box.wait(lambda: bool(box.at("/payments-page")) and bool(box.at("/integrations-page")), "both were told")
    first = next(one for one in box.at("/payments-page") if one["groupLabels"]["service"] == "api")
    assert first["groupLabels"] == {"owner": "payments", "service": "api"}
    assert len(first["alerts"]) == 5
    assert first["alerts"][0]["annotations"]["runbook"] == "docs/runbooks/bad-release.md"
    assert _names(box.at("/integrations-page")) == {"SliAbsent"}
    assert not box.at("/payments-ticket")

    running.fire(*mine, ends=_now())
    box.wait(lambda: "ErrorBudgetBurn" in _names(box.at("/payments-page"), "resolved"), "the end was told")


def test_a_cluster_that_is_down_silences_its_services_and_neither_money_nor_invariants(
    told_by: tuple[Alertmanager, Inbox],
) -> None:
    running, box = told_by
    down = alert("ClusterDown", "platform-engineering", "cluster", **{"class": "cluster"})
    running.fire(down)
    wait(lambda: "ClusterDown" in _names(box.at("/platform-engineering-page")), lambda: str(box.came))
    running.fire(
        down,
        alert("ErrorBudgetBurn", "payments", "ledger", slo="quiet", window="1h"),
        alert("CanaryHolds", "payments", "ledger", **{"class": "canary"}),
        alert("InvariantBroken", "payments", "ledger", slo="balanced"),
        alert("PayoutAtRisk", "payments", "ledger", **{"class": "money"}),
        alert("ErrorBudgetBurn", "payments", "other", slo="elsewhere", window="1h", environment="staging"),
    )
    expected = {"InvariantBroken", "PayoutAtRisk"}
    box.wait(lambda: expected <= _names(box.at("/payments-page")), "money was told")
    box.wait(lambda: any(one["groupLabels"].get("service") == "other" for one in box.at("/payments-page")), "elsewhere")
    wait(lambda: running.inhibited() >= {"ErrorBudgetBurn", "CanaryHolds"}, lambda: str(running.inhibited()))
    assert not running.inhibited() & (expected | {"ClusterDown"})
    told = [one for each in box.at("/payments-page") for one in each["alerts"] if one["labels"]["service"] == "ledger"]
    assert {one["labels"]["alertname"] for one in told} == expected
    running.fire(down, ends=_now())
    running.fire(alert("ErrorBudgetBurn", "payments", "ledger", slo="quiet", window="1h"))
    box.wait(lambda: "quiet" in str(box.at("/payments-page")), "the service was told once the cluster was back")


def test_a_page_keeps_the_ticket_of_the_same_objective_quiet_and_no_other(
    told_by: tuple[Alertmanager, Inbox],
) -> None:
    running, box = told_by
    page = alert("ErrorBudgetBurn", "integrations", "mail", slo="sent", window="1h")
    tickets = [
        alert("ErrorBudgetBurn", "integrations", "mail", "ticket", slo="sent", window="3d"),
        alert("ErrorBudgetBurn", "integrations", "mail", "ticket", slo="other", window="3d"),
        alert("InvariantBroken", "integrations", "mail", "ticket", slo="sent"),
    ]
    running.fire(page, *tickets)
    box.wait(lambda: bool(box.at("/integrations-ticket")), "the other objective's ticket was told")
    box.wait(lambda: "InvariantBroken" in _names(box.at("/integrations-page")), "the invariant was told")
    told = [one for each in box.at("/integrations-ticket") for one in each["alerts"]]
    assert {one["labels"]["slo"] for one in told if one["labels"]["service"] == "mail"} == {"other"}


def test_the_dead_mans_switch_is_told_again_and_again(told_by: tuple[Alertmanager, Inbox]) -> None:
    running, box = told_by
    running.fire(alert("Watchdog", "platform-engineering", "alerting", **{"class": "dead-man"}))
    box.wait(lambda: len(box.at("/heartbeat")) >= 4, "four heartbeats")
    times = [when for path, _, when in box.came if path == "/heartbeat"][:4]
    assert times[3] - times[0] >= 3 * 60 * _SCALE / 2  # no faster than the interval in which groups are looked at
    assert "Watchdog" not in _names(box.at("/platform-engineering-page"))


def test_what_nobody_owns_wakes_the_fallback(told_by: tuple[Alertmanager, Inbox]) -> None:
    running, box = told_by
    running.fire(alert("Orphan", "nobody", "x", "ticket"))
    box.wait(lambda: "Orphan" in _names(box.at("/platform-engineering-page")), "the fallback was told")
    assert not [path for path in ("/payments-page", "/payments-ticket") if "Orphan" in _names(box.at(path))]


def test_out_of_hours_a_page_comes_and_a_ticket_waits(tmp_path: Path) -> None:
    early = datetime.now(UTC).hour < 12
    hours = Hours(start="22:00" if early else "01:00", end="23:00" if early else "02:00", zone="UTC")
    with inbox() as box:
        configuration = to_inbox(box.port, _SCALE / 10, at_any_hour=False, hours=hours)
        with alertmanager(tmp_path, configuration) as running:
            running.fire(alert("A", "payments", "api", "ticket"))
            running.fire(alert("B", "payments", "later"))
            box.wait(lambda: "B" in _names(box.at("/payments-page")), "the page came")
            log = tmp_path / "log"
            wait(lambda: "not within active time" in log.read_text(), lambda: log.read_text()[-2000:])
            assert not box.at("/payments-ticket")


def test_topics_get_a_short_subject_the_runbook_and_the_owner_to_filter_by(tmp_path: Path) -> None:
    with inbox() as box, alertmanager(tmp_path, to_inbox(box.port, _SCALE, sns=True)) as running:
        labels = [alert("ErrorBudgetBurn", "payments", "api", slo=f"api-writes-{n}", window="1h") for n in range(9)]
        running.fire(*labels)
        box.wait(lambda: bool(box.came), "SNS was asked to publish")
        (sent, *_) = [document for _, document, _ in box.came]
    assert sent["Action"] == "Publish"
    assert sent["TopicArn"].endswith(":prod-page")
    assert sent["Subject"] == "[firing] page api: 9 firing"
    assert "Runbook: docs/runbooks/bad-release.md" in sent["Message"]
    assert "ErrorBudgetBurn of api in prod (SLO api-writes-3)" in sent["Message"]
    attributes = {value for key, value in sent.items() if key.startswith("MessageAttributes.entry")}
    assert {"owner", "payments", "severity", "page"} <= attributes
