"""GitHub's REST API as a workflow run calls it: with one token, page after page, patient where GitHub asks for it."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from platformctl.errors import CommandError, Exit

if TYPE_CHECKING:
    import urllib3

VERSION = "2022-11-28"  # of the API, sent with every request: GitHub docs, "API Versions"
PER_PAGE = 100  # the most that GitHub gives: GitHub docs, "Using pagination in the REST API"
_ATTEMPTS = 5
_BACKOFF_S = 1.0  # doubled each time
_SECONDARY_S = 60.0  # where a limit names no time: GitHub docs, "Rate limits for the REST API"
_LONGEST_S = 900.0  # a run that waits longer is better started again
_TIMEOUT_S = 30.0
_NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')
_REPEATABLE = ("GET", "PATCH", "DELETE")  # sent twice, they leave what they leave once


class UnknownOutcomeError(Exception):
    """Nobody knows whether GitHub did what was asked: look before asking again."""


@dataclass(frozen=True)
class Api:
    """The API at `url` with a run's token. Its limits and failures are waited for, by `sleep` and the clock `now`."""

    url: str
    token: str = field(repr=False)
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    def get(self, path: str) -> Any:
        """The document at a path such as /repos/OWNER/NAME/pulls/1."""
        return self._send("GET", f"{self.url}{path}")[0]

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every element of a list, over all its pages."""
        link: str | None = f"{self.url}{path}{'&' if '?' in path else '?'}per_page={PER_PAGE}"
        while link:
            page, link = self._send("GET", link)
            yield from page

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Makes something; UnknownOutcomeError when it may have been made although no answer came."""
        return self._send("POST", f"{self.url}{path}", body)[0]

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Changes something that exists."""
        return self._send("PATCH", f"{self.url}{path}", body)[0]

    def delete(self, path: str) -> None:
        """Removes something."""
        self._send("DELETE", f"{self.url}{path}")

    def _send(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> tuple[Any, str | None]:
        """The answer and the address of its next page. Addresses of GitHub's own are followed to this API alone."""
        if not url.startswith(f"{self.url}/"):
            raise CommandError(f"GitHub named an address outside of its API: {url}", Exit.ENGINE)
        for attempt in range(_ATTEMPTS):
            answer = self._once(method, url, body)
            wait = _wait_s(answer, attempt, self.now()) if answer is not None else _BACKOFF_S * 2**attempt
            if answer is not None and wait is None:
                return _content(method, url.removeprefix(self.url), answer)
            if (answer is None or answer.status >= 500) and method not in _REPEATABLE:
                raise UnknownOutcomeError(f"{method} {url.removeprefix(self.url)}")
            if attempt + 1 < _ATTEMPTS and wait is not None and wait <= _LONGEST_S:
                self.sleep(wait)
            else:
                break
        said = f"status {answer.status}" if answer is not None else "no answer"
        raise CommandError(
            f"GitHub's API does not work now ({method} {url}: {said}): run this again later", Exit.ENGINE
        )

    def _once(self, method: str, url: str, body: Mapping[str, Any] | None) -> "urllib3.BaseHTTPResponse | None":
        import urllib3  # tens of milliseconds

        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.token}",
            "User-Agent": "platformctl",
            "X-GitHub-Api-Version": VERSION,
        }
        try:
            return urllib3.request(
                method,
                url,
                body=None if body is None else json.dumps(body).encode(),
                headers=headers if body is None else {**headers, "Content-Type": "application/json"},
                timeout=_TIMEOUT_S,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError:
            return None


def _wait_s(answer: "urllib3.BaseHTTPResponse", attempt: int, now: float) -> float | None:
    """How long to wait before asking again; None for an answer that stays as it is."""
    headers, limited = answer.headers, answer.status in (403, 429)
    if limited and (after := headers.get("Retry-After", "")).isdigit():
        return float(after)
    if limited and headers.get("X-RateLimit-Remaining") == "0":
        return max(float(headers.get("X-RateLimit-Reset", now + _SECONDARY_S)) - now, 0) + 1
    if answer.status == 429 or (limited and b"secondary rate limit" in answer.data.lower()):
        return _SECONDARY_S
    return _BACKOFF_S * 2**attempt if answer.status >= 500 else None


def _content(method: str, path: str, answer: "urllib3.BaseHTTPResponse") -> tuple[Any, str | None]:
    try:
        content = json.loads(answer.data) if answer.data else None
    except ValueError:
        content = None
    if answer.status < 300:
        following = _NEXT.search(answer.headers.get("Link", ""))
        return content, following[1] if following else None
    said = content.get("message", "") if isinstance(content, dict) else ""
    raise CommandError(f"GitHub refused {method} {path}: {answer.status} {said}{_HINTS.get(answer.status, '')}")


_HINTS = {
    401: ". Set GITHUB_TOKEN to the run's token: `env: {GITHUB_TOKEN: ${{ github.token }}}`",
    403: ". The job's `permissions` allow it too little, or it runs for a pull request from a fork, whose token only "
    "reads: what such a run has to say is said by the workflow `comment`, which runs after it",
    404: ". It does not exist, or the job's `permissions` do not let it be seen",
    422: ". GitHub takes no such value",
}
