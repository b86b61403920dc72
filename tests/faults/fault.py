"""What a fault case is, and how one is registered: see README.md in this folder."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.faults import cases
from tests.faults.world import World

LEVELS = {"U": "without engine and cloud", "E": "the real engine on the sandbox"}


@dataclass(frozen=True)
class Observed:
    """What came of one fault. Seconds after it struck, None where there is nothing to time: until somebody was told
    (`detect_s`), and until cloud, state and lock were right again (`safe_s`)."""

    text: str
    detect_s: float | None = None
    safe_s: float | None = None


Case = Callable[[Random, World], Observed]


@dataclass(frozen=True)
class Fault:
    """One registered case; `number` is the fault's in the list of faults, and several cases may show one."""

    number: int
    title: str
    level: str
    expected: str
    strike: Case

    @property
    def name(self) -> str:
        return self.strike.__name__

    @property
    def area(self) -> str:
        """The file it stands in; cases of one area share a sandbox."""
        return self.strike.__module__.rpartition(".")[2]


_registered: dict[str, Fault] = {}


def fault(number: int, title: str, *, level: str, expected: str) -> Callable[[Case], Case]:
    """Registers the case that follows; ValueError for an unknown level and for a name that is taken."""
    if level not in LEVELS:
        raise ValueError(f"level {level!r} of fault {number} is none of {', '.join(LEVELS)}")

    def register(strike: Case) -> Case:
        made = Fault(number, title, level, expected, strike)
        if made.name in _registered:
            raise ValueError(f"two fault cases are called {made.name}: rename one")
        _registered[made.name] = made
        return strike

    return register


def faults() -> list[Fault]:
    """Every case under `cases/`: by area, for the areas' sandboxes, and in an area by number and name."""
    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module(f"{cases.__name__}.{module.name}")
    found = (one for one in _registered.values() if one.strike.__module__.startswith(f"{cases.__name__}."))
    return sorted(found, key=lambda one: (one.area, one.number, one.name))
