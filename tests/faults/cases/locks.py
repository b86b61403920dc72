"""Who may change an environment: races for the lock, holders that die, wake up or cannot be reached, clocks that lie,
locks that were left on, and the role for emergencies.
"""

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from threading import Barrier

from platformctl.break_glass import uses as model
from platformctl.break_glass.uses import SESSION, Uses
from platformctl.errors import CommandError
from platformctl.locks import protocol
from platformctl.locks.backend import store_of
from platformctl.locks.book import book
from platformctl.locks.lease import acquire
from platformctl.locks.protocol import LEASE_S, Locked
from platformctl.locks.store import FOLDER, Store
from policies.access import Outcome
from tests.engine.conftest import ROOT
from tests.faults.cloud import assert_sound
from tests.faults.command import DEADLINE_S, Command
from tests.faults.fault import Observed, fault
from tests.faults.programs import drawn, write
from tests.faults.world import World

RACES = 34  # under 30 seeds more than a thousand
ELSEWHERE = "another-machine 1 1"  # of a process whose death nobody here can see


@fault(3, f"{RACES} races of two to four runners for one lock", level="U", expected="one winner each, tokens grow")
def races(rng: Random, world: World) -> Observed:
    url, tokens, key = f"file://{world.root}/races-{rng.random()}", [0], ""
    for race in range(RACES):
        runners = rng.randint(2, 4)
        stores = [store_of({"PULUMI_BACKEND_URL": url}) for _ in range(runners)]
        barrier, again = Barrier(runners), race and rng.random() < 0.5  # the same lock once more, when it is free again
        key = key if again else f"e{race}"
        with ThreadPoolExecutor(runners) as pool:
            won = [token for token in pool.map(lambda store: _race(store, key, barrier), stores) if token]  # noqa: B023
        assert len(won) == 1, f"race {race} of {runners} runners had {len(won)} winners"
        lock = book(stores[0], "p", key, key)
        assert lock.read()[0].token == won[0]
        lock.change(lambda record, _: protocol.release(record, won[0], "e"))  # noqa: B023
        assert not again or won[0] == tokens[-1] + 1, f"token {won[0]} after {tokens[-1]}"
        tokens.append(won[0])
    return Observed(f"{RACES} races, {RACES} single winners")


def _race(store: Store, key: str, barrier: Barrier) -> int:
    barrier.wait(60)
    try:
        return acquire(book(store, "p", key, key), "a runner", "race").token
    except Locked:
        return 0


@fault(4, "the holder of the lock is stopped like a machine that sleeps", level="U",
       expected="lease over within 60 s of the store; late writes refused; the old holder stops")  # fmt: skip
def sleeping_holder(rng: Random, world: World) -> Observed:
    url, file = _place(rng, world)
    holder = _runner(url, 0, file)
    token = int(_said(holder).split()[0])
    world.wait(lambda: file.exists() and len(file.read_text().splitlines()) > rng.randint(0, 20))
    _put_to_sleep(holder, url)
    struck = time.monotonic()
    slept = LEASE_S - rng.uniform(0, 3)
    _age(world, url, slept)
    lock = book(store_of({"PULUMI_BACKEND_URL": url}), "p", "e", "e")
    taken = acquire(lock, "the next", "up", wait_s=60)
    safe = time.monotonic() - struck + slept
    with file.open("a") as sink:
        sink.write(f"{taken.token}\n")
    os.kill(holder.process.pid, signal.SIGCONT)
    holder.end(5)
    written = [int(line) for line in file.read_text().splitlines()]
    assert written == sorted(written), f"token {token} wrote after {taken.token}"
    assert "is lost" in holder.said, holder.said
    lock.change(lambda record, _: protocol.release(record, taken.token, "e"))
    return Observed(f"taken by token {taken.token} after {token}; {written.count(token)} writes, none late", safe, safe)


