"""One request to a Prometheus, and in words what is wrong when there is no answer."""

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from platformctl.errors import CommandError, Exit
from platformctl.prometheus.identity import headers

if TYPE_CHECKING:
    import urllib3

_LATER_S = 5.0  # that we wait longer than the server may calculate, so that it is the one to say what took long


class PrometheusError(CommandError):
    """There is no answer. `code` is UNDECIDED where asking again later may give one, else USAGE."""


def ask(url: str, path: str, fields: Mapping[str, str] | None, timeout_s: float) -> Any:
    """The `data` of /api/v1/PATH below the URL. With fields it is asked by POST, which takes long queries.

    A proxy that lets only GET through answers 405: then by GET, as Prometheus's own clients do.
    """
    base = checked(url)
    address = f"{base}/api/v1/{path}"
    asked = f"query {fields['query']!r}: " if fields else ""
    if fields is None:
        return _data(url, asked, _send("GET", address, "", timeout_s))
    body = urlencode({**fields, "timeout": f"{timeout_s:g}s"} if path.startswith("query") else fields)
    answer = _send("POST", address, body, timeout_s)
    if answer.status in (405, 501):
        answer = _send("GET", f"{address}?{body}", "", timeout_s)
    return _data(url, asked, answer)


def checked(url: str) -> str:
    """The address without a slash at its end; PrometheusError for what can be none."""
    parts = urlsplit(url)
    try:
        bad = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
    except ValueError:  # the port is no number
        bad = True
    if bad or parts.query or parts.fragment:
        raise PrometheusError(
            f"{url!r} is not the address of a Prometheus: http://HOST:PORT or https://HOST, and the path before /api/v1"
        )
    if parts.username is not None:
        raise PrometheusError(
            "the address of a Prometheus holds a user or password: leave it out, and put a token into PROMETHEUS_TOKEN"
        )
    return url.rstrip("/")


def _send(method: str, address: str, body: str, timeout_s: float) -> "urllib3.BaseHTTPResponse":
    import urllib3  # tens of milliseconds

    form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    sent = headers(method, address, body, form, os.environ)
    wait = urllib3.Timeout(connect=min(timeout_s, _LATER_S), read=timeout_s + _LATER_S)
    try:
        return urllib3.request(
            method, address, body=body or None, headers=sent, timeout=wait, retries=False, redirect=False
        )
    except urllib3.exceptions.HTTPError as error:
        if isinstance(error, urllib3.exceptions.TimeoutError) and not _refused(error):
            raise PrometheusError(f"{_origin(address)}: no answer within {timeout_s:g} s", Exit.UNDECIDED) from None
        raise PrometheusError(
            f"{_origin(address)} cannot be reached: {_reason(error)}; is that where Prometheus listens?", Exit.UNDECIDED
        ) from None


def _refused(error: Exception) -> bool:
    """urllib3 counts a refused connection among those that took too long."""
    import urllib3

    return isinstance(error, urllib3.exceptions.NewConnectionError)


def _data(url: str, asked: str, answer: "urllib3.BaseHTTPResponse") -> Any:
    try:
        document = json.loads(answer.data)
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("status") not in ("success", "error"):
        raise _not_prometheus(url, answer)
    if document["status"] == "error":
        kind, says = document.get("errorType", "error"), document.get("error", "no reason given")
        later = answer.status >= 500 or kind in ("timeout", "canceled", "unavailable")
        raise PrometheusError(f"{url}: {asked}{kind}: {says}", Exit.UNDECIDED if later else Exit.USAGE)
    partial = [one for one in document.get("warnings") or [] if not str(one).startswith("PromQL ")]
    if partial:  # what some stores behind one address did not answer is missing: no figure to decide by
        raise PrometheusError(f"{url}: {asked}the answer is incomplete: {'; '.join(map(str, partial))}", Exit.UNDECIDED)
    return document.get("data")


def _not_prometheus(url: str, answer: "urllib3.BaseHTTPResponse") -> PrometheusError:
    if answer.status in (401, 403):
        return PrometheusError(f"{url}: status {answer.status}: it wants to know who asks: set PROMETHEUS_TOKEN")
    if answer.status in (429, 502, 503, 504):
        return PrometheusError(f"{url}: status {answer.status}: it does not answer now", Exit.UNDECIDED)
    return PrometheusError(
        f"{url}: status {answer.status}, and not what Prometheus's HTTP API answers: is it the address of one?"
        " The path before /api/v1 belongs to it"
    )


def _origin(address: str) -> str:
    return address.split("/api/v1/")[0]


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", None) or error
    return str(cause).rpartition(": ")[2] or type(cause).__name__
