"""Judges plain Kubernetes manifests by the Kubernetes rules."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from platformctl.verdicts import Report
from policies import engine, manifests, waivers
from policies.rules import ALL

RULES = tuple(rule for rule in ALL if rule.id.startswith("K8S-"))


def judge(paths: Sequence[str], registries: Sequence[str] = ()) -> Report:
    """The report of `platformctl check --manifests`: that of `check`, with the `objects` that were read, the `errors`
    of what could not be, and the `ignored` files; each finding has the `file`, `line`, `kind` and `namespace` of its
    object, and its `name`.
    """
    found = manifests.load(paths, sys.stdin.buffer.read)
    graph = found.graph
    graph.registries = tuple(registries)
    judged = engine.evaluate(graph, RULES, waivers.load(), datetime.now(UTC).date(), partial=True)
    report = judged.as_dict()
    objects = {one.resource.urn: one for one in found.objects}
    for finding in report["findings"]:
        if one := objects.get(finding["urn"]):
            finding |= one.as_dict() | {"line": one.line}
    return report | {
        "objects": [one.as_dict() for one in found.objects],
        "errors": [fault.as_dict() for fault in found.faults],
        "ignored": found.ignored,
    }
