"""One comment under a pull request, made once and then changed in place."""

from typing import Any, Literal

from platformctl.errors import CommandError, Exit
from platformctl.github.api import Api, UnknownOutcomeError

AUTHOR = "github-actions[bot]"  # who GITHUB_TOKEN speaks as; nobody else's comment is touched, whatever it says
_LOOKS = 3


def put(
    api: Api, repository: str, pull_request: int, marker: str, body: str
) -> tuple[Literal["created", "updated"], str]:
    """Makes the comment that begins with the marker, or changes it in place; and its address.

    Of several, which two runs at the same moment could make, the oldest stays. A creation without an answer is looked
    for before it is tried again.
    """
    thread = f"/repos/{repository}/issues/{pull_request}/comments"
    for _ in range(_LOOKS):
        found = _ours(api, thread, marker)
        if found:
            for double in found[1:]:
                api.delete(f"/repos/{repository}/issues/comments/{double['id']}")
            changed = api.patch(f"/repos/{repository}/issues/comments/{found[0]['id']}", {"body": body})
            return "updated", changed["html_url"]
        try:
            return "created", api.post(thread, {"body": body})["html_url"]
        except UnknownOutcomeError:
            continue
    raise CommandError("GitHub did not answer whether the comment was made: run this again later", Exit.ENGINE)


def _ours(api: Api, thread: str, marker: str) -> list[dict[str, Any]]:
    return [
        one
        for one in api.pages(thread)
        if (one.get("user") or {}).get("login") == AUTHOR and (one.get("body") or "").lstrip().startswith(marker)
    ]
