"""Judges plain Kubernetes manifests by the Kubernetes rules."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from platformctl.selection import Selection
from platformctl.verdicts import Report
from policies import engine, manifests, waivers
from policies.report import Report as Judged
from policies.rules import ALL

RULES = tuple(rule for rule in ALL if rule.id.startswith("K8S-"))


def judge(paths: Sequence[str], registries: Sequence[str] = ()) -> Report:
    """The report of `platformctl check --manifests`: that of `check`, with the `objects` that were read, the `errors`
    of what could not be, and the `ignored` files; each finding has the `file`, `line`, `kind` and `namespace` of its
    object, and its `name`.
    """
    return judged(paths, registries, Selection())[0]


def judged(paths: Sequence[str], registries: Sequence[str], selection: Selection) -> tuple[Report, Judged]:
    """The same with what the rules said themselves. Objects that are not selected are read, but not judged."""
    rules = selection.of_rules(RULES)
    found = manifests.load(paths, sys.stdin.buffer.read)
    graph = found.graph
    graph.registries = tuple(registries)
    only = selection.of_resources(graph)
    said = engine.evaluate(graph, rules, waivers.load(), datetime.now(UTC).date(), partial=True, only=only)
    report = said.as_dict()
    objects = {one.resource.urn: one for one in found.objects}
    for finding in report["findings"]:
        if one := objects.get(finding["urn"]):
            finding |= one.as_dict() | {"line": one.line}
    report |= {
        "objects": [one.as_dict() for one in found.objects if only is None or one.resource.urn in only],
        "errors": [fault.as_dict() for fault in found.faults],
        "ignored": found.ignored,
    }
    return report, said
