"""Resources by how their ARNs begin."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice

from policies.resource import Resource


class Heads:
    """Resources by how their ARNs begin, so that many roles that each name a few do not look at all of them."""

    def __init__(self, resources: Iterable[Resource], part: str) -> None:
        each = [(resource, resource.properties.get("arn")) for resource in resources]
        self._nameless = [resource for resource, arn in each if not isinstance(arn, str)]
        self._sorted = sorted((f"{arn}{part}", index) for index, (_, arn) in enumerate(each) if isinstance(arn, str))
        self._each = [resource for resource, _ in each]

    def beginning(self, heads: Iterable[str]) -> list[Resource]:
        """Those whose ARN begins with one of the heads, and those without one."""
        found = list(self._nameless)
        for head in set(heads):
            start = bisect_left(self._sorted, (head, -1))
            for arn, index in islice(self._sorted, start, None):
                if not arn.startswith(head):
                    break
                found.append(self._each[index])
        return found
