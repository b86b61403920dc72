"""A round after a save of a rule says what `check` says, in a checkout with policies of its own."""

import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from platformctl.watching.rounds import Earlier
from platformctl.watching.server import Learned, _homes, _stamps
from policies.rules import BY_ID
from tests.platformctl.watching.test_server import project

__all__ = ["project"]
ROOT = Path(__file__).parents[3]
# Told a file on each line: a round, of all that it was told of.
_ROUNDS = """
import json, sys
from pathlib import Path
from platformctl.watching.server import Server
root, touched = Path.cwd(), []
with Server("staging", root) as server:
    for line in sys.stdin:
        touched += [root / name for name in line.split()]
        told = server.round(touched)
        print(json.dumps([told.error, told.report]), flush=True)
"""
RULE_FILE = "policies/rules/messages/own_key.py"


def test_a_saved_rule_judges_anew_and_the_others_stand(project: object, tmp_path: Path) -> None:
    for folder in ("policies", "platformctl", "sandbox"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    variables = {**os.environ, "PYTHONPATH": str(tmp_path)}
    line = [sys.executable, "-c", _ROUNDS]
    with subprocess.Popen(
        line, cwd=tmp_path, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as rounds:
        assert rounds.stdin
        assert rounds.stdout
        seen = []
        for name, old, new in (
            ("", "", ""),
            (RULE_FILE, "or not at all", "or by nothing"),
            ("policies/engine.py", "remedy=rule.remedy", "remedy=rule.remedy.upper()"),
            (RULE_FILE, "from policies.rule import", "from policies.ruler import"),  # which is not there
            (RULE_FILE, "from policies.ruler import", "from policies.rule import"),
            ("components/seconds.py", "30", "45"),
            ("platformctl/judging.py", "report=said.as_dict()", 'report={**said.as_dict(), "schema": 2}'),
        ):
            if name:
                text = (tmp_path / name).read_text()
                assert old in text, (name, old)
                (tmp_path / name).write_text(text.replace(old, new))
            rounds.stdin.write(f"{name}\n")
            rounds.stdin.flush()
            error, report = json.loads(rounds.stdout.readline())
            checked = _check(tmp_path, variables)
            assert report == (json.loads(checked.stdout) if checked.stdout else {}), (name, new, checked.stderr)
            assert bool(error) == (not checked.stdout), (name, new, error)
            seen.append(json.dumps([bool(error), report]))
        rounds.stdin.close()
    assert len(set(seen)) == 5, "an edit changed nothing"  # but the mended one and the seconds, which no rule reads


@pytest.fixture
def learned() -> Learned:
    """As a round of this checkout's rules leaves it, in which each found one resource in order."""
    for name in ("policies.adapters", "policies.engine", "policies.rules"):
        import_module(name)
    homes = _homes()
    verdicts = {f"{rule} 2026-11-26 digest providers": [True, None, ""] for rule in homes}
    return Learned(frozenset(), Earlier(verdicts, [{"urn": "urn:one"}]), homes)


def test_every_rule_has_a_home(learned: Learned) -> None:
    assert learned.homes.keys() == BY_ID.keys()
    assert learned.homes["MSG-01"] == ["policies.rules.messages.own_key"]


@pytest.mark.parametrize(
    ("changed", "gone", "rendered"),
    [
        ([RULE_FILE], {"MSG-01"}, True),
        ([RULE_FILE, "components/network.py"], {"MSG-01"}, False),
        (["Pulumi.staging.yaml"], set(), False),
        (["policies/engine.py"], None, True),
        (["policies/waivers.yaml"], None, True),
        (["platformctl/render.py"], None, False),
        ([], set(), True),
    ],
)
def test_what_a_save_does_not_reach_stands(
    learned: Learned, changed: list[str], gone: set[str] | None, rendered: bool
) -> None:
    earlier = learned.recalled(_stamps([ROOT / name for name in changed]), ROOT)
    standing = {key.partition(" ")[0] for key in earlier.verdicts}
    assert standing == (set() if gone is None else BY_ID.keys() - gone)
    assert (earlier.registrations is not None) == rendered


def _check(root: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "platformctl", "check", "staging", "--format", "json"]
    return subprocess.run(line, cwd=root, env=variables, capture_output=True, text=True, check=False, timeout=120)
