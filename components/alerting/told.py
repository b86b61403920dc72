"""Whom the alerts of an environment are told to. Loads no SDK: settings are checked against it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["page", "ticket"]
SEVERITIES: Final[tuple[Severity, ...]] = ("page", "ticket")
_OWNER = re.compile(r"[a-z][a-z0-9-]{0,62}")
# No user, no query and no fragment: where services put tokens, and a configuration is no place for one.
_ADDRESS = re.compile(r"https://[a-z0-9.-]+(:\d+)?(/[^\s?#@]*)?")


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A team. `webhooks`: addresses that are told as well as the topic of the severity."""

    webhooks: Mapping[Severity, str]


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When tickets are told of, Monday to Friday. `start`, `end`: hh:mm; `zone`: of the IANA, such as Europe/Berlin."""

    start: str = "08:00"
    end: str = "18:00"
    zone: str = "Europe/Berlin"


@dataclass(frozen=True, kw_only=True)
class Told:
    """`owners`: by the label `owner`. `topics`: ARNs by severity. `fallback`: the owner of what nobody owns.

    heartbeat_url: of a receiver outside of the account, which raises the alarm when it is no longer told that the
    alerting works. heartbeat_s: between two of its notifications.
    """

    environment: str
    region: str
    owners: Mapping[str, Owner]
    fallback: str
    topics: Mapping[Severity, str]
    heartbeat_url: str
    heartbeat_s: int = 60
    hours: Hours = Hours()

    def __post_init__(self) -> None:
        if bad := [name for name in self.owners if not _OWNER.fullmatch(name)]:
            raise ValueError(f"owners must be a-z, 0-9 and -, got {', '.join(map(repr, bad))}")
        if missing := [one for one in SEVERITIES if not self.topics.get(one)]:
            raise ValueError(f"topics must have an ARN for {' and '.join(missing)}, got {dict(self.topics)}")
        if not 10 <= self.heartbeat_s <= 300:
            raise ValueError(f"heartbeat_s must be 10 to 300, got {self.heartbeat_s}")
        for address in (self.heartbeat_url, *(url for one in self.owners.values() for url in one.webhooks.values())):
            check_address(address)
        check_owners([self.fallback], self.owners)


def check_owners(asked: Iterable[str], known: Iterable[str]) -> None:
    """ValueError for owners of alerts whom no route leads to."""
    owners = sorted(known)
    if lost := sorted({*asked} - {*owners}):
        raise ValueError(
            f"no alerts are told to {', '.join(lost)}: known owners are {', '.join(owners)}; add them to "
            "delivery.alerts.owners, or name one of these as the owner"
        )


def is_address(text: str) -> bool:
    """Whether alerts may be told there: over TLS, and nothing secret in it."""
    return bool(_ADDRESS.fullmatch(text))


def check_address(text: str) -> None:
    """ValueError for an address without TLS, or with a user, a query or a fragment."""
    if not is_address(text):
        raise ValueError(f"an address must be https://host/path without user, query and fragment, got {text!r}")
