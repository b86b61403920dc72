"""docs/canaries.md shows the steps that there are."""

from collections.abc import Iterator
from pathlib import Path

from components.canary.gates import GATES
from components.canary.ladders import LADDERS, steps
from components.canary.metrics import BLIND_GRACE_S, LONGEST_UNDECIDED_S, STARVED_CALL_S
from components.canary.plan import Lane
from components.canary_strategy import EVIDENCE_S, PREVIOUS_S
from tests.components.canary.plans import CLASSES, plan

PAGE = Path(__file__).parents[3] / "docs" / "canaries.md"
BEGIN, END = "<!-- steps -->\n", "<!-- end of steps -->\n"


def table() -> Iterator[str]:
    yield "| Class | Lane | Weight | Hold | Requests needed | Charges needed | Gates that begin here |"
    yield "|---|---|---|---|---|---|---|"
    for risk in CLASSES:
        for lane in LADDERS:
            yield from _rows(risk, lane)


def _rows(risk: object, lane: Lane) -> Iterator[str]:
    known: set[str] = set()
    for step in steps(plan(risk, lane=lane)):  # type: ignore[arg-type]  # of CLASSES
        new = [f"`{name}`" for name in step.rung.gates if name not in known]
        known |= set(step.rung.gates)
        cells = [str(risk), lane, f"{step.rung.weight_percent} %", f"{step.hold_s / 60:.0f} min", str(step.needed)]
        yield f"| {' | '.join([*cells, str(step.needed_charges or '-'), ', '.join(new) or 'those before'])} |"


def test_table_of_steps_is_the_one_that_is_used() -> None:
    text = PAGE.read_text()
    found = text[text.index(BEGIN) + len(BEGIN) : text.index(END)]
    assert found == "\n".join([*table(), ""]), "write what tests/components/canary/test_documentation.py gives"


def test_figures_of_the_page_are_the_ones_that_are_used() -> None:
    assert (BLIND_GRACE_S, STARVED_CALL_S, LONGEST_UNDECIDED_S) == (600, 1800, 4 * 3600)
    assert (EVIDENCE_S, PREVIOUS_S) == (600, 1800)
    assert GATES["metrics-are-fresh"].limit == 90


if __name__ == "__main__":
    whole = PAGE.read_text()
    before, after = whole[: whole.index(BEGIN) + len(BEGIN)], whole[whole.index(END) :]
    PAGE.write_text(before + "\n".join([*table(), after]))
