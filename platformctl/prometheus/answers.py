"""What a Prometheus answers, read into values. KeyError, TypeError or ValueError: that is no answer of its API."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One series at one moment. `labels` are without the name for what was calculated; `at_s`: Unix time."""

    labels: Mapping[str, str]
    value: float
    at_s: float


@dataclass(frozen=True)
class Series:
    """One series over a range. `points`: (Unix time in seconds, value), oldest first; a gap is a missing point."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Alert:
    """`state` is pending or firing, `active_at` when its expression first held."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    state: str = "firing"
    active_at: datetime | None = None
    value: float = 1.0


def samples(data: Mapping[str, Any]) -> list[Sample]:
    """Of an instant query, by labels; a scalar is one sample without labels."""
    if data["resultType"] == "scalar":
        return [_sample({}, data["result"])]
    found = [_sample(one["metric"], one["value"]) for one in data["result"]]
    return sorted(found, key=lambda one: sorted(one.labels.items()))


def series(data: Mapping[str, Any]) -> list[Series]:
    """Of a range query, by labels."""
    found = [Series(_labels(one["metric"]), tuple(_points(one["values"]))) for one in data["result"]]
    return sorted(found, key=lambda one: sorted(one.labels.items()))


def alerts(data: Mapping[str, Any]) -> list[Alert]:
    """By labels."""
    found = [
        Alert(
            _labels(one["labels"]),
            _labels(one.get("annotations") or {}),
            str(one["state"]),
            datetime.fromisoformat(one["activeAt"]) if one.get("activeAt") else None,
            float(one["value"]),
        )
        for one in data["alerts"]
    ]
    return sorted(found, key=lambda one: sorted(one.labels.items()))


def _sample(labels: Mapping[str, str], pair: list[Any]) -> Sample:
    at_s, value = pair
    return Sample(_labels(labels), float(value), float(at_s))  # the API writes NaN, +Inf and -Inf as float() reads them


def _points(values: list[list[Any]]) -> Iterator[tuple[float, float]]:
    for at_s, value in values:
        yield float(at_s), float(value)


def _labels(given: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in sorted(given.items())}
