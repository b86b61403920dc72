"""GitHub's REST API, as much of it as the workflows use: comments, issues and pull requests, page after page."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
REPOSITORY = "kestrel-billing/platform"
TOKEN = "token-of-the-run"


@dataclass
class Failure:
    """What one request gets in place of an answer; `after`: it is done all the same, only the answer is lost."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False


@dataclass
class GitHub:
    """The state of one repository, every request that was made, and the failures that the next ones meet."""

    url: str = ""
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)  # by their id, with `thread`
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)  # by their number
    pulls: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[str, Failure]] = field(default_factory=list)  # each for the next request of its method
    may_write: bool = True
    ids: Iterator[int] = field(default_factory=lambda: iter(range(1001, 10_000)))

    def failing(self, method: str) -> Failure | None:
        """What the next request of this method meets, once."""
        for position, (struck, failure) in enumerate(self.failures):
            if struck == method:
                del self.failures[position]
                return failure
        return None

    def comment(self, thread: int, body: str, author: str = BOT) -> int:
        """One that is there already; its id."""
        number = next(self.ids)
        self.comments[number] = {"id": number, "thread": thread, "body": body, "user": {"login": author}}
        return number

    def bodies(self, thread: int) -> list[str]:
        return [one["body"] for one in self.comments.values() if one["thread"] == thread]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Status and document of one request; a list is what is paged."""
        if method != "GET" and not self.may_write:
            return 403, {"message": "Resource not accessible by integration"}
        if isinstance(body, dict) and len(body.get("body", "")) > 65_536:
            return 422, {"message": "Validation Failed: body is too long (maximum is 65536 characters)"}
        for pattern, answered in _ROUTES.items():
            verb, _, shape = pattern.partition(" ")
            if verb == method and (match := re.fullmatch(shape.replace("REPO", f"/repos/{REPOSITORY}"), path)):
                return answered(self, query, body, *map(int, match.groups()))
        return 404, {"message": "Not Found"}

    def _list_comments(self, query: dict[str, str], body: Any, thread: int) -> tuple[int, Any]:
        return 200, [one for one in self.comments.values() if one["thread"] == thread]

    def _make_comment(self, query: dict[str, str], body: Any, thread: int) -> tuple[int, Any]:
        return 201, self._shown(self.comments[self.comment(thread, body["body"])])

    def _change_comment(self, query: dict[str, str], body: Any, number: int) -> tuple[int, Any]:
        self.comments[number]["body"] = body["body"]
        return 200, self._shown(self.comments[number])

    def _delete_comment(self, query: dict[str, str], body: Any, number: int) -> tuple[int, Any]:
        del self.comments[number]
        return 204, None

    def _shown(self, comment: dict[str, Any]) -> dict[str, Any]:
        return {**comment, "html_url": f"https://github.com/{REPOSITORY}/pull/{comment['thread']}#{comment['id']}"}

    def _list_issues(self, query: dict[str, str], body: Any) -> tuple[int, Any]:
        wanted = {name for name in query.get("labels", "").split(",") if name}
        return 200, [
            one
            for one in self.issues.values()
            if one["state"] == query.get("state", "open") and wanted <= {label["name"] for label in one["labels"]}
        ]

    def _make_issue(self, query: dict[str, str], body: Any) -> tuple[int, Any]:
        number = len(self.issues) + 1
        self.issues[number] = {
            "number": number,
            "state": "open",
            "user": {"login": BOT},
            "html_url": f"https://github.com/{REPOSITORY}/issues/{number}",
        }
        return 201, self._change_issue(query, body, number)[1]

    def _change_issue(self, query: dict[str, str], body: Any, number: int) -> tuple[int, Any]:
        labels = {"labels": [{"name": name} for name in body["labels"]]} if "labels" in body else {}
        self.issues[number].update({**body, **labels})
        return 200, self.issues[number]

    def _list_pulls(self, query: dict[str, str], body: Any) -> tuple[int, Any]:
        return 200, [
            one
            for one in self.pulls
            if one["state"] == query.get("state", "open") and one["head"]["label"] == query.get("head")
        ]


_ROUTES: dict[str, Callable[..., tuple[int, Any]]] = {
    "GET REPO/issues/(\\d+)/comments": GitHub._list_comments,
    "POST REPO/issues/(\\d+)/comments": GitHub._make_comment,
    "PATCH REPO/issues/comments/(\\d+)": GitHub._change_comment,
    "DELETE REPO/issues/comments/(\\d+)": GitHub._delete_comment,
    "GET REPO/issues": GitHub._list_issues,
    "POST REPO/issues": GitHub._make_issue,
    "PATCH REPO/issues/(\\d+)": GitHub._change_issue,
    "GET REPO/pulls": GitHub._list_pulls,
}


@contextmanager
def serving(github: GitHub) -> Iterator[GitHub]:
    """The API on a free port of this machine, for the length of a block."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            address = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(address.query).items()}
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            github.requests.append((self.command, address.path))
            failure = github.failing(self.command)
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self._send(401, {"message": "Bad credentials"}, {})
                return
            if failure and not failure.after:
                self._send(failure.status, {"message": "as ordered"}, failure.headers)
                return
            status, content = github.answer(self.command, address.path, query, json.loads(data) if data else None)
            if failure:
                self._send(failure.status, {"message": "lost"}, failure.headers)
                return
            headers = {}
            if isinstance(content, list):
                size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
                if len(content) > page * size:
                    again = f"{address.path}?{address.query.partition('&page=')[0]}&page={page + 1}"
                    headers["Link"] = f'<{github.url}/other>; rel="last", <{github.url}{again}>; rel="next"'
                content = content[(page - 1) * size : page * size]
            self._send(status, content, headers)

        def _send(self, status: int, content: Any, headers: dict[str, str]) -> None:
            data = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_one  # noqa: N815  # the library's names

        def log_message(self, *arguments: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    github.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
