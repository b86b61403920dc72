"""What was altered, rolled back or lost is told from what an update wrote."""

from typing import Any

import pytest

from platformctl.states import integrity
from platformctl.states.integrity import Checkpoint
from platformctl.states.seals import KEPT, Recorded, Seal, compared, parse, sealed
from tests.platformctl.states.sample import PROJECT, STACK, key, state


def _read(content: bytes) -> Checkpoint:
    found = integrity.read(content, PROJECT, STACK)[0]
    assert found is not None
    return found


FIRST, SECOND = state(key("a"), minute=1), state(key("a"), key("b"), minute=2)
THIRD = state(key("a"), key("b"), key("c"), minute=3)
EMPTY = state(minute=4, latest={"manifest": {"time": "2026-11-26T10:04:00Z"}})


def _seal(*contents: bytes, **changed: Any) -> Seal:
    """The seal after these states, one after another."""
    last: Seal | None = None
    for content in contents:
        last = sealed(last, _read(content), "ada@desk", "up")
    assert last is not None
    return Seal(**{**last.__dict__, **changed})


def _recorded(content: bytes) -> Recorded:
    held = _read(content)
    return Recorded(held.digest, held.latest["manifest"]["time"])


def _kinds(content: bytes | None, seal: Seal | None, recorded: bytes | None) -> list[str]:
    held = None if content is None else _read(content)
    return [problem.kind for problem in compared(held, seal, None if recorded is None else _recorded(recorded))]


CASES: tuple[tuple[str, bytes | None, Seal | None, bytes | None, list[str]], ...] = (
    ("as sealed", SECOND, _seal(FIRST, SECOND), SECOND, []),
    ("as sealed, the engine keeps no history", SECOND, _seal(FIRST, SECOND), None, []),
    ("an update of the ordinary CLI since", THIRD, _seal(FIRST, SECOND), THIRD, []),
    ("never sealed, as the history has it", SECOND, None, SECOND, []),
    ("never sealed and no history", SECOND, None, None, []),
    ("under way or killed, sealed open", THIRD, _seal(SECOND, open=True), SECOND, []),
    ("rolled back to a sealed one", FIRST, _seal(FIRST, SECOND), SECOND, ["rolled-back"]),
    ("rolled back, no seal", FIRST, None, SECOND, ["rolled-back"]),
    ("rolled back to the sealed one, after an update of the CLI", SECOND, _seal(SECOND), THIRD, ["rolled-back"]),
    ("rolled back while the seal is open", FIRST, _seal(SECOND, open=True), SECOND, ["rolled-back"]),
    ("rolled back with its history", FIRST, _seal(FIRST, SECOND), FIRST, ["rolled-back"]),
    ("altered", SECOND.replace(b"id-b", b"id-x"), _seal(SECOND), SECOND, ["altered"]),
    ("altered, no seal", SECOND.replace(b"id-b", b"id-x"), None, SECOND, ["altered"]),
    ("altered while the seal is open", SECOND.replace(b"id-b", b"id-x"), _seal(SECOND, open=True), SECOND, ["altered"]),
    ("younger, by nobody known", THIRD, _seal(SECOND), SECOND, ["altered"]),
    ("gone", None, _seal(SECOND), SECOND, ["missing"]),
    ("gone, no seal", None, None, SECOND, ["missing"]),
    ("gone after everything was destroyed", None, _seal(SECOND, EMPTY), None, []),
    ("never there", None, None, None, []),
    ("a new stack after everything was destroyed", state(latest=None), _seal(SECOND, EMPTY), None, []),
    ("a new stack over one that had resources", state(latest=None), _seal(SECOND), None, ["rolled-back"]),
)


@pytest.mark.parametrize(("content", "seal", "recorded", "kinds"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_each_way_to_differ_is_told(content: bytes, seal: Seal, recorded: bytes, kinds: list[str]) -> None:
    assert _kinds(content, seal, recorded) == kinds


def test_an_update_of_the_ordinary_cli_that_was_killed_is_known_by_what_it_left_under_way() -> None:
    killed = state(key("a"), key("b"), minute=3, pending=({"type": "creating", "resource": key("c")},))
    assert _kinds(killed, _seal(SECOND), SECOND) == []


def test_a_flipped_bit_is_found_wherever_it_is() -> None:
    seal, histories = _seal(FIRST, SECOND), (_recorded(SECOND), None)
    missed = []
    for place in range(8 * len(SECOND)):
        flipped = bytearray(SECOND)
        flipped[place // 8] ^= 1 << place % 8
        found, problems = integrity.read(bytes(flipped), PROJECT, STACK)
        if not all(problems or list(compared(found, seal, recorded)) for recorded in histories):
            missed.append(place)
    assert missed == []


def test_a_rolled_back_state_is_named_by_its_serial() -> None:
    (problem,) = compared(_read(FIRST), _seal(FIRST, SECOND, THIRD), None)
    assert "serial 1:" in problem.message
    assert "serial 3" in problem.message


def test_serials_grow_and_the_latest_are_remembered() -> None:
    contents = [state(key("a"), minute=minute) for minute in range(KEPT + 5)]
    last = _seal(*contents)
    assert last.serial == KEPT + 5
    assert [serial for serial, _ in last.earlier] == list(range(KEPT + 4, 4, -1))


def test_a_seal_is_read_as_it_was_written_and_nothing_else_is_one() -> None:
    seal = _seal(FIRST, SECOND)
    assert parse(seal.to_bytes()) == seal
    assert [parse(content) for content in (b"", b"{}", b"[]", seal.to_bytes()[:-20], b'{"schema": 1}')] == [None] * 5
