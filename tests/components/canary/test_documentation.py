"""docs/canaries.md shows the steps that there are."""

from collections.abc import Iterator
from pathlib import Path

from components.canary.gates import GATES
from components.canary.ladders import LADDERS, steps
from components.canary.metrics import BLIND_GRACE_S, LONGEST_UNDECIDED_S, STARVED_CALL_S, fails
from components.canary.plan import Lane
from components.canary_strategy import EVIDENCE_S, PREVIOUS_S
from tests.components.canary.plans import CLASSES, plan

PAGE = Path(__file__).parents[3] / "docs" / "canaries.md"
TABLES = ("steps", "gates")


def step_lines() -> Iterator[str]:
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


def gate_lines() -> Iterator[str]:
    yield "| Gate | Passes while | Fails when | Starved | Blind |"
    yield "|---|---|---|---|---|"
    for name, gate in GATES.items():
        yield f"| `{name}` | {gate.says} | {fails(gate)} | {gate.starved} | {gate.blind} |"


def _page(text: str) -> str:
    """With the tables as the data gives them."""
    for name, lines in zip(TABLES, (step_lines(), gate_lines()), strict=True):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, after = text[: text.index(begin) + len(begin)], text[text.index(end) :]
        text = before + "\n".join([*lines, after])
    return text


def test_tables_are_those_of_the_data() -> None:
    text = PAGE.read_text()
    assert text == _page(text), "to mend it: python -m tests.components.canary.test_documentation"


def test_figures_of_the_page_are_the_ones_that_are_used() -> None:
    assert (BLIND_GRACE_S, STARVED_CALL_S, LONGEST_UNDECIDED_S) == (600, 1800, 4 * 3600)
    assert (EVIDENCE_S, PREVIOUS_S) == (600, 1800)
    assert GATES["metrics-are-fresh"].limit == 90


if __name__ == "__main__":
    PAGE.write_text(_page(PAGE.read_text()))
