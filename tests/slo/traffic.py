"""Made-up traffic: how many events happen in every second and how many of them are bad, minute by minute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

# Counters grow by multiples of 1 / 2**20, whose sums are exact: a sum that were rounded down would be a restart.
EXACT = 2**20


@dataclass(frozen=True)
class Phase:
    """A stretch of steady traffic. `bad`: share of events, 0 to 1. `gone`: nothing is scraped. `restarts`: the
    first pod begins it with counters at 0.
    """

    length_s: int
    per_s: float = 100.0
    bad: float = 0.0
    gone: bool = False
    restarts: bool = False

    @property
    def bad_per_s(self) -> float:
        return 0.0 if self.gone else self.per_s * self.bad

    @property
    def total_per_s(self) -> float:
        return 0.0 if self.gone else self.per_s


@dataclass(frozen=True)
class Traffic:
    """Phases one after the other from second 0, each a multiple of `step_s`, between two scrapes."""

    step_s: int
    phases: tuple[Phase, ...]

    def __post_init__(self) -> None:
        rounded = (
            replace(one, length_s=max(1, round(one.length_s / self.step_s)) * self.step_s) for one in self.phases
        )
        object.__setattr__(self, "phases", tuple(rounded))

    @property
    def length_s(self) -> int:
        return sum(phase.length_s for phase in self.phases)

    def ends(self) -> list[int]:
        """The second in which each phase ends."""
        return [sum(phase.length_s for phase in self.phases[: number + 1]) for number in range(len(self.phases))]

    def events(self, at_s: float, window_s: float) -> tuple[float, float]:
        """(bad, total) in the window that ends at `at_s`."""
        bad = total = 0.0
        for phase, end in zip(self.phases, self.ends(), strict=True):
            seconds = max(0.0, min(end, at_s) - max(end - phase.length_s, at_s - window_s))
            bad += phase.bad_per_s * seconds
            total += phase.total_per_s * seconds
        return bad, total

    def counter(self, of_good: float, of_bad: float, *, restarts: bool = True) -> str:
        """Samples in promtool's notation, of a counter that grows by so much with a good and a bad event. One of bad
        events alone is born with the first of them, as those of client libraries are.
        """
        rates = [phase.bad_per_s * of_bad + (phase.total_per_s - phase.bad_per_s) * of_good for phase in self.phases]
        phases = [phase if restarts else replace(phase, restarts=False) for phase in self.phases]
        return " ".join(_segments(self.step_s, phases, rates, born=of_good > 0))


def _segments(step_s: int, phases: Sequence[Phase], rates: Sequence[float], *, born: bool) -> Iterator[str]:
    """Prometheus docs, "Unit testing for rules": a+bxn is a and n more samples, _xn is n that are missing."""
    yield "0" if born and not phases[0].gone else "_"
    value = 0.0
    for phase, per_s in zip(phases, rates, strict=True):
        steps, grows = phase.length_s // step_s, round(per_s * step_s * EXACT) / EXACT
        born = born or grows > 0
        if phase.gone or not born:
            yield f"_x{steps}"
            continue
        value = 0.0 if phase.restarts else value
        yield f"{value + grows!r}+{grows!r}x{steps - 1}"
        value += grows * steps
