"""Holds an environment's deploy lock while a block runs: taken, renewed by a thread, let go, and stopped when lost."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from platformctl import show
from platformctl.errors import CommandError, Exit
from platformctl.locks import protocol
from platformctl.locks.book import Book, attempt, unreachable
from platformctl.locks.freezes import Override
from platformctl.locks.owner import this_process
from platformctl.locks.protocol import Asking, Locked, Superseded
from platformctl.locks.record import Running
from platformctl.locks.store import Unreachable

_ASK_AGAIN_S, _LOOK_S = 2.0, 0.5
Stop = Callable[[], None]


def elapsed_s() -> float:
    """Seconds that pass while the machine sleeps, too, where the kernel counts those."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass
class Lease:
    """What a holder knows of its lock. `expires` is by the store's clock, and moves on while the lease is renewed."""

    book: Book
    running: Running
    lost: str = ""  # why, once it is
    trouble: str = ""  # of the last renewal that failed
    override: Override | None = None  # of a freeze; for the change record
    _sent_s: float = field(default_factory=elapsed_s)  # before the last renewal that succeeded was sent

    @property
    def owner(self) -> str:
        return self.running.owner

    @property
    def token(self) -> int:
        """Only grows: what is written under a lower one than was seen already is a dead holder's."""
        return self.running.token

    @property
    def passing(self) -> str:
        """Why it passed a person's lock, empty if there was none; for the change record."""
        return self.running.passing

    @property
    def expires(self) -> datetime:
        return protocol.lease_end(self.running)

    @property
    def age_s(self) -> float:
        """Since the last renewal: what the store counts is never more."""
        return elapsed_s() - self._sent_s

    def may_write(self) -> bool:
        """Whether nobody else can hold the lock yet, told without asking the store: by the time since the last renewal.
        For what writes often; a lock that was broken by force is heard of with the next renewal.
        """
        return not self.lost and self.age_s < protocol.KILL_S

    def check(self) -> None:
        """Asks the store whether the lock is still held; to be called right before anything is written that a later
        holder must not find changed. Raises Superseded if it is another's, or cannot be known.
        """
        if self.lost:
            raise Superseded(self.lost)
        record, now = self.book.read()
        running = protocol.mine(record, self.token, self.book.name)
        if now >= protocol.lease_end(running):
            raise Superseded(f"the lock of {self.book.name} with token {self.token} ended at {protocol.shown(now)}")

    def renew(self) -> None:
        """Raises Superseded or Unreachable."""
        sent = elapsed_s()
        record = self.book.change(lambda record, now: protocol.renew(record, self.token, now, self.book.name))
        if record.running:
            self.running, self._sent_s = record.running, sent

    def release(self) -> None:
        """Raises Superseded or Unreachable."""
        self.book.change(lambda record, _: protocol.release(record, self.token, self.book.name))


def acquire(book: Book, owner: str, reason: str, *, passing: str = "", wait_s: float = 0.0) -> Lease:
    """The lock, waited for if need be. Raises Locked, or CommandError if the store cannot be asked."""
    asking = Asking(owner, reason, attempt(), this_process(), passing)
    until = elapsed_s() + wait_s
    told = False
    while True:
        sent = elapsed_s()
        try:
            record = book.change(lambda record, now: protocol.take(record, asking, now, book.name))
        except Locked as locked:
            if elapsed_s() >= until:
                raise
            if not told:
                show.err.print(f"waiting up to {wait_s:.0f} s: {show.escape(str(locked))}")
            told = True
            time.sleep(min(_ASK_AGAIN_S, max(0.0, until - elapsed_s())))
            continue
        except Unreachable as error:
            raise unreachable(book.name, error) from None
        assert record.running is not None  # taken just now
        return Lease(book, record.running, _sent_s=sent)


def still_ours(key: str) -> bool:
    """Whether the lock of that document, if this process took it, is still its own: Lease.may_write."""
    return key not in _held or _held[key].may_write()


_held: dict[str, Lease] = {}  # by this process, by the lock's document


@contextmanager
def holding(lease: Lease, stop: Stop) -> Iterator[Lease]:
    """Renews the lease in a thread while the block runs, and lets go of it after.

    When it is lost, or cannot be renewed in time, `stop` is called: once, so that what is under way ends and is saved;
    and twice more, which kills, before the lease ends for all others. That is seen to by a second thread, which waits
    for no store.
    """
    done = threading.Event()
    threads = [
        threading.Thread(target=_keep, args=(lease, done), name="deploy-lock", daemon=True),
        threading.Thread(target=_watch, args=(lease, done, stop), name="deploy-lock-watch", daemon=True),
    ]
    for thread in threads:
        thread.start()
    _held[lease.book.key] = lease
    try:
        yield lease
    except KeyboardInterrupt:
        if not lease.lost:
            raise
        raise _stopped(lease) from None
    finally:
        _end(lease, done, threads)
        _held.pop(lease.book.key, None)


def _keep(lease: Lease, done: threading.Event) -> None:
    wait_s: float = protocol.RENEW_S
    while not done.wait(wait_s) and not lease.lost:
        try:
            lease.renew()
            wait_s = protocol.RENEW_S
        except Superseded as error:
            lease.lost = str(error)
        except (Unreachable, CommandError) as error:
            lease.trouble, wait_s = str(error), _ASK_AGAIN_S


def _watch(lease: Lease, done: threading.Event, stop: Stop) -> None:
    while not lease.lost:
        if done.wait(_LOOK_S):
            return
        if not lease.lost and lease.age_s >= protocol.INTERRUPT_S:
            why = f"the lock of {lease.book.name} could not be renewed for {lease.age_s:.0f} s"
            lease.lost = f"{why}: {lease.trouble or 'the store does not answer'}"
    stop()
    if done.wait(max(0.0, protocol.KILL_S - lease.age_s)):
        return
    for _ in range(2):
        stop()
        if done.wait(_LOOK_S):
            return


def _end(lease: Lease, done: threading.Event, threads: list[threading.Thread]) -> None:
    done.set()
    while any(thread.is_alive() for thread in threads):
        with suppress(KeyboardInterrupt):  # it is bounded: one call of the store
            for thread in threads:
                thread.join()
    try:
        lease.release()
    except Superseded as error:
        if not lease.lost:
            show.err.print(f"[bold red]warning:[/] {show.escape(str(error))}")
    except (Unreachable, CommandError) as error:
        ends = protocol.shown(lease.expires)
        show.err.print(f"the lock could not be let go, and ends by itself at {ends}: {show.escape(str(error))}")


def _stopped(lease: Lease) -> CommandError:
    return CommandError(
        f"{lease.lost}.\nThe engine was told to end what was under way and to save; see who holds the lock with"
        f" `platformctl locks {lease.book.name}`, then run the same command again: it goes on from there",
        Exit.ENGINE,
    )


@contextmanager
def interrupting() -> Iterator[Stop]:
    """How a block in the main thread is stopped: as by Ctrl-C, which a shell may have switched off for jobs."""
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("the lock is held by the main thread, which alone can be interrupted")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    main = threading.main_thread().ident or 0
    try:
        yield lambda: signal.pthread_kill(main, signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)
