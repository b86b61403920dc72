"""Calls of the Kubernetes API as one user, over connections that are kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import urllib3

FIELD_MANAGER = "platform-sandbox"
TIMEOUT_S = 30.0


class ApiError(Exception):
    """The API server refused; `status` is the HTTP status, the rest its own words, `causes` those of single fields."""

    def __init__(self, status: int, reason: str, message: str, causes: Sequence[Mapping[str, str]] = ()):
        super().__init__(f"{status} {reason}: {message}")
        self.status, self.reason, self.message, self.causes = status, reason, message, causes


class Client:
    """The API at `url` with a client certificate, or with a service account's token."""

    def __init__(self, url: str, ca: Path, certificate: Path | None = None, key: Path | None = None, token: str = ""):
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._pool = urllib3.PoolManager(
            maxsize=8,
            retries=False,
            timeout=urllib3.Timeout(connect=5, read=TIMEOUT_S),
            ca_certs=str(ca),
            cert_file=str(certificate) if certificate else None,
            key_file=str(key) if key else None,
        )

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | str | None = None,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        warned: Callable[[str], None] = lambda _: None,
    ) -> Any:
        """The answer's JSON, or its text when it is none; `warned` is told each of the server's warnings.

        Raises ApiError, or OSError when nobody answers.
        """
        data = body if isinstance(body, str) or body is None else json.dumps(body)
        try:
            answer = self._pool.request(
                method,
                f"{self._url}{path}",
                body=data,
                headers={"Content-Type": content_type, **self._headers, **(headers or {})},
            )
        except urllib3.exceptions.HTTPError as error:
            raise ConnectionError(str(error)) from None
        text = answer.data.decode()
        try:
            content = json.loads(text)
        except ValueError:
            content = text
        if answer.status >= 400:
            said = content if isinstance(content, dict) else {}
            causes = (said.get("details") or {}).get("causes") or ()
            raise ApiError(answer.status, said.get("reason", ""), said.get("message", text), causes)
        for warning in answer.headers.getlist("Warning"):
            warned(warning.partition('"')[2].rpartition('"')[0].replace('\\"', '"'))
        return content

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def create(self, path: str, manifest: Mapping[str, Any], *, dry_run: bool = False) -> Any:
        """POST to a collection; with `dry_run` all of admission runs and nothing is kept."""
        return self.call("POST", f"{path}{'?dryRun=All' if dry_run else ''}", manifest)

    def apply(
        self, path: str, manifest: Mapping[str, Any] | str, *, manager: str = FIELD_MANAGER, force: bool = True
    ) -> Any:
        """Server-side apply of one object at its own path; a string is sent as the YAML that it is."""
        query = f"?fieldManager={manager}&force={str(force).lower()}"
        return self.call("PATCH", f"{path}{query}", manifest, content_type="application/apply-patch+yaml")

    def patch(self, path: str, changes: Mapping[str, Any]) -> Any:
        """A JSON merge patch: what is None goes."""
        return self.call("PATCH", path, changes, content_type="application/merge-patch+json")

    def delete(self, path: str) -> Any:
        return self.call("DELETE", path)
