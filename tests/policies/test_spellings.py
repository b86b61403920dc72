"""The same thing written in each way that programs and states write it has the same verdict."""

from datetime import date

import pytest

from policies.engine import evaluate
from policies.examples import Example, graph_of
from policies.report import Verdict
from policies.rules import ALL
from policies.waivers import Waivers
from tests.policies.spellings import access, buckets, messages, network, servers

_RULES = {rule.id: rule for rule in ALL}
_TABLES = (access.SPELLINGS, buckets.SPELLINGS, messages.SPELLINGS, network.SPELLINGS, servers.SPELLINGS)


@pytest.mark.parametrize(
    ("rule_id", "verdict", "example"),
    [
        pytest.param(rule_id, verdict, example, id=f"{rule_id}-{verdict}-{how.replace(' ', '-')}")
        for table in _TABLES
        for (rule_id, verdict), ways in table.items()
        for how, example in ways.items()
    ],
)
def test_every_way_to_write_it_has_the_verdict(rule_id: str, verdict: str, example: Example) -> None:
    report = evaluate(graph_of(example), [_RULES[rule_id]], Waivers(), date(2026, 1, 1))
    found = {finding.verdict for finding in report.findings}
    assert report.evaluated[rule_id] > 0
    assert not [finding.message for finding in report.findings if "could not judge" in finding.message]
    assert found == (set() if verdict == "pass" else {Verdict(verdict)}), [f.message for f in report.findings]
