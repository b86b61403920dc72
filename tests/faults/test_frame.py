"""The frame itself: what is registered, how a failing case is told, and the figures of the table."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults import fault as registry
from tests.faults.__main__ import main
from tests.faults.fault import Fault, Observed, fault, faults
from tests.faults.running import Result, Worlds, strike
from tests.faults.table import document, markdown, percentile
from tests.faults.world import World


def one(strike: registry.Case, level: str = "U") -> Fault:
    return Fault(99, "a fault", level, "a good end", strike)


def drawing(rng: Random, world: World) -> Observed:
    return Observed(f"drew {rng.random()}", 1.0, 2.0)


def failing(rng: Random, world: World) -> Observed:
    raise AssertionError("two of them | exist")


def broken(rng: Random, world: World) -> Observed:
    raise KeyError("gone")


@pytest.fixture(scope="module")
def worlds() -> Iterator[Worlds]:
    with Worlds() as made:
        yield made


def test_a_seed_repeats_the_run_and_another_one_does_not(worlds: Worlds) -> None:
    texts = [strike(one(drawing), seed, worlds).observed.text for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_what_was_wrong_is_told_with_the_command_that_repeats_it(worlds: Worlds) -> None:
    result = strike(one(failing), 7, worlds)
    assert (result.wrong, result.again) == (
        "two of them | exist",
        "python -m tests.faults --only failing --seed 7",
    )
    assert "KeyError: 'gone'" in strike(one(broken), 7, worlds).wrong
    text = markdown([result])
    assert result.again in text
    assert "two of them | exist" in text
    assert "1 runs, 1 failed." in text


@pytest.mark.engine
def test_a_process_that_a_case_leaves_running_is_ended_and_its_failure(worlds: Worlds) -> None:
    def leaving(rng: Random, world: World) -> Observed:
        line = [sys.executable, "-c", "import time; time.sleep(600)"]
        left.append(subprocess.Popen(line, cwd=world.checkout.root))
        return Observed("fine")

    left: list[subprocess.Popen[bytes]] = []
    assert "were left running" in strike(one(leaving, "E"), 0, worlds).wrong
    assert left[0].wait(10) == -9


@pytest.mark.engine
def test_a_case_begins_with_nothing_that_the_one_before_left(worlds: Worlds) -> None:
    def littering(rng: Random, world: World) -> Observed:
        topics = world.checkout.aws("sns", world.target)
        found = topics.list_topics()["Topics"]
        topics.create_topic(Name="litter")
        litter = [world.program / "litter.json", world.state / "litter", world.checkout.sandbox.directory / "litter"]
        there = [file.name for file in litter if file.exists()]
        for file in litter:
            file.write_text("x")
        settings = world.program / "settings.py"
        changed = "litter" in settings.read_text()
        settings.write_text("litter")
        world.order(throttle=1)
        return Observed(f"{len(found)} topics, {there}, {changed}")

    for seed in range(2):
        result = strike(one(littering, "E"), seed, worlds)
        assert (result.wrong, result.observed.text) == ("", "0 topics, [], False")


def test_times_are_ranked_without_those_that_are_not_known() -> None:
    assert percentile([], 50) is None
    assert [percentile(range(1, 31), percent) for percent in (50, 95, 100)] == [15, 29, 30]
    results = [
        Result(one(drawing), seed, Observed("fine", seconds, None), "", 1.0)
        for seed, seconds in enumerate([3.0, None, 1.0, 2.0])
    ]
    assert document(results)["summary"] == [
        {
            "fault": 99,
            "name": "drawing",
            "title": "a fault",
            "seeds": 4,
            "failed": 0,
            "detect_s": {"p50": 2.0, "p95": 3.0},
            "safe_s": {"p50": None, "p95": None},
        }
    ]
    assert "| 99 a fault | 4 | 0 | 2.0 s | 3.0 s |  |  |" in markdown(results)


def test_a_wrong_registration_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registered", {})
    fault(99, "a fault", level="U", expected="a good end")(drawing)
    with pytest.raises(ValueError, match="two fault cases are called drawing"):
        fault(98, "another", level="U", expected="a good end")(drawing)
    with pytest.raises(ValueError, match="level 'X' of fault 98 is none of U, E"):
        fault(98, "another", level="X", expected="a good end")


def test_every_case_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    known = faults()
    assert len({one.name for one in known}) == len(known) > 0
    assert all(one.title and one.expected and 1 <= one.number <= 42 for one in known)
    assert main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(known)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--only", "77"], "no such fault"), (["--only", "1,nothing"], "no such fault"), (["--seeds", "0"], "from 1")],
)
def test_bad_input_is_refused_with_what_there_is(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_table_and_document_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.faults.__main__.faults", lambda: [one(drawing), one(failing)])
    assert main(["--seeds", "2", "--output", str(tmp_path / "table.md")]) == 1
    assert (tmp_path / "table.md").read_text().startswith("# Faults")
    runs = json.loads((tmp_path / "table.json").read_text())["runs"]
    assert [(run["name"], run["seed"], bool(run["wrong"])) for run in runs] == [
        ("drawing", 0, False),
        ("drawing", 1, False),
        ("failing", 0, True),
        ("failing", 1, True),
    ]