@fault(4, "the holder of the lock is killed, with its machine", level="U", expected="lease over within 60 s")
def dead_holder(rng: Random, world: World) -> Observed:
    url, file = _place(rng, world)
    holder = _runner(url, 0, file)
    _said(holder)
    world.wait(file.exists)
    os.kill(holder.process.pid, signal.SIGKILL)
    holder.end(-signal.SIGKILL)
    struck, gone = time.monotonic(), LEASE_S - rng.uniform(0, 3)
    _age(world, url, gone)
    lock = book(store_of({"PULUMI_BACKEND_URL": url}), "p", "e", "e")
    lease = acquire(lock, "the next", "up", wait_s=60)
    safe = time.monotonic() - struck + gone
    lease.release()
    note = lock.read()[0].notes[-1]
    assert note.what == "ended without letting go", note
    return Observed(f"taken by token {lease.token}, {gone:.1f} s of them moved in the record", safe, safe)


@fault(4, "the command is killed and its engine is left", level="E",
       expected="the engine saves and stops; the next update finds what was under way and goes on")  # fmt: skip
def orphaned_engine(rng: Random, world: World) -> Observed:
    write(world, drawn(rng, 3))
    running = world.start("up", world.target, "--yes")
    world.engine(running)
    world.order(skip=rng.randrange(3), delay_s=2.0, times=1)
    world.wait(lambda: world.ordered()["times"] == 0 or not running.running)
    if not running.running:
        return Observed("the update ended before: nothing was struck")
    os.kill(running.process.pid, signal.SIGKILL)
    struck = time.monotonic()
    running.process.wait(DEADLINE_S)
    world.wait(lambda: not world.processes())
    detected = time.monotonic()
    assert not world.locks(), f"the engine's lock was kept: {world.locks()}"
    pending = len(world.deployment()["pending_operations"])  # the engine may give up a call that it waits for
    world.run("up", world.target, "--yes")
    assert_sound(world)
    safe = time.monotonic()
    said = f"the engine saved with {pending} pending, and stopped; the next update finished"
    return Observed(said, detected - struck, safe - struck)


@fault(39, "a lock is left on in an incident", level="E",
       expected="owner, reason, expiry; unlock needs a reason; a rollback passes; all recorded")  # fmt: skip
def lock_left_on(rng: Random, world: World) -> Observed:
    write(world, drawn(rng, 1))
    assert world.checkout  # its sandbox keeps the locks
    hours = rng.randint(1, 20)
    world.run("lock", world.target, "--reason", "maintenance", "--for", f"{hours}h")
    refused = world.run("up", world.target, "--yes", code=5)
    for word in ("is locked by", "since", "for 'maintenance' until", "--pass-lock"):
        assert word in refused.said, refused.said
    world.run("unlock", world.target, code=2)  # no reason
    world.run("unlock", world.target, "--reason", " ", code=2)
    passed = world.run("up", world.target, "--yes", "--pass-lock", "INC-7: roll back")
    document = json.loads(world.run("locks", world.target, "--json").out)["locks"][0]
    assert document["hold"], "passing the lock took it away"
    assert [note["what"] for note in document["notes"]] == ["locked", "passed the lock"], document
    assert document["notes"][-1]["reason"] == "INC-7: roll back"
    world.run("unlock", world.target, "--reason", "INC-7 is over")
    document = json.loads(world.run("locks", world.target, "--json").out)["locks"][0]
    assert document["hold"] is None
    assert document["notes"][-1]["reason"] == "INC-7 is over"
    assert_sound(world)
    detect = refused.ended - refused.started
    return Observed(
        f"locked for {hours} h; refused, passed, unlocked; three notes", detect, passed.ended - passed.started
    )


@fault(42, "a runner's clock is wrong by five minutes", level="U", expected="leases are decided by the store's time")
def wrong_clock(rng: Random, world: World) -> Observed:
    url, file = _place(rng, world)
    skews = [rng.choice((-300, 300)) * rng.choice((1, 1, 12)) for _ in range(2)]
    holder = _runner(url, skews[0], file)
    since = datetime.fromisoformat(_said(holder).split()[1])
    apart = abs((since - datetime.now(UTC)).total_seconds())
    assert apart < 60, f"a runner {skews[0]} s off wrote a time {apart:.0f} s off"
    _put_to_sleep(holder, url)
    _age(world, url, rng.uniform(0, LEASE_S - 30))
    early = _runner(url, skews[1], file).end(5)
    assert "is locked by" in early.said, f"a runner {skews[1]} s off took a lock that holds:\n{early.said}"
    _age(world, url, LEASE_S)
    late = _runner(url, skews[1], file)
    _said(late)
    for one in (holder, late):
        os.kill(one.process.pid, signal.SIGKILL)
        one.end(None)
    return Observed(f"holder {skews[0]:+} s, the other {skews[1]:+} s: kept out while it held, let in after")


