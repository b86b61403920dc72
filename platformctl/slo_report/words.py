"""Figures in words, as people say them: one way for all of the report."""

from datetime import UTC, datetime

MINUS, TIMES, NONE = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}", "\N{EN DASH}"
_UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


def share(value: float | None) -> str:
    """Of a budget, so that 0 is said of nothing else: 62 %, 0.4 %, and with a real minus."""
    if value is None:
        return "unknown"
    percent = value * 100
    digits = 0 if abs(percent) >= 10 or percent == 0 else 1
    return f"{percent:.{digits}f} %".replace("-", MINUS)


def rate(value: float | None) -> str:
    if value is None:
        return NONE
    if 0 < value < 0.05:
        return f"<0.1{TIMES}"
    return f"{value:.{0 if value >= 100 else 1}f}{TIMES}"


def span(seconds: float | None) -> str:
    """In the greatest unit of which there are two."""
    if seconds is None:
        return NONE
    for unit, length in _UNITS:
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return "a minute" if seconds >= 60 else "now"


def forecast(seconds: float | None, period_days: int) -> str:
    """When a budget is spent at the present rate; beyond its period it comes back faster than it goes."""
    if seconds is None:
        return NONE
    return f"over {period_days} days" if seconds > period_days * 86_400 else span(seconds)


def between(begin: float, end: float) -> str:
    """The day once where both are on the same."""
    one, other = moment(begin), moment(end)
    same = one.rpartition(" ")[0] == other.rpartition(" ")[0]
    return f"{one} {NONE} {other.rpartition(' ')[2] if same else other}"


def count(value: float | None) -> str:
    """Events: exact below a million, then in millions."""
    if value is None:
        return NONE
    for unit, size in (("billion", 1e9), ("million", 1e6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:,.0f}"


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%-d %b %H:%M")


def objective(percent: float) -> str:
    return f"{percent:.6g} %"
