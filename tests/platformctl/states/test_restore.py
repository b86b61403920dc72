"""A damaged state is found before anything is asked, and an earlier version takes its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from platformctl.errors import CommandError
from platformctl.states import history, sealing
from platformctl.states.backend import Folder
from platformctl.states.examine import backend_of, demand, examine
from platformctl.states.locking import locked
from platformctl.states.restore import choose, difference, restore
from tests.platformctl.states.sample import KEYS, key, state, target, urn

FIRST, SECOND = state(key("a"), minute=1), state(key("a"), key("b"), minute=2)
RECORD = {"kind": "update", "result": "succeeded", "resourceChanges": {"create": 2}}


@pytest.fixture
def kept(tmp_path: Path) -> Any:
    """A target whose state went through two updates of ours, with the history that the engine writes."""
    made = target(tmp_path)
    backend = backend_of(made)
    for number, content in enumerate((FIRST, SECOND)):
        with sealing.sealed(made, "up"):
            backend.write(KEYS.state, content)
        backend.write(f"{KEYS.history}170000000{number}.checkpoint.json", content)
        backend.write(f"{KEYS.history}170000000{number}.history.json", json.dumps(RECORD).encode())
    return made


def _damage(made: Any, content: bytes | None) -> None:
    backend = backend_of(made)
    backend.delete(KEYS.state) if content is None else backend.write(KEYS.state, content)


DAMAGES = {
    "truncated": (SECOND[:400], "unreadable"),
    "empty": (b"", "unreadable"),
    "flipped": (SECOND.replace(b"id-b", b"id-c"), "altered"),
    "rolled back": (FIRST, "rolled-back"),
    "gone": (None, "missing"),
    "of another stack": (SECOND.replace(b"sandbox", b"staging"), "foreign"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damage_is_refused_and_one_restore_mends_it(kept: Any, damage: str) -> None:
    content, kind = DAMAGES[damage]
    demand(kept)
    _damage(kept, content)
    with pytest.raises(CommandError) as refused:
        demand(kept)
    assert refused.value.code == 2
    assert kind in str(refused.value)
    assert "state restore sandbox" in str(refused.value)

    backend = backend_of(kept)
    found = examine(backend, KEYS)
    chosen = choose(found, history.versions(backend, KEYS, found.seal), None)
    where = restore(kept, found, chosen)
    assert backend.read(KEYS.state) == SECOND
    assert (backend.read(where) if where else None) == content
    demand(kept)
    assert examine(backend, KEYS).serial == 3
    assert backend.entries(KEYS.locks) == []


def test_versions_are_listed_newest_first_with_what_made_them(kept: Any) -> None:
    backend = backend_of(kept)
    _damage(kept, SECOND[:400])
    found = history.versions(backend, KEYS, examine(backend, KEYS).seal)
    told = [(one.kept_by, one.resources, one.sound, one.note) for one in found]
    assert sorted(told) == [("history", 3, True, "serial 1"), ("history", 4, True, "serial 2")]


def test_a_version_that_is_asked_for_is_taken_and_what_it_would_lose_is_told(kept: Any) -> None:
    backend = backend_of(kept)
    found = examine(backend, KEYS)
    versions = history.versions(backend, KEYS, found.seal)
    with pytest.raises(CommandError, match="name the version"):
        choose(found, versions, None)
    with pytest.raises(CommandError, match="no versions are called so; there are: "):
        choose(found, versions, "zzz")
    chosen = choose(found, versions, versions[0].name)
    older = state(key("a", id="other"), minute=1)
    from platformctl.states.integrity import read

    then, now = read(older, KEYS.project, KEYS.stack)[0], found.checkpoint
    assert then is not None
    differs = difference(now, then)
    assert (differs.forgotten, differs.returned, differs.changed) == ((urn("b"),), (), (urn("a"),))
    assert not difference(None, then).readable
    restore(kept, found, chosen)
    assert backend.read(KEYS.state) == FIRST
    assert examine(backend, KEYS).seal.digest == chosen.digest  # type: ignore[union-attr]


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(kept: Any) -> None:
    backend = backend_of(kept)
    _damage(kept, SECOND[:400])
    found = examine(backend, KEYS)
    chosen = choose(found, history.versions(backend, KEYS, found.seal), None)
    _damage(kept, SECOND[:300])
    with pytest.raises(CommandError, match="written meanwhile"):
        restore(kept, found, chosen)
    assert backend.read(KEYS.state) == SECOND[:300]


def test_nothing_is_written_while_an_engine_holds_the_lock(kept: Any) -> None:
    backend = backend_of(kept)
    _damage(kept, SECOND[:400])
    found = examine(backend, KEYS)
    chosen = choose(found, history.versions(backend, KEYS, found.seal), None)
    with locked(backend, KEYS), pytest.raises(CommandError, match="locked by process") as refused:
        restore(kept, found, chosen)
    assert refused.value.code == 5
    assert backend.read(KEYS.state) == SECOND[:400]
    assert backend.entries(KEYS.locks) == []


def test_without_a_sound_version_people_are_sent_to_the_copy(kept: Any) -> None:
    backend = backend_of(kept)
    for entry in backend.entries(KEYS.history):
        backend.delete(entry.key)
    _damage(kept, b"{")
    found = examine(backend, KEYS)
    with pytest.raises(CommandError, match="recovery region"):
        choose(found, history.versions(backend, KEYS, found.seal), None)


def test_the_seal_stays_open_when_the_process_dies_and_admits_what_the_update_wrote(kept: Any) -> None:
    backend = backend_of(kept)
    dying = sealing.sealed(kept, "up")
    dying.__enter__()
    demand(kept)
    _damage(kept, state(key("a"), key("b"), key("c"), minute=3))
    demand(kept)
    _damage(kept, FIRST)
    with pytest.raises(CommandError, match="rolled-back"):
        demand(kept)
    assert isinstance(backend, Folder)


def test_what_does_not_write_a_state_leaves_its_seal() -> None:
    assert sealing.writes("up", ("--yes",))
    assert sealing.writes("refresh", ())
    assert not sealing.writes("refresh", ("--preview-only",))
    assert not sealing.writes("preview", ())