@fault(38, "break-glass: no approver, no revoker, no identity provider, no review", level="U",
       expected="approvers told, reason stored; access ends by IAM's clock; no next use before a review")  # fmt: skip
def emergency(rng: Random, world: World) -> Observed:
    from tests.stacks.foundation.test_access import EMERGENCY, _person, _role

    ends = datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)  # stacks/foundation/Pulumi.prod.yaml
    for after_s, expected in ((rng.randint(1, 10**7), Outcome.DENY), (-rng.randint(0, 10**6), Outcome.ALLOW)):
        at = (ends + timedelta(seconds=after_s)).isoformat().replace("+00:00", "Z")
        assert _person("break-glass", {**EMERGENCY, "aws:CurrentTime": at}) is expected, at
    assert _role("break-glass").properties["maxSessionDuration"] == SESSION.total_seconds()
    trust = str(_role("break-glass").properties["assumeRolePolicy"])
    assert "Federated" not in trust, "an identity provider would have to be there"
    now = ends - timedelta(days=rng.randint(2, 80))
    told = ("head-of-security", "head-of-platform")
    first = model.opened(Uses(), "ada", "pipeline is down", "INC-7", told, now, "prod")
    assert (first.uses[0].told, first.uses[0].reason) == (told, "pipeline is down")
    later = now + SESSION + timedelta(minutes=rng.randint(0, 10**4))
    for reviewer, allowed in (("ada", False), ("ben", True)):
        _is_refused(lambda: model.opened(first, "eve", "again", "INC-8", told, later, "prod"), True)
        _is_refused(partial(model.closed, first, reviewer, "clean", later, "prod"), not allowed)
    closed = model.closed(first, "ben", "clean", later, "prod")
    assert len(model.opened(closed, "eve", "again", "INC-8", told, later, "prod").uses) == 2
    return Observed("denied after the grant and without review; told and stored; open again after another's review")


def _is_refused(call: Callable[[], object], refused: bool) -> None:
    happened = False
    try:
        call()
    except CommandError:
        happened = True
    assert happened == refused, "refused" if happened else "not refused"


def _place(rng: Random, world: World) -> tuple[str, Path]:
    folder = world.root / f"locks-{rng.random()}"
    folder.mkdir(parents=True)
    return f"file://{folder}", folder / "written"


def _runner(url: str, skew_s: float, file: Path) -> Command:
    line = [sys.executable, "-m", "tests.platformctl.locks.runner", url, str(skew_s), str(file)]
    return Command(line, ROOT, {**os.environ, "PYTHONPATH": str(ROOT)})


def _said(runner: Command) -> str:
    World.wait(lambda: bool(runner.out.strip()) or not runner.running)
    assert runner.running, runner.end(None).said
    return runner.out


def _put_to_sleep(holder: Command, url: str) -> None:
    """Stops it outside of the store, which lets one process of this machine in at a time: a sleeper is of another."""
    pid, inside = holder.process.pid, Path(url.removeprefix("file://"), FOLDER, ".one-at-a-time")
    while True:
        os.kill(pid, signal.SIGSTOP)
        World.wait(lambda: " T " in Path(f"/proc/{pid}/stat").read_text())
        with inside.open("w") as lock, suppress(BlockingIOError):
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.kill(pid, signal.SIGCONT)


def _age(world: World, url: str, seconds: float) -> None:
    """Moves the lease's last renewal into the past, and its process to a machine that nobody here can look into."""
    file = Path(url.removeprefix("file://"), ".platform/locks/p/e.json")
    document = json.loads(file.read_text())
    renewed = datetime.fromisoformat(document["running"]["renewed"]) - timedelta(seconds=seconds)
    document["running"] |= {"renewed": renewed.isoformat(), "process": ELSEWHERE}
    file.write_text(json.dumps(document))
