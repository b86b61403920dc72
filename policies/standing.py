"""Verdicts of an earlier run that still stand: what a rule found nothing wrong with, and what it read, is the same."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import blake2b
from typing import Any

from policies.resource import Resource
from policies.rule import Rule

Verdicts = Mapping[str, bool]  # by what was read, whether the rule applied; it found nothing


class Standing:
    """Recalls verdicts, for one graph of registrations, and keeps those of this run for the next.

    A rule is a function of what it reads: the resource and its provider, or the whole graph if it `needs_graph`, and
    the day. Only verdicts without findings are kept, so that a message is always made of what is there now. Whoever
    keeps them drops them when anything under policies/ changes.
    """

    def __init__(self, registrations: Iterable[Mapping[str, Any]], earlier: Verdicts) -> None:
        self._read = {one["urn"]: _digest(one) for one in registrations}
        self._whole = _digest(sorted(self._read.items()))
        self._earlier = earlier
        self.verdicts: dict[str, bool] = {}

    def recall(self, rule: Rule, resource: Resource, day: date | None) -> bool | None:
        """Whether the rule applies to a resource with which nothing is wrong; None if it has to be judged."""
        key = self._key(rule, resource, day)
        applied = self._earlier.get(key)
        if applied is not None:
            self.verdicts[key] = applied
        return applied

    def keep(self, rule: Rule, resource: Resource, day: date | None, applied: bool) -> None:
        """The rule found nothing wrong with the resource."""
        self.verdicts[self._key(rule, resource, day)] = applied

    def _key(self, rule: Rule, resource: Resource, day: date | None) -> str:
        if rule.needs_graph:
            return f"{rule.id} {day} {resource.urn} {self._whole}"
        return f"{rule.id} {day} {self._read[resource.urn]} {self._read.get(resource.provider)}"


def _digest(content: Any) -> str:
    return blake2b(json.dumps(content).encode(), digest_size=16).hexdigest()
