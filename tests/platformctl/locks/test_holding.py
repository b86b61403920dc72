"""A lease is renewed while a block runs, let go of after it, and a block that lost its lease is stopped in time."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from platformctl.errors import CommandError, Exit
from platformctl.locks import lease as leases
from platformctl.locks import protocol
from platformctl.locks.book import Book
from platformctl.locks.book import book as lock_book
from platformctl.locks.lease import Lease, acquire, holding, interrupting, still_ours
from platformctl.locks.owner import this_process
from platformctl.locks.protocol import Locked, Superseded
from platformctl.states.relay import Answer, Asked, fenced
from tests.platformctl.locks.memory import MemoryStore

PATIENCE_S = 30


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def book(store: MemoryStore) -> Book:
    return lock_book(store, "p", "e", "e")


@pytest.fixture
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"RENEW_S": 0.02, "INTERRUPT_S": 0.3, "KILL_S": 0.6}.items():
        monkeypatch.setattr(protocol, name, seconds)
    for name, seconds in {"_ASK_AGAIN_S": 0.02, "_LOOK_S": 0.02}.items():
        monkeypatch.setattr(leases, name, seconds)


def _hold(lease: Lease, meanwhile: Callable[[], None]) -> None:
    """Until it is stopped; as the engine is followed: short sleeps, which a signal ends."""
    with interrupting() as stop, holding(lease, stop):
        meanwhile()
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            time.sleep(0.01)
        raise AssertionError("nothing stopped the block")


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("deploy-lock")]


@pytest.mark.usefixtures("_fast")
def test_a_lease_is_renewed_while_the_block_runs_and_let_go_of_after(book: Book, store: MemoryStore) -> None:
    with interrupting() as stop, holding(acquire(book, "ada", "up"), stop) as lease:
        first, until = lease.expires, time.monotonic() + PATIENCE_S
        while lease.expires == first and time.monotonic() < until:
            store.pass_time(1)
            time.sleep(0.01)
        assert lease.expires > first
        with pytest.raises(Locked, match=r"e is locked by ada since 2026-11-26 04:00:00 UTC for 'up' until "):
            acquire(book, "ben", "up")
    assert book.read()[0].running is None
    assert _threads() == []
    assert acquire(book, "ben", "up").token == lease.token + 1


@pytest.mark.usefixtures("_fast")
def test_threads_and_lease_end_with_the_block_however_it_ends(book: Book) -> None:
    for error in (ValueError, KeyboardInterrupt, SystemExit):
        with pytest.raises(error), interrupting() as stop, holding(acquire(book, "ada", "up"), stop):
            raise error
        assert book.read()[0].running is None
        assert _threads() == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("_fast")
def test_a_holder_that_cannot_renew_is_interrupted_and_says_why(book: Book, store: MemoryStore) -> None:
    lease = acquire(book, "ada", "up")
    with pytest.raises(CommandError, match=r"could not be renewed for \d+ s: memory: is down") as raised:
        _hold(lease, lambda: setattr(store, "down", True))
    assert raised.value.code == Exit.ENGINE
    assert "platformctl locks e" in str(raised.value)
    assert lease.age_s >= protocol.INTERRUPT_S
    with pytest.raises(Superseded):
        lease.check()


@pytest.mark.usefixtures("_fast")
def test_a_short_outage_of_the_store_stops_nobody(book: Book, store: MemoryStore) -> None:
    with interrupting() as stop, holding(acquire(book, "ada", "up"), stop) as lease:
        store.down = True
        while not lease.trouble:
            time.sleep(0.005)
        store.down = False
        time.sleep(protocol.INTERRUPT_S * 2)
        assert not lease.lost
        lease.check()


@pytest.mark.usefixtures("_fast")
def test_a_holder_whose_lock_was_broken_is_interrupted_and_hears_by_whom(book: Book) -> None:
    def break_() -> None:
        book.change(lambda r, now: protocol.unlock(r, "eve", "INC-7", now, "e", running=True, force=True))

    with pytest.raises(CommandError, match=r"is lost \(broken by eve: INC-7\): nobody has it"):
        _hold(acquire(book, "ada", "up"), break_)


@pytest.mark.usefixtures("_fast")
def test_one_that_does_not_end_is_told_three_times_before_its_lease_ends(book: Book, store: MemoryStore) -> None:
    """The engine module's way: the first signal ends it cleanly, the third kills it."""
    told: list[float] = []
    lease = acquire(book, "ada", "up")
    with holding(lease, lambda: told.append(lease.age_s)):
        store.down = True
        until = time.monotonic() + PATIENCE_S
        while len(told) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        store.down = False
    assert protocol.INTERRUPT_S <= told[0] < told[1] < told[2]
    assert told[1] >= protocol.KILL_S


