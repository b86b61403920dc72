"""How answers about access are printed."""

from typing import TYPE_CHECKING, Any

from platformctl import show
from platformctl.access.questions import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.access.matrix import Access, Cells, Matrix

_STYLE = {"allow": "red", "may": "yellow", "deny": "green"}


def one(answer: Answer, question: tuple[str, str, str], *, as_json: bool) -> None:
    """The decision on one principal, what decided it, and the chain, if one leads there."""
    if as_json:
        show.show_json(answer)
        return
    principal, action, resource = map(show.escape, question)
    show.out.print(f"{_decision(answer)} {principal} {action} {resource}")
    _details(answer, "  ")


def many(answer: Answer, *, as_json: bool) -> None:
    """Everyone who is allowed or may be, then who gets there by a chain."""
    if as_json:
        show.show_json(answer)
        return
    for found in answer["principals"]:
        show.out.print(f"{_decision(found)} {show.escape(found['principal'])}")
        _details(found, "  ")
    if not answer["principals"]:
        show.out.print("nobody is allowed it")
    for found in answer["by_chain"]:
        show.out.print(f"by chain {show.escape(found['principal'])}: {show.escape(_chain(found['path']))}")


def matrix(matrix: "Matrix", *, paths: bool, as_json: bool, took: str) -> None:
    """One line for each principal and one column for each capability; with `paths`, every way there."""
    from policies.access.matrix import TITLES
    from policies.access.review import lines_of

    if as_json:
        told = {"principals": _as_json(matrix.principals), "outsiders": _as_json(matrix.outsiders)}
        show.show_json({"schema": 1, "capabilities": TITLES, **told})
        return
    if paths:
        for principal, row in lines_of(matrix).items():
            show.out.print(f"[bold]{show.escape(principal)}[/]")
            for capability, lines in row.items():
                show.out.print(f"  {TITLES[capability]}")
                for line in lines:
                    show.out.print(f"    {show.escape(line)}")
    else:
        rows = [
            (name, *(_cell(row.get(capability, ())) for capability in TITLES)) for name, row in matrix.named().items()
        ]
        show.show_table("Who can do what (chains counted)", ("principal", *TITLES), rows)
    show.out.print(show.escape(took))


def _as_json(rows: "Mapping[str, Cells]") -> dict[str, Any]:
    from policies.access.matrix import outcome_of

    return {
        arn: {
            capability: {
                "access": str(outcome_of(accesses)),
                "ways": [{"path": a.path, "what": a.what, "decision": str(a.outcome)} for a in accesses],
            }
            for capability, accesses in row.items()
        }
        for arn, row in rows.items()
    }


def _cell(accesses: "tuple[Access, ...]") -> str:
    from policies.access.matrix import outcome_of

    return str(outcome_of(accesses)) if accesses else "-"


def _decision(answer: Answer) -> str:
    decision = answer["decision"]
    return f"[{_STYLE[decision]}]{decision}[/]"


def _details(answer: Answer, indent: str) -> None:
    for statement in answer["statements"]:
        sure = "" if statement["certain"] else " (may apply)"
        label = statement["statement"] or "content is not known"
        show.out.print(
            f"{indent}{statement['effect']} {show.escape(statement['document'])}: {show.escape(label)}{sure}"
        )
    if answer.get("lacking"):
        show.out.print(f"{indent}nothing allows it in: {', '.join(answer['lacking'])}")
    if answer["path"]:
        show.out.print(f"{indent}but by a chain: {show.escape(_chain(answer['path']))}")


def _chain(path: list[dict[str, Any]]) -> str:
    return ", then ".join(
        f"{'' if step['decision'] == 'allow' else 'perhaps '}{step['by']} to {step['to']}" for step in path
    )
