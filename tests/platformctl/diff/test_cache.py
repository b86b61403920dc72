"""The cache of applied bases: by all that decides them, whole or not at all, and within its limit."""

import gzip
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sandbox
from platformctl.diff import cache
from platformctl.errors import CommandError

CONTENT: dict[str, Any] = {"version": 3, "checkpoint": {"latest": {"resources": [{"urn": "one"}]}}}
LISTED = {"stacks": "a", "components": "b", "Pulumi.staging.yaml": "c", "docs": "d", "README.md": "e", ".github": "f"}
ENGINE = Path("/tools/pulumi/3.200.0/pulumi")


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with cache.claimed("first"):
        return cache.folder()


def _key(**changed: Any) -> str:
    given: dict[str, Any] = {"listed": LISTED, "target": "staging", "passphrase": "", "engine": ENGINE} | changed
    return cache.key(**given)


def test_what_was_kept_is_found_and_nothing_else(own: Path) -> None:
    cache.keep("one", CONTENT)
    assert cache.find("one") == CONTENT
    assert cache.find("two") is None
    assert (own / "one.json.gz").stat().st_mode & 0o077 == 0
    assert own.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["stacks", "components", "Pulumi.staging.yaml"])
def test_another_program_or_other_settings_have_another_key(name: str) -> None:
    assert _key(listed=LISTED | {name: "other"}) != _key()


@pytest.mark.parametrize("name", ["docs", "README.md", ".github"])
def test_what_no_program_reads_does_not_matter(name: str) -> None:
    assert _key(listed=LISTED | {name: "other"}) == _key()


@pytest.mark.parametrize(
    "changed",
    [{"target": "prod"}, {"passphrase": "words"}, {"engine": Path("/tools/pulumi/3.201.0/pulumi")}, {"listed": {}}],
)
def test_another_environment_passphrase_or_engine_has_another_key(changed: dict[str, Any]) -> None:
    assert _key(**changed) != _key()


def test_other_code_that_answers_the_program_has_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _key()
    (tmp_path / "sandbox").mkdir()
    file = tmp_path / "sandbox" / "__init__.py"
    file.write_text("changed = True\n")
    monkeypatch.setattr(sandbox, "__file__", str(file))
    assert _key() != before


def test_other_packages_have_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _key()
    (tmp_path / "new" / "thing-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "new"))
    assert _key() != before


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        _flipped,
        lambda content: content[:-1],
        lambda _: b"",
        lambda _: b"no gzip",
        lambda _: gzip.compress(b"no JSON"),
        lambda _: gzip.compress(b'"text"'),
        lambda _: gzip.compress(b'{"schema": 1, "name": "other", "content": {}}'),
        lambda _: gzip.compress(b'{"schema": 0, "name": "one", "content": {}}'),
    ],
)
def test_a_damaged_entry_is_none_and_goes(own: Path, damage: Callable[[bytes], bytes]) -> None:
    cache.keep("one", CONTENT)
    file = own / "one.json.gz"
    file.write_bytes(damage(file.read_bytes()))
    assert cache.find("one") is None
    assert not file.exists()


def test_an_interrupted_write_leaves_the_entry_before(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep("one", CONTENT)
    left = sorted(own.iterdir())

    def interrupted(*_: Any) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(gzip, "compress", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cache.keep("one", {})
    assert cache.find("one") == CONTENT
    assert sorted(own.iterdir()) == left


def test_the_longest_unused_go_when_there_is_too_much(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(("one", "two", "three")):
        with cache.claimed(name):
            cache.keep(name, CONTENT)
        os.utime(own / f"{name}.json.gz", (number, number))
    assert cache.find("one") == CONTENT  # now used last
    size = (own / "one.json.gz").stat().st_size
    monkeypatch.setattr(cache, "MOST_BYTES", 2 * size + size // 2)
    cache.keep("four", CONTENT)
    assert [cache.find(name) is not None for name in ("one", "two", "three", "four")] == [True, False, False, True]
    assert not (own / "two.lock").exists()


def test_verdicts_are_kept_for_a_day() -> None:
    assert cache.of_day("one", date(2026, 1, 1)) != cache.of_day("one", date(2026, 1, 2))
    assert cache.of_day("one", date(2026, 1, 1)) != cache.of_day("two", date(2026, 1, 1))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(CommandError, match="XDG_CACHE_HOME"), cache.claimed("one"):
        pass
