"""What keeps locks: small documents by name, each replaced only by who saw it as it is, and a clock of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from platformctl.errors import CommandError, Exit

T = TypeVar("T")
FOLDER = ".platform"  # beside the engine's own .pulumi


class Conflict(Exception):  # noqa: N818  an answer, not an error
    """Somebody else wrote first: read again, and decide again."""


class Unreachable(Exception):  # noqa: N818  an answer, not an error
    """The store did not answer, or refused; whether a write took effect is not known. The message says why."""


@dataclass(frozen=True)
class Seen:
    """A document as it was: None where there is none. `now` is the store's time, in UTC, when it answered."""

    content: bytes | None
    version: str | None
    now: datetime


class Store(Protocol):
    """All decisions use `now` of what was seen: the clock of the machine that asks may be wrong."""

    @property
    def place(self) -> str:
        """For people: where the locks are."""

    def read(self, name: str) -> Seen:
        """The document of that name, such as `locks/billing-platform/prod`. Raises Unreachable."""

    def replace(self, name: str, content: bytes, version: str | None) -> Seen:
        """Writes it if it still is what `version` named (None: there was none). Raises Conflict or Unreachable."""


def parsed(content: bytes, schema: int, make: Callable[[Any], T], complaint: str) -> T:
    """What `make` takes from the document. CommandError with the `complaint`, in which `{why}` is what is wrong, for
    what nobody here wrote.
    """
    try:
        document = json.loads(content)
        if document["schema"] != schema:
            raise ValueError(f"schema {document['schema']}, known is {schema}")
        return make(document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"{type(error).__name__}: {error}"
        raise CommandError(complaint.replace("{why}", why), Exit.ENGINE) from None
