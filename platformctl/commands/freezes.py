"""freezes: when an environment is not changed."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from platformctl import show
from platformctl.commands.options import AsJson, complete
from platformctl.errors import CommandError
from platformctl.project import Project


def freezes(
    environment: Annotated[
        str | None, typer.Argument(help="One environment. Default: all.", autocompletion=complete)
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="Reckon from this time, ISO 8601, UTC unless it says.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what is frozen now, until when, and what freezes next. Updates reckon with the time of the state's store.

    Example: platformctl freezes prod --at 2026-12-24T18:00
    """
    now = _time(at)
    project = Project.find()
    names = [Project.choose(environment)[1]] if environment else project.environments
    if environment and "/" in environment:
        raise CommandError(f"{environment} has no freezes: administrators change it, and see to the environment's")
    documents = [_document(name, project.settings(name), now) for name in names]
    if as_json:
        return show.show_json({"schema": 1, "at": now.isoformat(), "environments": documents})
    columns = ("environment", "frozen until", "by", "next", "from", "until", "reason")
    return show.show_table(f"freezes at {now:%Y-%m-%d %H:%M} UTC", columns, [_row(one) for one in documents])


def _document(name: str, settings: Any, now: datetime) -> dict[str, Any]:
    from platformctl.locks import freezes as windows

    frozen, following = windows.in_force(settings, now), windows.following(settings, now)
    return {
        "environment": name,
        "frozen": [one.as_dict() for one in frozen],
        "until": windows.open_again(settings, now).isoformat() if frozen else None,
        "next": following.as_dict() if following else None,
    }


def _row(document: dict[str, Any]) -> tuple[str, ...]:
    frozen, following = document["frozen"], document["next"] or {}
    reasons = [one["reason"] for one in frozen] or [following.get("reason", "")]
    return (
        document["environment"],
        _short(document["until"]) or "not frozen",
        ", ".join(one["freeze"] for one in frozen),
        following.get("freeze", "none"),
        _short(following.get("since")),
        _short(following.get("until")),
        "; ".join(reasons),
    )


def _short(moment: str | None) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC" if moment else ""


def _time(given: str | None) -> datetime:
    try:
        time = datetime.fromisoformat(given) if given else datetime.now(UTC)
    except ValueError:
        raise CommandError(f"--at must be a time such as 2026-12-24T18:00, got {given!r}") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
