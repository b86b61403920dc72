"""Strikes the registered faults, one seed after another, and keeps what came of each."""

import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.faults.fault import Fault, Observed
from tests.faults.world import World, world


@dataclass(frozen=True)
class Result:
    """One fault under one seed. `wrong` is empty when the expected came; `seconds` is what the whole case took."""

    fault: Fault
    seed: int
    observed: Observed
    wrong: str
    seconds: float

    @property
    def again(self) -> str:
        """The command that does the same once more."""
        return f"python -m tests.faults --only {self.fault.name} --seed {self.seed}"


class Worlds:
    """One world at a time: that of the area whose cases are under way. A context manager."""

    def __enter__(self) -> "Worlds":
        self._open, self._area = ExitStack(), ""
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def of(self, area: str) -> World:
        if area != self._area:
            self._open.close()
            folder = self._open.enter_context(TemporaryDirectory(prefix="platform-faults-"))
            self._world = self._open.enter_context(world(Path(folder, area).resolve()))
            self._area = area
        return self._world


def strike(fault: Fault, seed: int, worlds: Worlds) -> Result:
    """One case, in an empty world; processes that it leaves running are ended, and are its failure."""
    begun = time.monotonic()
    observed, wrong = Observed(""), ""
    place = worlds.of(fault.area)
    try:
        place.fresh()
        observed = fault.strike(Random(f"{fault.name} {seed}"), place)
    except AssertionError as error:
        wrong = str(error) or traceback.format_exc()
    except Exception:
        wrong = traceback.format_exc()
    finally:
        left = place.end_processes()
    if left:
        wrong = "\n".join([*filter(None, [wrong]), "these processes were left running:", *left])
    return Result(fault, seed, observed, wrong, time.monotonic() - begun)


def strike_all(chosen: Iterable[Fault], seeds: Iterable[int]) -> Iterator[Result]:
    """Each fault under each seed, in that order."""
    with Worlds() as worlds:
        for fault in chosen:
            for seed in seeds:
                yield strike(fault, seed, worlds)
