"""What was reviewed is what runs: a plan is applied as it is, and each thing that it is bound to is held to."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, program, small_checkout

KEY = 'kms.Key("data", description="{text}", multi_region={region}, opts=given({options}), **sound)\n'


@pytest.fixture(autouse=True, scope="module")
def _own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("person")))
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    root = tmp_path_factory.mktemp("plans")
    with small_checkout(root) as checkout:
        (root / "requirements.lock").write_text("one==1\n")
        git(root, "init", "-q")
        _write(checkout, "first")
        yield checkout


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def commit(checkout: Checkout) -> None:
    (checkout.root / ".gitignore").write_text(".sandbox/\n__pycache__/\n")
    git(checkout.root, "add", "-A")
    git(checkout.root, "commit", "-qm", "A change")


def _write(checkout: Checkout, text: str, region: bool = False, options: str = "protect=True") -> None:
    program(checkout, KEY.format(text=text, region=region, options=options))
    commit(checkout)


def _plan(checkout: Checkout, file: Path, *more: str, code: int = 0) -> dict[str, Any]:
    checkout.ctl("plan", FOUNDATION, "-o", str(file), *more, code=code)
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def test_a_plan_is_applied_as_it_is_and_leaves_a_record(small: Checkout, tmp_path: Path) -> None:
    file = tmp_path / "one.plan.json"
    plan = _plan(small, file)["plan"]
    assert plan["bound"]["state"]["resources"] == 0
    done = small.json("up", FOUNDATION, "--plan", str(file), "--yes", "--reason", "the first of all")
    assert done["counts"]["create"] == 1
    assert done["deviations"] == []
    assert small.json("preview", FOUNDATION)["changes"] == []
    (record,) = small.json("changes", "list", FOUNDATION)["changes"]
    assert (record["command"], record["outcome"], record["why"]) == ("up", "succeeded", "the first of all")
    assert "whole and unchanged" in small.ctl("changes", "verify", FOUNDATION).stdout
