"""The same program gives the same report, byte for byte, in whatever order resources come, whatever the hash seed."""

import hashlib
import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from policies import tokens
from policies.adapters import from_registrations
from policies.engine import evaluate
from policies.examples import Node, graph_of, secret
from policies.rules import ALL
from policies.waivers import Waivers
from tests.policies.ways import registrations

_RUNS = 20
_SEEDS = ("0", "1", "4242")
_DIGEST = """
from tests.policies import test_determinism as here
print(here.digest(0))
"""


def _nodes() -> tuple[Node, ...]:
    """One bad and one undecided example of every rule, each under names of its own: a stack of many findings."""
    return tuple(
        replace(node, name=f"{rule.id}-{kind}-{node.name}", provider="")
        for rule in ALL
        for kind, examples in (("fails", rule.fails), ("undecided", rule.undecided))
        for node in (examples[0] if examples else ())
    )


def digest(run: int) -> str:
    """Of the report on those resources, in an order that the number of the run decides."""
    shuffled = random.Random(run)
    items = registrations(_nodes())
    shuffled.shuffle(items)
    items = [dict(shuffled.sample(sorted(item.items(), key=lambda pair: pair[0]), len(item))) for item in items]
    rules = shuffled.sample(ALL, len(ALL))
    report = evaluate(from_registrations(items), rules, Waivers(), date(2026, 1, 1))
    assert {"fail", "undecided"} <= {str(finding.verdict) for finding in report.findings}
    return hashlib.sha256(json.dumps(report.as_dict()).encode()).hexdigest()


def test_twenty_runs_in_twenty_orders_are_one_report() -> None:
    assert len({digest(run) for run in range(_RUNS)}) == 1


def test_the_seed_of_hashes_changes_nothing() -> None:
    root = Path(__file__).parents[2]

    def with_seed(seed: str) -> str:
        line = [sys.executable, "-c", _DIGEST]
        variables = os.environ | {"PYTHONHASHSEED": seed}
        return subprocess.run(line, cwd=root, env=variables, capture_output=True, text=True, check=True).stdout.strip()

    assert {with_seed(seed) for seed in _SEEDS} == {digest(0)}


def test_secrets_of_one_length_are_always_left_out_in_the_same_order() -> None:
    texts = ["secret-a", "ecret-ab", "cret-abc"]
    nodes = tuple(Node(tokens.VPC, text, {"tags": {"x": secret(text)}}) for text in texts)
    assert graph_of(nodes).secrets == graph_of(nodes[::-1]).secrets == tuple(sorted(texts))
