"""An environment on disk: change records, a lock and uses of break-glass, each written by the product's own code."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from platformctl.break_glass import uses
from platformctl.changes import Change
from platformctl.commands import incident
from platformctl.locks import protocol
from platformctl.locks.backend import store_of
from platformctl.locks.book import book
from platformctl.project import Project
from platformctl.records import places, recording, writer
from platformctl.records.recording import About
from platformctl.target import Target
from tests.platformctl.records.chains import key

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class World:
    target: Target

    @property
    def foundation(self) -> "World":
        """The account's, whose state lies in the same store."""
        return World(replace(self.target, project=Project(ROOT, "foundation")))

    def change(self, reason: str, *operations: str, fails: bool = False) -> None:
        """One change that touched a resource by each operation."""
        touched = tuple(
            Change(f"urn:pulumi:prod::p::t::{how}-{n}", how, "t", f"{how}-{n}", "", "", False, ())
            for n, how in enumerate(operations)
        )
        events = [
            {"resourcePreEvent": {"metadata": {"urn": one.urn, "op": one.operation, "type": "t"}}} for one in touched
        ]
        run: Any = SimpleNamespace(
            outcome=SimpleNamespace(events=events, exit_code=int(fails)),
            changes=touched,
            report={"findings": [], "summary": {}},
        )
        with recording.recording(self.target, About("up", reason)) as change:
            for event in events:
                change.steps.add(event)
            change.ended(run)

    def killed(self, reason: str) -> None:
        """A change that was interrupted before it knew what it had done."""
        with pytest.raises(KeyboardInterrupt), recording.recording(self.target, About("up", reason)):
            raise KeyboardInterrupt

    def lock(self, who: str, reason: str) -> None:
        """A person's lock, of an hour."""
        where = book(store_of(self.target.variables), self.target.project.name, "prod", "prod")
        where.change(
            lambda record, now: protocol.lock(record, who, reason, now + timedelta(hours=1), now, "prod"),
        )

    def emergency(self, who: str, reason: str) -> None:
        """A use of the role for emergencies."""
        where = uses.book(store_of(self.target.variables), self.target.project.name, "prod")
        where.change(lambda before, now: uses.opened(before, who, reason, "INC-7", ("head-of-security",), now, "prod"))


@contextmanager
def world(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[World]:
    """Empty; commands that are told `--live` find it, too."""
    url = f"file://{folder}/state?metadata=skip"
    (folder / "state").mkdir()
    patch.setenv("PULUMI_BACKEND_URL", url)
    patch.setenv("XDG_STATE_HOME", str(folder / "machine"))
    patch.setattr(writer, "signer", lambda target: key())
    patch.setattr(places, "archive", lambda target: None)
    patch.setattr(recording, "identity", lambda target: None)
    patch.setattr(incident, "_prometheus", lambda project, stack: "")  # that of production is nobody's here
    yield World(Target(Project(ROOT), "prod", {"PULUMI_BACKEND_URL": url}, None))
