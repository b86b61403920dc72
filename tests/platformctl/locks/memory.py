"""A store in memory with a clock that tests move, whose answers can be lost."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from platformctl.locks.store import Conflict, Seen, Unreachable

BEGINNING = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


@dataclass
class MemoryStore:
    place: str = "memory"
    now: datetime = BEGINNING
    down: bool = False
    lose_answers: int = 0  # of the next n writes, which take effect
    documents: dict[str, bytes] = field(default_factory=dict)
    writes: int = 0

    def read(self, name: str) -> Seen:
        self._answer()
        content = self.documents.get(name)
        return Seen(content, None if content is None else str(hash(content)), self.now)

    def replace(self, name: str, content: bytes, version: str | None) -> Seen:
        self._answer()
        if self.read(name).version != version:
            raise Conflict
        self.documents[name] = content
        self.writes += 1
        if self.lose_answers:  # the client asks again, and finds its own write
            self.lose_answers -= 1
            raise Conflict
        return self.read(name)

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def _answer(self) -> None:
        if self.down:
            raise Unreachable("memory: is down")
