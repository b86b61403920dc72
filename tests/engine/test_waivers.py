"""A waiver holds in process, in a preview, in an update and on the state of the same program, until that changes."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from platformctl import waivers
from platformctl.project import Project
from platformctl.render import render
from policies import adapters
from sandbox import process
from tests.engine.conftest import ROOT, Checkout
from tests.engine.test_verdicts import PROGRAM, write_mistakes


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    root: Path = tmp_path_factory.mktemp("waived")
    write_mistakes(root)
    (root / ".venv").symlink_to(ROOT / ".venv")
    shutil.copytree(ROOT / "policies", root / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / ".github", root / ".github")
    running = process.start(root)
    try:
        yield Checkout(root, running)
    finally:
        process.stop(root)


def _check(checkout: Checkout, *arguments: str, code: int = 0) -> Any:
    return json.loads(checkout.ctl("check", *arguments, "--format", "json", code=code).stdout)


def test_a_waiver_holds_wherever_the_program_is_judged_until_the_program_changes(
    mistakes: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(mistakes.root))  # so that the packs read the waivers of this checkout
    found = {(f["rule"], f["urn"]) for f in _check(mistakes, "staging", code=1)["findings"]}
    graph = adapters.from_registrations(render(Project(mistakes.root), "staging"))
    today = datetime.now(UTC).date()
    given = {"reason": "r", "owner": "a", "approver": "@billing/security", "ticket": "t"}
    given["expires"] = today + timedelta(days=5)  # type: ignore[assignment]
    file = mistakes.root / "policies" / "waivers.yaml"
    entries = [waivers.entry(graph, rule, urn, given, today) for rule, urn in sorted(found)]
    file.write_text("".join(map(waivers.text_of, entries)))

    for report in (_check(mistakes, "staging"), mistakes.json("preview", "staging")["policies"]):
        assert (report["summary"]["fail"], report["summary"]["undecided"]) == (0, 0)
        assert {(f["rule"], f["urn"]) for f in report["findings"] if f["verdict"] == "waived"} == found

    assert mistakes.json("up", "staging", "--yes")["policies"]["summary"]["fail"] == 0
    state = mistakes.root / "state.json"
    state.write_text(mistakes.pulumi("staging", "stack", "export").stdout)
    kept = _check(mistakes, "--state", str(state))["summary"]
    assert (kept["fail"], kept["undecided"]) == (0, 0)
    assert kept["waived"] > 20

    program = mistakes.root / "stacks" / "__main__.py"
    program.write_text(PROGRAM.replace("deletion_window_in_days=7", "deletion_window_in_days=8"))
    report = mistakes.json("preview", "staging", code=1)["policies"]
    messages = [f["message"] for f in report["findings"] if f["rule"] == "WAIVERS"]
    assert messages == ["the waiver of KMS-04 is void: since it was approved deletionWindowInDays changed"]
