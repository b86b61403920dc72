"""A thousand races for the lock: exactly one winner each, never two holders, and tokens that only grow."""

import multiprocessing
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

from platformctl.locks.backend import store_of
from platformctl.locks.book import Book
from platformctl.locks.book import book as lock_book
from platformctl.locks.lease import Lease, acquire
from platformctl.locks.protocol import Locked

RACES = int(os.environ.get("RACES", "1000"))
IN_FOLDER = RACES * 4 // 5  # over HTTP each takes ten times as long
RUNNERS = 4
PATIENCE_S = 60


def _run(variables: Mapping[str, str], races: range, barrier: Any, runner: int) -> list[tuple[int, int]]:
    """Takes part in each race; returns those it won, with the token."""
    store, won = store_of(variables), []
    for race in races:
        barrier.wait(PATIENCE_S)
        try:
            lease = acquire(lock_book(store, "races", f"{os.getppid()}-{race}", "race"), f"runner {runner}", "race")
        except Locked:
            continue
        won.append((race, lease.token))
    return won


def _in_process(arguments: tuple[Mapping[str, str], range, int]) -> list[tuple[int, int]]:
    variables, races, runner = arguments
    return _run(variables, races, _barrier, runner)


_barrier: Any = None


def _initialise(barrier: Any) -> None:
    global _barrier
    _barrier = barrier


def _assert_one_winner_each(won: list[list[tuple[int, int]]], races: range) -> None:
    winners = sorted(race for one in won for race, _ in one)
    assert winners == list(races)
    assert sum(bool(one) for one in won) > 1  # it was a race: not one runner before all others


def test_processes_race_for_locks_in_a_folder(tmp_path: Path) -> None:
    races, spawn = range(IN_FOLDER), multiprocessing.get_context("spawn")
    variables = {"PULUMI_BACKEND_URL": f"file://{tmp_path}"}
    with spawn.Pool(RUNNERS, _initialise, (spawn.Barrier(RUNNERS),)) as pool:
        won = pool.map(_in_process, [(variables, races, runner) for runner in range(RUNNERS)], chunksize=1)
    _assert_one_winner_each(won, races)


def test_runners_race_for_locks_in_a_bucket(cloud: dict[str, str]) -> None:
    races, barrier, runners = range(RACES - IN_FOLDER), Barrier(2), range(2)
    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(lambda runner: _run(cloud, races, barrier, runner), runners))
    _assert_one_winner_each(won, races)


def test_holders_follow_one_another_and_their_tokens_grow(tmp_path: Path) -> None:
    """Each holder marks a file as its own and looks whether it still is, before it lets go."""
    mark, rounds = tmp_path / "mark", 15
    store = store_of({"PULUMI_BACKEND_URL": f"file://{tmp_path}"})

    def hold(runner: int) -> list[int]:
        tokens = []
        for _ in range(rounds):
            lease = _wait_for(lock_book(store, "p", "e", "e"), f"runner {runner}")
            mark.write_text(str(lease.token))
            tokens.append(lease.token)
            time.sleep(0.001)
            assert mark.read_text() == str(lease.token)
            lease.release()
        return tokens

    with ThreadPoolExecutor(RUNNERS) as pool:
        taken = list(pool.map(hold, range(RUNNERS)))
    assert all(tokens == sorted(tokens) for tokens in taken)
    every = sorted(token for tokens in taken for token in tokens)
    assert every == list(range(every[0], every[0] + RUNNERS * rounds))  # each given once, none left out


def _wait_for(book: Book, owner: str) -> Lease:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return acquire(book, owner, "race")
        except Locked:
            assert time.monotonic() < until
            time.sleep(0.001)
