"""A rule that never ends fails by name, wherever the rules run, and keeps no other rule from judging."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policies import engine, tokens
from policies.credentials import kind_of
from policies.examples import Node, graph_of
from policies.globs import compiled, meet
from policies.graph import Graph
from policies.report import Finding, Verdict
from policies.resource import Resource
from policies.rule import Problem, Rule
from policies.rules import BY_ID
from policies.time_limit import done_within
from policies.waivers import Waiver, Waivers
from policies.waivers.content import content

_KEYS = tuple(Node(tokens.KEY, name, {"enableKeyRotation": True, "deletionWindowInDays": 7}) for name in "abc")
_MESSAGE = "rule KMS-01 took longer than 0.3 s and did not judge this resource"
_HANGING_PACK = """
from collections.abc import Iterator
from dataclasses import replace

from policies import engine, pack
from policies.rules import BY_ID

def hang(*_):
    while True:
        pass
    yield

engine.LIMIT_S = 0.3
pack.ALL = (replace(BY_ID["KMS-01"], problems=hang), BY_ID["SEC-01"])
pack.run("compliance")
"""


def _forever(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.name == "a":
        return
    while True:
        with suppress(Exception):  # as a rule might
            time.sleep(0.001)
    yield Problem(None, "never")


def _asks_forever(resource: Resource, graph: Graph) -> bool:
    return not list(_forever(resource, graph))


@pytest.fixture(autouse=True)
def _short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LIMIT_S", 0.3)


def _found(rule: Rule, waivers: Waivers | None = None) -> tuple[Finding, ...]:
    return engine.evaluate(
        graph_of(_KEYS), (rule, BY_ID["KMS-04"]), waivers or Waivers(), date(2026, 1, 1), partial=True
    ).findings


@pytest.mark.parametrize(
    "rule",
    [replace(BY_ID["KMS-01"], problems=_forever), replace(BY_ID["KMS-01"], applies=_asks_forever)],
    ids=("problems", "applies"),
)
def test_what_a_rule_that_hangs_did_not_judge_fails_and_other_rules_run(rule: Rule) -> None:
    found = _found(rule)
    assert [(f.name, f.message) for f in found if f.rule == "KMS-01"] == [("b", _MESSAGE), ("c", _MESSAGE)]
    assert {f.verdict for f in found} == {Verdict.FAIL}
    assert [f.name for f in found if f.rule == "KMS-04"] == ["a", "b", "c"]


def test_a_waiver_of_one_resource_does_not_cover_what_was_not_judged() -> None:
    urn = _KEYS[1].urn("prod")
    graph = graph_of(_KEYS)
    approved = content(BY_ID["KMS-01"], graph, graph.by_urn[urn])
    names = {"reason": "r", "owner": "o", "approver": "p", "ticket": "t"}
    waiver = Waiver(rule="KMS-01", urn=urn, expires=date(2026, 1, 2), content=approved, **names)
    found = _found(replace(BY_ID["KMS-01"], problems=_forever), Waivers((waiver,)))
    assert [f.name for f in found if f.rule == "KMS-01" and f.verdict == Verdict.FAIL] == ["c"]


def test_the_limit_holds_in_a_thread_that_is_not_the_main_one() -> None:
    found: list[Finding] = []
    thread = threading.Thread(target=lambda: found.extend(_found(replace(BY_ID["KMS-01"], problems=_forever))))
    thread.start()
    thread.join(30)
    assert [f.name for f in found if f.message == _MESSAGE] == ["b", "c"]


def test_work_within_the_limit_is_done_and_nothing_is_raised_after_it() -> None:
    done: list[int] = []
    assert done_within(30, lambda: done.append(1))
    assert done == [1]
    for _ in range(3):  # ends about when the watching thread looks
        done_within(0.25, lambda: time.sleep(0.3))
    time.sleep(0.6)


def test_an_error_in_the_work_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        done_within(30, lambda: print(1 / 0))


def test_a_pack_denies_with_the_name_of_a_rule_that_hangs(tmp_path: Path) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\nmain: .\n")
    (tmp_path / "__main__.py").write_text(_HANGING_PACK)
    environment = os.environ | {
        "PULUMI_PROJECT": "p",
        "PULUMI_STACK": "prod",
        "PULUMI_DRY_RUN": "true",
        "PYTHONPATH": str(Path(engine.__file__).parents[1]),
    }
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
                urn = f"urn:pulumi:prod::p::{tokens.KEY}::key"
                request = analyzer_pb2.AnalyzeRequest(type=tokens.KEY, urn=urn, name="key")
                response = analyzer_pb2_grpc.AnalyzerStub(channel).Analyze(request, timeout=30)
        finally:
            process.terminate()
    assert [d.enforcementLevel for d in response.diagnostics] == [analyzer_pb2.MANDATORY]
    assert _MESSAGE in response.diagnostics[0].message


_LONG = 20_000
_PATTERNS: list[tuple[str, Callable[[], Any]]] = [
    ("many stars", lambda: compiled("*a" * 50 + "*b", one="?").fullmatch("a" * _LONG)),
    ("stars and marks", lambda: compiled("*?a" * 30 + "b", one="?").fullmatch("a" * _LONG)),
    ("two patterns", lambda: meet("*a" * 100 + "b", "*a" * 100 + "c")),
    *(
        (f"credentials in {part!r}", lambda part=part: kind_of("data", part * (_LONG // len(part))))
        for part in (
            "a.",
            "sk-",
            "eyJaaaaaaaa.",
            "x://",
            "a=b ",
            "password: ",
            "Bearer ",
            "xox",
            "-----BEGIN A ",
            '"',
            "\n",
        )
    ),
]


@pytest.mark.parametrize(("name", "work"), _PATTERNS, ids=[name for name, _ in _PATTERNS])
def test_patterns_take_no_longer_for_what_is_written_to_be_slow(name: str, work: Callable[[], Any]) -> None:
    """What a pattern takes cannot be interrupted: see policies/time_limit.py."""
    before = time.process_time()
    work()
    assert time.process_time() - before < 2
