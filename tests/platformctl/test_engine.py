"""Ctrl-C around a run of the engine: whenever it comes, the engine is told once, and has ended before the command."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from platformctl import engine
from platformctl.target import Target

# Writes one event, and what it saves when it is interrupted; without an interrupt it ends by itself.
_ENGINE = """#!/bin/sh
for option; do case $option in --event-log=*) log=${option#*=} ;; esac; done
trap 'sleep 0.2; echo saved >> "$SAVED"; exit 1' INT
echo ready > "$SAVED.ready"
echo '{"sequence": 1}' > "$log"
for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done
"""


@pytest.fixture
def target(tmp_path: Path) -> Any:
    pulumi = tmp_path / "bin" / "pulumi"
    pulumi.parent.mkdir()
    pulumi.write_text(_ENGINE)
    pulumi.chmod(0o700)
    path = os.pathsep.join((str(pulumi.parent), os.environ["PATH"]))
    project = SimpleNamespace(name="little", root=tmp_path, folder=tmp_path)
    variables = {**os.environ, "PATH": path, "SAVED": str(tmp_path / "saved")}
    return Target(project, "sandbox", variables, None)  # type: ignore[arg-type]


def _after(press: Callable[..., None], original: Callable[..., Any]) -> Callable[..., Any]:
    def called(*arguments: Any, **named: Any) -> Any:
        made = original(*arguments, **named)
        press()
        return made

    return called


MOMENTS = {
    "as the engine starts": (subprocess, "Popen"),
    "as its guard is set": (engine, "_interrupted_when_we_die"),
    "as its events are followed": (engine, "_follow"),
    "while nothing happens": (time, "sleep"),
    "as its children are ended": (engine, "_end_children"),
}


@pytest.fixture(params=(signal.SIGINT, signal.SIGTERM), ids=lambda number: number.name)
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal that is an interrupt, as the command line has it."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield request.param
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_interrupt_at_any_moment_is_waited_for(
    moment: str, number: signal.Signals, target: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, name = MOMENTS[moment]
    started: list[subprocess.Popen[bytes]] = []
    popen, once = subprocess.Popen, iter([True])

    def press(*_: object) -> None:
        if next(once, False):
            while not (target.project.root / "saved.ready").exists():  # before, it would just end
                time.sleep(0.01)
            os.kill(os.getpid(), number)

    def starting(*arguments: Any, **named: Any) -> Any:
        started.append(popen(*arguments, **named))
        if name == "Popen":
            press()
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", starting)
    if name != "Popen":
        monkeypatch.setattr(holder, name, _after(press, getattr(holder, name)))
    with pytest.raises(KeyboardInterrupt):
        engine.run(target, "preview", policies=False)
    assert started[0].poll() is not None, "the engine runs on"
    if name != "_end_children":
        assert (target.project.root / "saved").read_text() == "saved\n"
    assert signal.getsignal(number) is signal.default_int_handler


def test_who_is_told_of_events_interrupts_as_a_person_does(target: Any) -> None:
    """In a thread, too, which no signal reaches."""
    raised: list[BaseException] = []

    def tell(_: object) -> None:
        raise KeyboardInterrupt

    def run() -> None:
        try:
            engine.run(target, "preview", policies=False, on_event=tell)
        except KeyboardInterrupt as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert len(raised) == 1
    assert (target.project.root / "saved").read_text() == "saved\n"


def test_without_an_interrupt_its_end_is_the_outcome(target: Any) -> None:
    told: list[Any] = []
    outcome = engine.run(target, "preview", policies=False, on_event=told.append)
    assert (outcome.exit_code, list(outcome.events)) == (0, told)
    assert not (target.project.root / "saved").exists()
