"""One issue about a lasting state of things: opened, changed in place, closed when it is over, and opened again."""

from collections.abc import Sequence
from typing import Any, Literal

from platformctl.errors import CommandError, Exit
from platformctl.github.api import Api, UnknownOutcomeError
from platformctl.github.comment import AUTHOR

Done = Literal["opened", "updated", "closed", "nothing"]
_LOOKS = 3


def put(api: Api, repository: str, marker: str, title: str, body: str, labels: Sequence[str]) -> tuple[Done, str]:
    """Opens the issue that begins with the marker, or changes the open one in place; and its address.

    `labels`: the first is the one that it is found by. A new state of things gets a new issue: a closed one tells of
    the state before.
    """
    for _ in range(_LOOKS):
        content = {"title": title, "body": body, "labels": list(labels)}
        if found := _ours(api, repository, marker, labels[0]):
            return "updated", api.patch(f"/repos/{repository}/issues/{found[0]['number']}", content)["html_url"]
        try:
            return "opened", api.post(f"/repos/{repository}/issues", content)["html_url"]
        except UnknownOutcomeError:
            continue
    raise CommandError("GitHub did not answer whether the issue was opened: run this again later", Exit.ENGINE)


def body_of(api: Api, repository: str, marker: str, label: str) -> str:
    """What the open issue that begins with the marker says; empty where there is none."""
    found = _ours(api, repository, marker, label)
    return str(found[0]["body"]) if found else ""


def close(api: Api, repository: str, marker: str, label: str, why: str) -> tuple[Done, str]:
    """Closes the open issue that begins with the marker, where there is one, saying why."""
    found = _ours(api, repository, marker, label)
    for one in found:
        where = f"/repos/{repository}/issues/{one['number']}"
        api.patch(where, {"state": "closed", "state_reason": "completed", "body": f"{one['body']}\n\n{why}\n"})
    return ("closed", found[0]["html_url"]) if found else ("nothing", "")


def _ours(api: Api, repository: str, marker: str, label: str) -> list[dict[str, Any]]:
    """The open issues of ours, oldest first."""
    asked = f"/repos/{repository}/issues?state=open&labels={label}&sort=created&direction=asc"
    return [
        one
        for one in api.pages(asked)
        if "pull_request" not in one
        and (one.get("user") or {}).get("login") == AUTHOR
        and (one.get("body") or "").lstrip().startswith(marker)
    ]
