"""The protocol of leases against a model: holders crash, sleep, write late and are locked out, with clocks that lie."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from platformctl.errors import CommandError
from platformctl.locks import lease as leases
from platformctl.locks import protocol
from platformctl.locks.book import book as lock_book
from platformctl.locks.lease import Lease
from platformctl.locks.protocol import Locked, Superseded
from platformctl.locks.store import Unreachable
from tests.platformctl.locks.memory import MemoryStore

RUNNERS = ("ada", "ben", "eve")
runners = st.sampled_from(RUNNERS)


class Leases(RuleBasedStateMachine):
    """`held`: what each runner believes to hold. The model knows who really has it, and until when."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.book = lock_book(self.store, "p", "e", "e")
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(leases, "elapsed_s", lambda: self.store.now.timestamp())
        self.patch.setattr(protocol, "is_dead", lambda process: False)
        self.held: dict[str, Lease] = {}
        self.highest = 0
        self.has: str | None = None  # who has the lease
        self.ends = self.store.now
        self.locked_until = self.store.now

    def teardown(self) -> None:
        self.patch.undo()

    @rule(seconds=st.one_of(st.integers(0, 70), st.sampled_from([9.9, 30.0, 44.9, 54.9, 55.0, 55.1])))
    def time_passes(self, seconds: float) -> None:
        self.store.pass_time(seconds)

    @rule(runner=runners, passing=st.booleans(), lost=st.booleans())
    def acquires(self, runner: str, passing: bool, lost: bool) -> None:
        free = self.has is None or self.store.now >= self.ends
        open_ = passing or self.store.now >= self.locked_until
        self.store.lose_answers = int(lost and free and open_)
        try:
            lease: Lease | None = leases.acquire(self.book, runner, "up", passing="INC-7" if passing else "")
        except Locked:
            lease = None
        assert (lease is not None) == (free and open_)
        if lease is None:
            return
        assert lease.token > self.highest
        self.highest, self.has, self.ends = lease.token, runner, self.store.now + timedelta(seconds=protocol.LEASE_S)
        self.held[runner] = lease

    @precondition(lambda self: self.held)
    @rule(data=st.data(), late=st.booleans())
    def renews(self, data: st.DataObject, late: bool) -> None:
        runner = data.draw(st.sampled_from(sorted(self.held)))
        lease = self.held[runner]
        if not late and lease.age_s >= protocol.KILL_S:
            return  # its engine is dead by now
        before = dict(self.store.documents)
        mine = self.has == runner and lease.token == self.highest_running()
        try:
            lease.renew()
        except Superseded:
            assert not mine
            assert self.store.documents == before  # refused: nothing was written
            del self.held[runner]
        else:
            assert mine
            self.ends = self.store.now + timedelta(seconds=protocol.LEASE_S)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def writes_under_its_token(self, data: st.DataObject) -> None:
        runner = data.draw(st.sampled_from(sorted(self.held)))
        allowed = self.has == runner and self.store.now < self.ends
        try:
            self.held[runner].check()
        except Superseded:
            assert not allowed
        else:
            assert allowed

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def lets_go(self, data: st.DataObject) -> None:
        runner = data.draw(st.sampled_from(sorted(self.held)))
        lease = self.held.pop(runner)
        mine = self.has == runner and lease.token == self.highest_running()
        try:
            lease.release()
        except Superseded:
            assert not mine
        else:
            assert mine
            self.has = None

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def crashes(self, data: st.DataObject) -> None:
        """The process is gone; its lease stays in the store."""
        self.held.pop(data.draw(st.sampled_from(sorted(self.held))))

    @rule(runner=runners, hours=st.integers(1, 3))
    def locks(self, runner: str, hours: int) -> None:
        with suppress(Locked):
            until = self.store.now + timedelta(hours=hours)
            record = self.book.change(lambda r, now: protocol.lock(r, runner, "INC-7", until, now, "e"))
            self.locked_until = until
            assert record.token > self.highest
            self.highest = record.token

    @rule(runner=runners, running=st.booleans())
    def unlocks(self, runner: str, running: bool) -> None:
        there = self.has is not None and self.store.now < self.ends if running else self.store.now < self.locked_until
        try:
            self.book.change(lambda r, now: protocol.unlock(r, runner, "over", now, "e", running=running, force=True))
        except CommandError:
            assert not there
            return
        assert there
        if running:
            self.has = None
            # Its holder hears of it with the next renewal; until then two may run: docs/locks.md.
            self.held.clear()
        else:
            self.locked_until = self.store.now

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def cannot_renew(self, data: st.DataObject) -> None:
        lease = self.held[data.draw(st.sampled_from(sorted(self.held)))]
        self.store.down = True
        with pytest.raises(Unreachable):
            lease.renew()
        with pytest.raises(CommandError, match="cannot be asked for"):
            lease.check()
        self.store.down = False

    def highest_running(self) -> int:
        running = self.book.read()[0].running
        return running.token if running else 0

    @invariant()
    def never_two_engines_run(self) -> None:
        alive = [runner for runner, lease in self.held.items() if lease.age_s < protocol.KILL_S]
        assert len(alive) <= 1, alive

    @invariant()
    def whoever_runs_has_the_lease(self) -> None:
        for runner, lease in self.held.items():
            if lease.age_s < protocol.KILL_S:
                assert self.has == runner
                assert self.store.now < self.ends

    @invariant()
    def tokens_only_grow(self) -> None:
        assert self.book.read()[0].token == self.highest or self.highest == 0


Leases.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLeases = Leases.TestCase
