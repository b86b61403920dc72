"""preview --live: the change to a real stack, and beside it what the cloud has changed since the last update."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from platformctl import show
from platformctl.errors import Exit
from platformctl.live_preview import Meets, compare
from platformctl.progress import progress
from platformctl.target import Target

if TYPE_CHECKING:
    from platformctl.diff.comparison import Comparison

_STYLE = {"security": "bold red", "ours": "yellow", "harmless": "dim"}
_MEETS = {
    Meets.PROPERTY: "the change sets it, too: {planned}",
    Meets.RESOURCE: "the change touches its resource and leaves this as it is",
    Meets.NOTHING: "an update leaves it as it is",
}


def preview_live(target: Target, as_json: bool) -> Exit:
    """Shows both, told apart; the exit code is of the change: drift has a command of its own."""
    from platformctl.review.assessment import assess

    with progress(f"previewing {target.name} and reading the account") as step:
        comparison = compare(target, step.on_event)
    review = assess(comparison).as_dict()
    if as_json:
        show.show_json(_document(target, comparison, review))
    else:
        _show(review)
    return comparison.run.exit


def _document(target: Target, comparison: "Comparison", review: Mapping[str, Any]) -> dict[str, Any]:
    where = {"environment": target.name, "place": target.place, "operations": "planned"}
    seconds = round(comparison.seconds, 1)
    told = {"drift": review["drift"], "review": review, "seconds": seconds}
    return {"schema": 1, **where, **comparison.run.as_dict(), **told}


def _show(review: Mapping[str, Any]) -> None:
    from platformctl.review import text

    for line in text.lines({**review, "drift": []}):
        show.out.print(line)
    _show_drift(review["drift"])


def _show_drift(drift: Iterable[Mapping[str, Any]]) -> None:
    told = list(drift)
    show.out.print("[bold]Drift[/]: what the cloud has changed since the last update" + ("" if told else ": nothing"))
    for one in told:
        what = show.escape(one["property"]) or "the resource is gone"
        kind = f"[{_STYLE[one['class']]}]{one['class']}[/]"
        show.out.print(f"  {kind} {show.escape(one['name'])} [dim]{one['type']}[/] {what}")
        if one["property"]:
            show.out.print(f"      state: {show.escape(show.value_text(one['state']))}")
            show.out.print(f"      cloud: {show.escape(show.value_text(one['cloud']))}")
        if one["operation"] in ("delete", "replace"):
            show.out.print(f"      the change would {one['operation']} the resource")
        else:
            meets = _MEETS[one["meets"]].format(planned=show.value_text(one["planned"]))
            show.out.print(f"      {show.escape(meets)}")
