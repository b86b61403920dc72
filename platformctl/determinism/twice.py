"""Renders a program twice, in two processes that agree on nothing but the checkout, and says where they differ."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from platformctl.determinism.comparing import Unlike, unlike
from platformctl.errors import CommandError, Exit
from platformctl.project import Project

_HOME = {"PYTHONHASHSEED": "1", "TZ": "UTC"}
# Another year, month, day of the month and of the week, hour, minute, second and fraction.
LATER_S = 403 * 86_400 + 7 * 3_600 + 13 * 60 + 11.37


@dataclass(frozen=True)
class Way:
    """One thing that is not the program's: what it is called, and how a process is made that has it otherwise."""

    cause: str
    variables: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    later_s: float = 0.0


WAYS = (
    Way("the clock", later_s=LATER_S),
    Way("the order of a set", {"PYTHONHASHSEED": "2"}),
    Way("the order of files in a folder", changes=("listing",)),
    Way("the time zone", {"TZ": "Pacific/Chatham"}),
    Way("the locale", {"LC_ALL": "C", "LANG": "C"}),
)
_ALL = Way(
    "",
    {name: value for way in WAYS for name, value in way.variables.items()},
    tuple(change for way in WAYS for change in way.changes),
    sum(way.later_s for way in WAYS),
)
# Two renders that agree on all of the others, and differ all the same.
CHANCE = Way("chance, or the process itself (random, uuid, secrets, a process id, how long something took)")


def differences(project: Project, environment: str) -> list[Unlike]:
    """What differs, each with its causes; nothing for a program that asks for the same. Takes as long as a render, and
    as six more where something differs, to find the causes.

    CommandError for a program that does not run, in one of the two places or in both.
    """
    now = time.time()
    first, second = _rendered(project, environment, now, (Way(""), _ALL))
    found = unlike(first, second)
    if not found:
        return []
    ways = (CHANCE, *WAYS)
    others = _rendered(project, environment, now, ways)
    by_cause = {
        way.cause: {_name(one) for one in unlike(first, other)} for way, other in zip(ways, others, strict=True)
    }
    return [replace(one, causes=_causes(_name(one), by_cause)) for one in found]


def _causes(name: tuple[str, str], by_cause: Mapping[str, set[tuple[str, str]]]) -> tuple[str, ...]:
    if name in by_cause[CHANCE.cause]:
        return (CHANCE.cause,)
    return tuple(cause for cause, names in by_cause.items() if name in names)


def _name(one: Unlike) -> tuple[str, str]:
    return (one.urn, one.property)


def _rendered(project: Project, environment: str, now: float, ways: Sequence[Way]) -> list[list[dict[str, Any]]]:
    with ThreadPoolExecutor(os.cpu_count() or 1) as at_once:
        return list(at_once.map(lambda way: _render(project, environment, now + way.later_s, way), ways))


def _render(project: Project, environment: str, now: float, way: Way) -> list[dict[str, Any]]:
    module = "platformctl.determinism.elsewhere"
    line = [sys.executable, "-m", module, project.target(environment), repr(now), *way.changes]
    result = subprocess.run(  # noqa: S603  our own interpreter and module
        line,
        cwd=project.root,
        env={**os.environ, **_HOME, **way.variables},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    try:
        answer = json.loads(result.stdout)
    except ValueError:
        last = (result.stderr.strip().splitlines() or [f"exit code {result.returncode}"])[-1]
        raise CommandError(f"the program could not be rendered: {last}", Exit.ENGINE) from None
    if "error" in answer:
        raise CommandError(answer["error"], Exit(answer["code"]))
    registered: list[dict[str, Any]] = answer["registered"]
    return registered
