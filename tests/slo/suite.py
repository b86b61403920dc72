"""All cases of a service level."""

from collections.abc import Iterable
from pathlib import Path

from components.slo.definition import ServiceLevel
from components.slo.groups import groups
from tests.slo import expected, invariants, promtool
from tests.slo.case import Case
from tests.slo.stories import stories


def cases(level: ServiceLevel) -> list[Case]:
    if level.kind == "invariant":
        return list(invariants.cases(level))
    return [expected.case(level, story) for story in stories(level)]


def written(folder: Path, levels: Iterable[ServiceLevel]) -> list[Path]:
    return [file for level in levels for file in promtool.write(folder, level.id, groups([level]), cases(level))]
