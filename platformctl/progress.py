"""Says on standard error what a long step is doing, so that standard output stays the result."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.status import Status

from platformctl.show import err

_LINE_EVERY_S = 10.0


@dataclass
class Progress:
    """A step under way: on a terminal one live line, elsewhere a plain line now and then."""

    what: str
    status: Status | None
    started: float = field(default_factory=time.monotonic)
    said: float = field(default_factory=time.monotonic)
    seen: set[str] = field(default_factory=set)

    def on_event(self, event: dict[str, object]) -> None:
        """Counts the resources that the engine's events tell of."""
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            step = event.get(kind)
            if isinstance(step, dict):
                self.seen.add(step["metadata"]["urn"])
        self.count(len(self.seen))

    def count(self, resources: int) -> None:
        """Says how many resources are done."""
        elapsed = time.monotonic() - self.started
        text = f"{self.what}: {resources} resources, {elapsed:.0f} s"
        if self.status:
            self.status.update(text)
        elif time.monotonic() - self.said > _LINE_EVERY_S:
            self.said = time.monotonic()
            err.print(text)


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Shows `what` while the block runs."""
    if err.is_terminal:
        with err.status(what) as status:
            yield Progress(what, status)
    else:
        err.print(f"{what} ...")
        yield Progress(what, None)
