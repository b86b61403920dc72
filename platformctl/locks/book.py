"""Reads and changes the record of one environment's lock: decided on what was seen, written only if it still is so."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from platformctl.errors import CommandError, Exit
from platformctl.locks.record import Record
from platformctl.locks.store import Conflict, Store, Unreachable

_TRIES = 50  # each lost one is another's success
Change = Callable[[Record, datetime], Record]


@dataclass(frozen=True)
class Book:
    """`name` is for people, such as `prod`; `key` is the document's, such as `billing-platform/prod`."""

    store: Store
    key: str
    name: str

    def read(self) -> tuple[Record, datetime]:
        """The record and the store's time. CommandError if the store cannot be asked."""
        try:
            seen = self.store.read(self.key)
        except Unreachable as error:
            raise unreachable(self.name, error) from None
        return Record.loads(seen.content, self._place), seen.now

    def change(self, change: Change) -> Record:
        """The record after `change`, which is asked again whenever another wrote in between. Raises what it raises, and
        Unreachable.
        """
        for _ in range(_TRIES):
            seen = self.store.read(self.key)
            after = change(Record.loads(seen.content, self._place), seen.now)
            try:
                self.store.replace(self.key, after.dumps(), seen.version)
            except Conflict:
                if self._is_ours(after):  # the answer to our own write was lost, and the client wrote again
                    return after
                continue
            return after
        raise Unreachable(f"{self._place}: {_TRIES} others wrote first")

    def _is_ours(self, wrote: Record) -> bool:
        seen = self.store.read(self.key)
        return seen.content is not None and seen.content == wrote.dumps()

    @property
    def _place(self) -> str:
        return f"{self.store.place} ({self.key})"


def unreachable(name: str, error: Unreachable) -> CommandError:
    """Without its lock nothing is changed: the store fails closed."""
    return CommandError(f"the lock of {name} cannot be asked for, so nothing is changed: {error}", Exit.ENGINE)


def attempt() -> str:
    """A name for one wish to hold the lock."""
    return secrets.token_hex(8)
