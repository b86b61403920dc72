"""Commands that change an environment: refused in a freeze, let through by a named approver, who is told with all
others; refused by a person's lock, which a rollback passes.
"""

import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from platformctl.errors import CommandError, Exit
from platformctl.locks import book_of, held, protocol
from platformctl.locks.backend import store_of
from platformctl.locks.book import book as lock_book
from platformctl.locks.protocol import Asking, Locked
from platformctl.target import Target
from tests.platformctl.locks.conftest import ACCOUNT, REGION

HOUR = timedelta(hours=1)
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Window:
    since: datetime
    until: datetime
    reason: str = "month end"

    def windows(self, after: datetime, before: datetime) -> list[tuple[datetime, datetime]]:
        return [(self.since, self.until)] if self.until > after and self.since < before else []


@dataclass
class Place:
    """A target whose settings a test changes."""

    target: Target
    freezes: dict[str, Window]

    def freeze(self, since: datetime, until: datetime, name: str = "month-end") -> None:
        self.freezes[name] = Window(since, until)

    def now(self) -> datetime:
        return book_of(self.target).read()[1]


@pytest.fixture
def place(tmp_path: Path, cloud: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Place:
    freezes: dict[str, Window] = {}
    changes = SimpleNamespace(freezes=freezes, approvers=("grace", "ada"), longest_lock_hours=24)
    settings = SimpleNamespace(changes=changes, account=SimpleNamespace(id=ACCOUNT, region=REGION))
    project: Any = SimpleNamespace(name="p", settings=lambda _: settings, target=lambda environment: environment)
    variables = {**cloud, "PULUMI_BACKEND_URL": f"file://{tmp_path}"}
    monkeypatch.setattr("platformctl.locks.entry.owner", lambda _: "ada@desk")
    return Place(Target(project, "prod", variables, None), freezes)


def test_nothing_is_changed_in_a_freeze_and_the_lock_is_free_again(place: Place) -> None:
    now = place.now()
    place.freeze(now - HOUR, now + HOUR)
    place.freeze(now + HOUR, now + 2 * HOUR, "payout-run")
    with pytest.raises(CommandError) as raised, held(place.target, "up"):
        raise AssertionError("went through")
    assert raised.value.code == Exit.FINDINGS
    assert f"prod is frozen until {protocol.shown(now + 2 * HOUR)}: month-end (month end)" in str(raised.value)
    assert "Approvers: grace, ada" in str(raised.value)
    assert book_of(place.target).read()[0].running is None


def test_the_sandbox_is_told_of_a_freeze_and_goes_on(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.freeze(place.now() - HOUR, place.now() + HOUR)
    sandbox: Any = SimpleNamespace()
    with held(replace(place.target, sandbox=sandbox), "up") as lease:
        assert lease.override is None
    assert "prod is frozen (month-end)" in capsys.readouterr().err


def test_a_freeze_that_is_over_or_to_come_keeps_nobody_out(place: Place) -> None:
    now = place.now()
    place.freeze(now - 2 * HOUR, now - HOUR)
    place.freeze(now + HOUR, now + 2 * HOUR, "payout-run")
    with held(place.target, "up", override="not needed", approver="nobody") as lease:
        assert lease.override is None


def test_what_leaves_the_cloud_alone_passes_a_freeze_and_waits_for_an_update(place: Place) -> None:
    place.freeze(place.now() - HOUR, place.now() + HOUR)
    with held(place.target, "state restore", in_freeze=True) as lease:
        assert lease.override is None
        with pytest.raises(Locked, match="state restore"):
            held(place.target, "state accept", in_freeze=True).__enter__()


def test_an_override_is_noted_stands_on_the_lease_and_pages(place: Place, pages: Any) -> None:
    now = place.now()
    place.freeze(now - HOUR, now + HOUR)
    with held(place.target, "up", override=" INC-7: payouts fail ", approver="grace") as lease:
        assert lease.override is not None
        made = lease.override.as_dict()
    assert {**made, "at": ""} == {
        "reason": "INC-7: payouts fail",
        "approver": "grace",
        "owner": "ada@desk",
        "at": "",
        "freezes": ["month-end"],
    }
    note = book_of(place.target).read()[0].notes[-1]
    assert (note.what, note.reason) == ("overrode month-end, approved by grace", "INC-7: payouts fail")
    (paged,) = pages()
    assert paged["Subject"] == "prod: changed in a freeze"
    for part in ("ada@desk", "month-end", "grace", "INC-7: payouts fail"):
        assert part in paged["Message"]


@pytest.mark.parametrize(
    ("override", "approver", "said"),
    [
        ("INC-7", "", "--approver must be one of grace, ada"),
        ("INC-7", "mallory", "--approver must be one of grace, ada, got 'mallory'"),
        ("INC-7", "ada", "--approver must be somebody else"),
        ("  ", "grace", "--override must say why"),
        ("two\nlines", "grace", "--override must say why"),
    ],
)
def test_an_override_needs_a_reason_and_another_who_may_approve(
    place: Place, override: str, approver: str, said: str
) -> None:
    place.freeze(place.now() - HOUR, place.now() + HOUR)
    with pytest.raises(CommandError, match=said), held(place.target, "up", override=override, approver=approver):
        raise AssertionError("went through")
    assert book_of(place.target).read()[0].running is None


def test_a_pager_that_is_out_of_order_stops_no_emergency(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.freeze(place.now() - HOUR, place.now() + HOUR)
    with held(place.target, "up", override="INC-7", approver="grace") as lease:
        assert lease.override
    assert "nobody was paged: arn:aws:sns:eu-central-1:111122223333:prod-page" in capsys.readouterr().err


def test_a_lock_that_was_left_on_keeps_updates_out_and_a_rollback_passes_it(place: Place) -> None:
    book = book_of(place.target)
    book.change(lambda r, now: protocol.lock(r, "ben@desk", "maintenance", now + HOUR, now, "prod"))
    with pytest.raises(Locked, match=r"prod is locked by ben@desk since .* for 'maintenance' until .*--pass-lock"):
        held(place.target, "up").__enter__()
    with held(place.target, "rollback", passing="INC-7: roll back") as lease:
        assert lease.passing == "INC-7: roll back"
    record, now = book.read()
    assert protocol.hold(record, now) is not None  # it stands, for all others
    assert (record.notes[-1].what, record.notes[-1].reason) == ("passed the lock", "INC-7: roll back")
    book.change(lambda r, now: protocol.unlock(r, "eve", "INC-7", now, "prod", running=False, force=True))
    with held(place.target, "up") as lease:
        assert lease.passing == ""


def test_a_persons_lock_ends_at_its_time(place: Place) -> None:
    book = book_of(place.target)
    book.change(lambda r, now: protocol.lock(r, "ben@desk", "maintenance", now + timedelta(seconds=0.2), now, "prod"))
    with held(place.target, "up", wait_s=30) as lease:
        assert lease.passing == ""
        record, now = book.read()
        assert record.hold is None or now >= record.hold.until


@pytest.mark.parametrize("skew_s", [300, -300, 86_400])
def test_a_runner_with_a_wrong_clock_decides_by_the_stores(tmp_path: Path, skew_s: int) -> None:
    """Neither does a clock that is ahead end another's lease, nor one behind keep it: all is the store's time."""
    book = lock_book(store_of({"PULUMI_BACKEND_URL": f"file://{tmp_path}"}), "p", "e", "e")
    asking = Asking("ada", "up", "a", "another-machine 1 1")  # it lives, as far as anybody here can know
    book.change(lambda record, now: protocol.take(record, asking, now, "e"))
    line = [sys.executable, "-m", "tests.platformctl.locks.runner", f"file://{tmp_path}", str(skew_s), f"{tmp_path}/w"]
    refused = subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT)
    assert refused.returncode == Exit.ENGINE
    assert "e is locked by ada" in refused.stdout
    over = timedelta(seconds=protocol.LEASE_S)
    book.change(lambda r, now: replace(r, running=replace(r.running, renewed=now - over)))  # type: ignore[type-var]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=ROOT) as runner:
        assert runner.stdout
        _, since = runner.stdout.readline().split()
        runner.kill()
    assert abs(datetime.fromisoformat(since) - book.read()[1]) < timedelta(seconds=60)
