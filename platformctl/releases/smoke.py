"""Asks what the environment's ingresses promise to answer: each host over HTTPS, from outside."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from platformctl.state import Resource

TYPE = "kubernetes:networking.k8s.io/v1:Ingress"
ATTEMPTS, PAUSE_S, TIMEOUT_S = 5, 6.0, 10.0  # a load balancer takes half a minute to see new targets


@dataclass(frozen=True)
class Answer:
    """What one address answered; `status`: of HTTP, None where nobody did."""

    url: str
    status: int | None
    says: str

    @property
    def is_good(self) -> bool:
        """Anything but a failure of the server's: who is not signed in is refused, and that is an answer."""
        return self.status is not None and self.status < 500


def addresses(resources: Iterable[Resource]) -> tuple[str, ...]:
    """Every host of the stack's ingresses with the first path that it serves, sorted."""
    ingresses = [one["inputs"] for one in resources if one["type"] == TYPE and not one.get("delete")]
    rules = [rule for one in ingresses for rule in (one.get("spec") or {}).get("rules") or () if rule.get("host")]
    return tuple(sorted({f"https://{rule['host']}{_path(rule)}" for rule in rules}))


def ask(url: str, pause_s: float = PAUSE_S) -> Answer:
    """The answer to a GET, asked for several times while it fails. Redirects are an answer."""
    import urllib3

    answer = Answer(url, None, "nobody asked")
    for attempt in range(ATTEMPTS):
        try:
            got = urllib3.request("GET", url, timeout=TIMEOUT_S, retries=False, redirect=False)
            answer = Answer(url, got.status, f"status {got.status}")
        except urllib3.exceptions.HTTPError as error:
            answer = Answer(url, None, str(error))
        if answer.is_good:
            return answer
        if attempt + 1 < ATTEMPTS:
            time.sleep(pause_s)
    return answer


def _path(rule: Mapping[str, Any]) -> str:
    paths = (rule.get("http") or {}).get("paths") or ()
    return str(paths[0].get("path") or "/") if paths else "/"
