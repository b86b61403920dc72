"""Every remedy's snippet is run as a program, and the rule that it mends then finds nothing."""

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from platformctl.project import Project
from platformctl.render import render
from policies import snippets
from policies.adapters import from_registrations
from policies.engine import evaluate
from policies.graph import Graph
from policies.rule import Rule
from policies.rules import ALL
from policies.snippets import UnknownRuleError, snippet
from policies.waivers import Waivers
from tests.policies.around import program

# What has to be there besides, for the rule to find something to judge.
_BESIDES = {
    "DET-01": ("provider",),
    "DET-02": ("provider",),
    "DET-03": ("provider",),
    "DET-04": ("provider",),
    "EKS-09": ("cluster",),
    "IAM-13": ("provider",),
    "IAM-15": ("provider",),
    "S3-02": ("bucket",),
    "CT-05": ("bucket",),
}
_LONGEST, _WIDEST = 17, 120  # lines with imports, columns
# Rules that are content with what is not there: their snippets show what to use instead.

_JUDGE_NOTHING = ("IAM-09", "NET-02")


@dataclass(frozen=True)
class _Checkout(Project):
    """A project whose program is a snippet, without settings."""

    program: Path = field(default=Path())
    name: str = "billing-platform"

    def settings(self, environment: str) -> Any:
        return None

    def configuration(self, environment: str) -> dict[str, str]:
        return {"billing-platform:processor-token": "t"}


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_the_snippet_mends_what_its_rule_finds(rule: Rule, tmp_path: Path) -> None:
    graph = _graph(program(snippet(rule.id), *_BESIDES.get(rule.id, ())), tmp_path)
    report = evaluate(graph, [rule], Waivers(), date(2026, 6, 1))
    assert [f"{found.name}: {found.message}" for found in report.findings] == []
    assert (report.evaluated[rule.id] == 0) == (rule.id in _JUDGE_NOTHING)


def test_each_rule_has_one_snippet_that_can_be_read_at_a_glance() -> None:
    modules = [import_module(f"policies.snippets.{found.name}") for found in iter_modules(snippets.__path__)]
    assert sorted(id_ for module in modules for id_ in module.SNIPPETS) == sorted(rule.id for rule in ALL)
    for rule in ALL:
        lines = snippet(rule.id).splitlines()
        assert 2 <= len([line for line in lines if line]) <= _LONGEST
        assert max(map(len, lines)) <= _WIDEST


def test_a_rule_without_a_snippet_is_told_by_its_id() -> None:
    with pytest.raises(UnknownRuleError, match=r"^no snippet for the rule 'NET-99': ids are written like NET-01"):
        snippet("NET-99")


def test_a_check_loads_no_snippet_and_a_finding_no_more_than_it_takes() -> None:
    code = "import sys, policies.engine, policies.rules, policies.report; loaded = 'policies.snippets' in sys.modules"
    code += "; from policies.snippets import snippet; snippet('IAM-01')"
    code += "; print(loaded, [name for name in sys.modules if name.startswith('policies.snippets.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False ['policies.snippets.access']\n"


def _graph(source: str, folder: Path) -> Graph:
    (folder / "__main__.py").write_text(source)
    return from_registrations(render(_Checkout(folder, program=folder), "prod"))
