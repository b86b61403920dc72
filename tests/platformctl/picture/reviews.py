"""Reviews as `Review.as_dict()` makes them, for pages: large, small and hostile ones."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from platformctl.picture.marks import layer
from policies.graph import Graph

HOSTILE = "</script><script>alert(1)</script>\"'&<img src=x onerror=alert(2)>\u202e\x1b[31m" + "w" * 300


def change(urn: str, operation: str, **more: Any) -> dict[str, Any]:
    """A change of the resource."""
    types = urn.split("::")[2].split("$")
    own = next((one for one in types if one.startswith("platform:")), "")
    return {
        "urn": urn,
        "operation": operation,
        "type": types[-1],
        "name": urn.rpartition("::")[2],
        "layer": layer(urn) if own else "",
        "component": f"{own.rpartition(':')[2]} {urn.rpartition('::')[2]}" if own else "",
        "stateful": False,
        "properties": [],
        "source": "components/network.py:173",
    } | more


def item(urn: str, operation: str, summary: str, *details: str) -> dict[str, Any]:
    """An item of a section."""
    told = change(urn, operation)
    kept = ("urn", "type", "name", "operation", "layer", "component", "source")
    return {key: told[key] for key in kept} | {"summary": summary, "details": list(details)}


def section(key: str, title: str, severity: str, *items: Mapping[str, Any]) -> dict[str, Any]:
    """A section."""
    return {"id": key, "title": title, "severity": severity, "items": list(items)}


def finding(urn: str, rule: str, message: str, severity: str = "high", verdict: str = "fail") -> dict[str, Any]:
    """A finding of a policy."""
    return {
        "rule": rule,
        "verdict": verdict,
        "severity": severity,
        "urn": urn,
        "type": urn.split("::")[2].split("$")[-1],
        "name": urn.rpartition("::")[2],
        "property": "storageEncrypted",
        "message": message,
        "remedy": "Set storage_encrypted=True; move existing data through an encrypted snapshot.",
        "controls": [],
        "source": "stacks/data.py:31",
    }


def review(changes: Sequence[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """A review, of no changes unless some are given."""
    return {
        "schema": 1,
        "environment": "staging",
        "base": "1a2b3c4",
        "head": "working tree",
        "place": "the sandbox",
        "seconds": 41.3,
        "counts": dict(sorted(Counter(one["operation"] for one in changes).items())),
        "sections": [],
        "clear": [],
        "policies": {key: [] for key in ("new", "fixed", "standing", "waived", "undecided")},
        "cost": {},
        "changes": list(changes),
        "notes": [],
        "refusals": [],
        "drift": [],
    } | more


def first(graph: Graph) -> dict[str, Any]:
    """Everything of an environment is created."""
    return review([change(one.urn, "create") for one in graph.resources])


def mixed(graph: Graph, text: str = "") -> dict[str, Any]:
    """A change of every kind, with sections, verdicts, cost and drift; `text` is put wherever texts are."""
    urns = {one.urn.rpartition("$")[2]: one.urn for one in graph.resources}
    database, ledger = urns["aws:rds/instance:Instance::subscriptions"], urns["aws:rds/cluster:Cluster::ledger"]
    told = [change(database, "replace", stateful=True), *_updates(graph, text)]
    told += [change(one.urn, "create") for one in graph.resources if "service-payouts" in one.urn]
    told += [change(one.urn, "delete") for one in graph.resources if "queue-webhook-events" in one.urn]
    sections = [
        section(
            "data-loss",
            "Data at risk: what holds data is replaced or deleted",
            "critical",
            item(
                database, "replace", f"The database is made anew, empty, because of storageEncrypted{text}", text or "-"
            ),
            item(urns["aws:sqs/queue:Queue::queue-webhook-events"], "delete", "Its messages are lost"),
        ),
        section(
            "disruption", "Downtime, restart or reboot expected", "high", item(ledger, "update", "restarts at once")
        ),
        section("rollout", "Rollout strategy changed", "medium", item(ledger, "same", f"first step 5 % -> 20 %{text}")),
        section(
            "changes", "Every change, by layer and component", "info", *(item(one["urn"], "update", "") for one in told)
        ),
    ]
    policies = {
        "new": [finding(database, "rds-storage-encrypted", f"storage is not encrypted at rest{text}", "critical")],
        "fixed": [finding(ledger, "rds-backup-retention", "backups are kept for 1 day")],
        "standing": [finding(one.urn, "tags-required", "has no owner", "low") for one in graph.resources[:40]],
        "waived": [finding(ledger, "rds-iam", f"waived: {text}", "medium", "waived")],
        "undecided": [finding(ledger, "kms-key-own", "kmsKeyId is not known yet", "medium", "undecided")],
    }
    cost = {
        "currency": "USD",
        "priced_on": "2026-10-01",
        "before": 1203.5,
        "after": 1310.75,
        "delta": 107.25,
        "note": f"on-demand prices{text}",
        "items": [
            {"name": "subscriptions", "type": "aws:rds/instance:Instance", "basis": f"db{text}", "delta": 107.25}
        ],
        "unpriced": ["aws:sqs/queue:Queue"],
    }
    drift = [
        {
            "urn": ledger,
            "type": "aws:rds/cluster:Cluster",
            "name": "ledger",
            "class": "security",
            "property": "deletionProtection",
            "state": True,
            "cloud": text or False,
        }
    ]
    refusals = [
        {
            "urn": database,
            "type": "aws:rds/instance:Instance",
            "name": f"subscriptions{text}",
            "operation": "replace",
            "properties": [],
            "reasons": ["it is protected in the state"],
            "remedy": "Undo the change, or prepare it in an update of its own.",
        }
    ]
    return review(told, sections=sections, policies=policies, cost=cost, drift=drift, refusals=refusals)


def _updates(graph: Graph, text: str) -> list[dict[str, Any]]:
    values = {
        "path": "tags.owner",
        "before": f"platform{text}",
        "after": {"owner": ["payments", text]},
        "replaces": False,
    }
    cidr = {"path": "cidrBlock", "before": "10.48.2.0/23", "after": "10.48.4.0/22", "replaces": True}
    chosen = [one for one in graph.resources if "ledger" in one.urn]
    return [change(one.urn, "update", properties=[values, cidr]) for one in chosen]
