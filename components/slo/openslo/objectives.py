"""Targets and periods of an SLO."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, Final, TypeGuard

from components.slo.openslo.documents import refuse

_DURATION: Final = re.compile(r"(\d+)([mhdw])")
_SECONDS: Final = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_USUAL_DAYS: Final = 30
_SLICES: Final = (60, 86_400)


@dataclass(frozen=True, kw_only=True)
class Objective:
    """`fields`: as the document has them. `where`: it stands."""

    id: str
    percent: float
    fields: Mapping[str, Any]
    where: str

    @property
    def slice_target(self) -> float:
        value = self.fields.get("timeSliceTarget", 1)
        if not is_number(value) or not 0 < value <= 1:
            raise refuse(f"{self.where}.timeSliceTarget", value, "above 0 and at most 1", "correct it")
        return float(value)

    @property
    def slice_s(self) -> int:
        """A number alone is of minutes (OpenSLO, "Objectives")."""
        value, where = self.fields.get("timeSliceWindow"), f"{self.where}.timeSliceWindow"
        found = 60 * value if isinstance(value, int) and not isinstance(value, bool) else _seconds(value, where)
        if not _SLICES[0] <= found <= _SLICES[1]:
            raise refuse(where, value, "a minute to a day", "correct it")
        return found


def objectives_of(document: Mapping[str, Any], where: str) -> Iterator[Objective]:
    """One level for each; where there are several, their names tell them apart."""
    name, given = document["metadata"]["name"], document["spec"].get("objectives")
    if not isinstance(given, list) or not given or not all(isinstance(one, Mapping) for one in given):
        raise refuse(f"{where}: spec.objectives", given, "a list of objectives", "write one")
    for number, one in enumerate(given):
        place = f"{where}: spec.objectives[{number}]"
        for key in ("compositeWeight", "indicator", "indicatorRef"):
            if one.get(key) is not None:
                remedy = "write an SLO for each of its parts"
                raise refuse(f"{place}.{key}", one[key], "left out: a composite has no events to sum", remedy)
        told = re.sub(r"[^a-z0-9]+", "-", str(one.get("displayName") or number).lower()).strip("-")
        own = name if len(given) == 1 else f"{name}-{told or number}"
        yield Objective(id=own, percent=_percent(one, place), fields=one, where=place)


def period_days(spec: Mapping[str, Any], where: str) -> int:
    given = spec.get("timeWindow")
    if given is None:
        return _USUAL_DAYS
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], Mapping):
        raise refuse(f"{where}: spec.timeWindow", given, "a list of one window", "keep one")
    window, place = given[0], f"{where}: spec.timeWindow[0]"
    if window.get("calendar") is not None or window.get("isRolling") is False:
        remedy = "remove `calendar` and set isRolling to true: a budget is of the last days, and never begins anew"
        raise refuse(f"{place}.isRolling", window.get("isRolling"), "true", remedy)
    found = _seconds(window.get("duration"), f"{place}.duration")
    if found % _SECONDS["d"]:
        raise refuse(f"{place}.duration", window.get("duration"), "whole days", "round it")
    return found // _SECONDS["d"]


def _percent(one: Mapping[str, Any], where: str) -> float:
    target, percent = one.get("target"), one.get("targetPercent")
    if (target is None) == (percent is None):
        raise refuse(where, dict(one), "an objective with either target or targetPercent", "give one of the two")
    value, key, most = (target, "target", 1) if percent is None else (percent, "targetPercent", 100)
    if not is_number(value) or not 0 < value < most:
        raise refuse(f"{where}.{key}", value, f"above 0 and below {most}", "correct it")
    return float(Decimal(str(value)) * (100 // most))


def _seconds(value: object, where: str) -> int:
    if not isinstance(value, str) or not (found := _DURATION.fullmatch(value)):
        allowed = "a number of m, h, d or w such as 30d: months, quarters and years differ in length"
        raise refuse(where, value, allowed, "write it in days or weeks")
    return int(found[1]) * _SECONDS[found[2]]


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
