"""The configuration in the eyes of amtool, and where it sends what."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.alerting.configuration import configuration
from components.alerting.told import Hours, Owner, check_owners
from tests.components.alerting.cases import told


def _amtool(*arguments: str) -> str:
    amtool = shutil.which("amtool")
    assert amtool, "make prometheus"
    done = subprocess.run([amtool, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("alerting") / "alertmanager.yml"
    written.write_text(yaml.safe_dump(configuration(told()), sort_keys=False))
    return written


def test_amtool_takes_it(file: Path) -> None:
    said = _amtool("check-config", str(file))
    assert "SUCCESS" in said
    assert "4 inhibit rules" in said
    assert "7 receivers" in said


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("owner=payments severity=page service=api", "payments-page"),
        ("owner=payments severity=ticket service=api", "payments-ticket"),
        ("owner=integrations severity=page", "integrations-page"),
        ("owner=integrations severity=ticket", "integrations-ticket"),
        ("owner=payments service=api", "payments-page"),
        ("owner=payments severity=critical", "payments-page"),
        ("owner=payments severity=ticket alertname=InvariantBroken", "payments-page"),
        ("owner=nobody severity=ticket", "platform-engineering-page"),
        ("severity=page", "platform-engineering-page"),
        ("alertname=Watchdog owner=payments severity=page", "heartbeat"),
        ("owner=payment severity=page", "platform-engineering-page"),
    ],
)
def test_an_alert_goes_to_its_owner_by_its_severity(file: Path, labels: str, receiver: str) -> None:
    assert _amtool("config", "routes", "test", f"--config.file={file}", *labels.split()) == receiver


def test_topics_are_written_to_with_the_role_of_the_pod_and_nothing_secret_stands_there() -> None:
    made = configuration(told())
    topics = {one["name"]: one["sns_configs"][0] for one in made["receivers"] if "sns_configs" in one}
    assert len(topics) == 6
    assert all(one["sigv4"] == {"region": "eu-central-1"} for one in topics.values())
    assert topics["payments-ticket"]["topic_arn"].endswith(":prod-ticket")
    assert topics["payments-page"]["attributes"] == {"owner": "payments", "severity": "page", "environment": "prod"}
    for word in ("key", "password", "token", "credentials", "authorization"):
        assert f"{word}:" not in yaml.safe_dump(made)


def test_only_tickets_wait_for_the_day() -> None:
    made = configuration(told(hours=Hours(start="09:00", end="17:30", zone="Europe/Vienna")))
    assert made["time_intervals"][0]["time_intervals"][0] == {
        "weekdays": ["monday:friday"],
        "times": [{"start_time": "09:00", "end_time": "17:30"}],
        "location": "Europe/Vienna",
    }

    def waiting(route: dict[str, Any]) -> list[str]:
        own = [route["receiver"]] if "active_time_intervals" in route else []
        return own + [name for inner in route.get("routes", []) for name in waiting(inner)]

    assert waiting(made["route"]) == ["integrations-ticket", "payments-ticket", "platform-engineering-ticket"]


def test_an_invariant_is_the_target_of_no_inhibition() -> None:
    for rule in configuration(told())["inhibit_rules"]:
        assert 'alertname!~"ClusterDown|InvariantBroken|Watchdog"' in rule["target_matchers"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"owners": {"Pay ments": Owner(webhooks={})}}, "owners must be a-z, 0-9 and -, got 'Pay ments'"),
        ({"fallback": "nobody"}, "no alerts are told to nobody: known owners are integrations, payments, platform-eng"),
        ({"heartbeat_s": 600}, "heartbeat_s must be 10 to 300, got 600"),
        ({"heartbeat_url": "http://x.example"}, "an address must be https://host/path .*, got 'http://x.example'"),
        ({"heartbeat_url": "https://u:p@x.example/a"}, "an address must be https://host/path without user"),
        ({"heartbeat_url": "https://x.example/a?token=1"}, "an address must be https://host/path without user"),
        (
            {"owners": {"platform-engineering": Owner(webhooks={"ticket": "ftp://x.example"})}},
            "an address must be https",
        ),
        ({"topics": {"page": "arn"}}, "topics must have an ARN for ticket"),
    ],
)
def test_what_would_tell_nobody_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        told(**changed)


def test_an_owner_without_a_route_is_refused_by_name() -> None:
    check_owners(["payments"], ["payments"])
    with pytest.raises(ValueError, match="no alerts are told to ledger, risk: known owners are payments; add them to"):
        check_owners(["risk", "payments", "ledger"], ["payments"])
