"""Every registered fault under three seeds: `python -m tests.faults` does the same under as many as one likes."""

from collections.abc import Iterator

import pytest

from tests.faults.fault import Fault, faults
from tests.faults.running import Worlds, strike

SEEDS = range(3)


def _cases() -> Iterator[object]:
    for one in faults():
        marks = [pytest.mark.engine] if one.level == "E" else []
        for seed in SEEDS:
            yield pytest.param(one, seed, id=f"{one.number}-{one.name}-{seed}", marks=marks)


@pytest.fixture(scope="module")
def worlds() -> Iterator[Worlds]:
    with Worlds() as made:
        yield made


@pytest.mark.parametrize(("fault", "seed"), list(_cases()))
def test_a_fault_has_the_expected_end(fault: Fault, seed: int, worlds: Worlds) -> None:
    result = strike(fault, seed, worlds)
    assert not result.wrong, f"{result.wrong}\nexpected: {fault.expected}\nagain: {result.again}"
    assert result.observed.text