def test_the_times_leave_room_between_each_other() -> None:
    """Two renewals may fail; saving has 15 s; the lease ends within a minute for others, ten seconds after the kill."""
    assert 3 * protocol.RENEW_S <= protocol.INTERRUPT_S
    assert protocol.INTERRUPT_S + 15 <= protocol.KILL_S
    assert protocol.KILL_S + 10 <= protocol.LEASE_S <= 60 - leases._ASK_AGAIN_S


def test_a_dead_holders_lock_is_taken_when_its_lease_is_over(
    book: Book, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = acquire(book, "ada", "up")
    store.pass_time(protocol.LEASE_S - 1)
    with pytest.raises(Locked):
        acquire(book, "ben", "up")
    store.pass_time(1)
    living = acquire(book, "ben", "up")
    before = dict(store.documents)
    for late in (dead.renew, dead.check, dead.release):
        with pytest.raises(
            Superseded, match=rf"lost \(ended without letting go by ada: up\): ben has it .*{living.token}"
        ):
            late()
    assert before == store.documents
    living.check()


def test_a_process_that_died_on_this_machine_holds_nothing(book: Book, store: MemoryStore) -> None:
    code = "from platformctl.locks.owner import this_process; print(this_process())"
    gone = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    acquire(book, "ada", "up")
    document = store.documents["locks/p/e"].decode()
    mine = this_process()
    store.documents["locks/p/e"] = document.replace(mine, gone).encode()
    assert acquire(book, "ben", "up").owner == "ben"
    elsewhere = document.replace(mine, "another-machine/pid:[1] 1 1")
    store.documents["locks/p/e"] = elsewhere.encode()
    with pytest.raises(Locked):
        acquire(book, "eve", "up")


def test_waiting_ends_when_the_lock_is_free(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    first = acquire(book, "ada", "up")
    monkeypatch.setattr(leases, "_ASK_AGAIN_S", 0.01)
    timer = threading.Timer(0.1, first.release)
    timer.start()
    assert acquire(book, "ben", "up", wait_s=PATIENCE_S).owner == "ben"
    timer.join()


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"schema": 2}',
        b'{"schema": 1, "token": 1, "running": {}, "hold": null, "notes": []}',
    ],
)
def test_a_record_that_says_nothing_lets_nobody_in(book: Book, store: MemoryStore, wrong: bytes) -> None:
    store.documents["locks/p/e"] = wrong
    with pytest.raises(CommandError, match="cannot be read") as raised:
        acquire(book, "ada", "up")
    assert raised.value.code == Exit.ENGINE
    assert store.documents["locks/p/e"] == wrong


@pytest.mark.usefixtures("_fast")
def test_a_late_save_of_the_engine_is_kept_from_the_bucket(book: Book, store: MemoryStore) -> None:
    """The relay between engine and bucket asks before each write; reading and letting go of locks goes on."""
    lease, passed = acquire(book, "ada", "up"), []

    def bucket(asked: Asked) -> Answer:
        passed.append(asked.method)
        return Answer(200)

    forward = fenced(bucket, lease.may_write)
    assert forward(Asked("PUT", "/b/state", "state", {}, b"1")).status == 200
    until = time.monotonic() + PATIENCE_S
    while lease.may_write() and time.monotonic() < until:
        time.sleep(0.01)
    assert lease.age_s >= protocol.KILL_S
    assert [forward(Asked(method, "/b/x", "x", {}, b"")).status for method in ("PUT", "POST")] == [503, 503]
    assert [forward(Asked(method, "/b/x", "x", {}, b"")).status for method in ("GET", "DELETE")] == [200, 200]
    assert passed == ["PUT", "GET", "DELETE"]


@pytest.mark.usefixtures("_fast")
def test_what_this_process_does_not_hold_it_may_write_and_what_it_lost_it_may_not(
    book: Book, store: MemoryStore
) -> None:
    assert still_ours(book.key)
    with holding(acquire(book, "ada", "up"), lambda: None) as lease:
        assert still_ours(book.key)
        store.down = True
        until = time.monotonic() + PATIENCE_S
        while not lease.lost and time.monotonic() < until:
            time.sleep(0.01)
        assert not still_ours(book.key)
        assert still_ours("locks/p/other")
    assert still_ours(book.key)
