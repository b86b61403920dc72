"""Reads and changes a document of a store: decided on what was seen, written only if it still is so."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from platformctl.errors import CommandError, Exit
from platformctl.locks.record import Record
from platformctl.locks.store import Conflict, Store, Unreachable

_TRIES = 50  # each lost one is another's success


class Written(Protocol):
    """What can be written down."""

    def dumps(self) -> bytes:
        """The document."""


D = TypeVar("D", bound=Written)


@dataclass(frozen=True)
class Document(Generic[D]):
    """`name` is for people, such as `prod`; `key` is the document's, such as `locks/billing-platform/prod`."""

    store: Store
    key: str
    name: str
    loads: Callable[[bytes | None, str], D]  # of its content, None where there is none, and where it is kept

    def read(self) -> tuple[D, datetime]:
        """What is written, and the store's time. CommandError if the store cannot be asked."""
        try:
            seen = self.store.read(self.key)
        except Unreachable as error:
            raise unreachable(self.name, error) from None
        return self.loads(seen.content, self._place), seen.now

    def change(self, change: Callable[[D, datetime], D]) -> D:
        """What is written after `change`, which is asked again whenever another wrote in between. Raises what it
        raises, and Unreachable.
        """
        for _ in range(_TRIES):
            seen = self.store.read(self.key)
            after = change(self.loads(seen.content, self._place), seen.now)
            try:
                self.store.replace(self.key, after.dumps(), seen.version)
            except Conflict:
                if self._is_ours(after):  # the answer to our own write was lost, and the client wrote again
                    return after
                continue
            return after
        raise Unreachable(f"{self._place}: {_TRIES} others wrote first")

    def _is_ours(self, wrote: D) -> bool:
        return self.store.read(self.key).content == wrote.dumps()

    @property
    def _place(self) -> str:
        return f"{self.store.place} ({self.key})"


Book = Document[Record]  # of an environment's lock


def book(store: Store, project: str, environment: str, name: str) -> Book:
    """The record of the lock of one stack."""
    return Document(store, key(project, environment), name, Record.loads)


def key(project: str, environment: str) -> str:
    """What the record is called: each stack has its own, as it has a state of its own."""
    return f"locks/{project}/{environment}"


def unreachable(name: str, error: Unreachable) -> CommandError:
    """Without its lock nothing is changed: the store fails closed."""
    return CommandError(f"the lock of {name} cannot be asked for, so nothing is changed: {error}", Exit.ENGINE)


def attempt() -> str:
    """A name for one wish to hold the lock."""
    return secrets.token_hex(8)
