"""How answers about access are printed."""

from typing import TYPE_CHECKING, Any

from platformctl import show
from platformctl.access.questions import Answer

if TYPE_CHECKING:
    from policies.access.matrix import Matrix

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


def _decision(answer: Answer) -> str:
    decision = answer["decision"]
    return f"[{_STYLE[decision]}]{decision}[/]"


def _details(answer: Answer, indent: str) -> None:
    for statement in answer["statements"]:
        sure = "" if statement["certain"] else " (may apply)"
        label = statement["statement"] or "content is not known"
        show.out.print(f"{indent}{statement['effect']} {show.escape(statement['document'])}: {show.escape(label)}{sure}")
    if answer.get("lacking"):
        show.out.print(f"{indent}nothing allows it in: {', '.join(answer['lacking'])}")
    if answer["path"]:
        show.out.print(f"{indent}but by a chain: {show.escape(_chain(answer['path']))}")


def _chain(path: list[dict[str, Any]]) -> str:
    return ", then ".join(
        f"{'' if step['decision'] == 'allow' else 'perhaps '}{step['by']} to {step['to']}" for step in path
    )
