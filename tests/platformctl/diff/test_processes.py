"""The processes beside a comparison: each runs what its own revision holds, and says which revision is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from platformctl.diff.judging import judged
from platformctl.diff.program import around, waiting
from platformctl.errors import CommandError
from platformctl.project import Project

POLICIES = {
    "__init__": "",
    "rules": "ALL = ['a rule of this revision']",
    "waivers": "def load(): return 'its waivers'",
    "adapters": "def from_state(text): return text.decode()",
    "engine": """
from types import SimpleNamespace
def evaluate(graph, rules, waivers):
    return SimpleNamespace(as_dict=lambda: {"graph": graph, "rules": rules, "waivers": waivers})
""",
}
SETTINGS = """
from types import SimpleNamespace as Space
from stacks.part import ACCOUNT
class SettingsError(Exception):
    pass
def load_file(file):
    if "wrong" in file.read_text():
        raise SettingsError("wrong is wrong")
    return Space(account=Space(id=ACCOUNT, region="r"), policy=Space(undecided="report", protect_stateful=True))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "checkout"
    for folder in ("policies", "stacks"):
        (made / folder).mkdir(parents=True)
    for name, text in POLICIES.items():
        (made / "policies" / f"{name}.py").write_text(text)
    (made / "stacks/__init__.py").touch()
    (made / "stacks/part.py").write_text('ACCOUNT = "of this revision"\n')
    (made / "stacks/settings.py").write_text(SETTINGS)
    (made / "Pulumi.sandbox.yaml").write_text("config: {}\n")
    return made


def test_a_state_is_judged_by_the_rules_of_its_own_revision(root: Path, tmp_path: Path) -> None:
    with judged(root, tmp_path / "before") as judging:
        judging.begin({"version": 3})
        report = judging.end()
    assert report == {"graph": '{"version": 3}', "rules": ["a rule of this revision"], "waivers": "its waivers"}


def test_rules_that_do_not_run_are_an_error(root: Path, tmp_path: Path) -> None:
    (root / "policies/engine.py").write_text("raise LookupError('no such rule')\n")
    with judged(root, tmp_path / "before") as judging:
        judging.begin({"version": 3})
        with pytest.raises(CommandError, match="policies of before cannot judge: LookupError: no such rule"):
            judging.end()


def test_settings_are_read_by_the_program_of_their_own_revision(root: Path, tmp_path: Path) -> None:
    with waiting(Project(root), "sandbox", "1a2b3c4", tmp_path / "program") as program:
        assert program.settings.account.id == "of this revision"
        assert program.settings.policy.protect_stateful is True
        assert program.option.startswith("--client=127.0.0.1:")
        assert program.registered == {}
        process = program.process
    assert process.returncode is not None


def test_settings_that_are_not_valid_name_file_and_revision(root: Path, tmp_path: Path) -> None:
    (root / "Pulumi.sandbox.yaml").write_text("wrong\n")
    with (
        waiting(Project(root), "sandbox", "1a2b3c4", tmp_path / "program") as program,
        pytest.raises(CommandError, match=r"Pulumi.sandbox.yaml of 1a2b3c4 is not valid:\nwrong is wrong"),
    ):
        assert program.settings


def test_settings_that_cannot_be_read_name_the_revision_and_why(root: Path, tmp_path: Path) -> None:
    (root / "stacks/part.py").write_text("")
    with (
        waiting(Project(root), "sandbox", "1a2b3c4", tmp_path / "program") as program,
        pytest.raises(CommandError, match="settings of 1a2b3c4 cannot be read: ImportError"),
    ):
        assert program.option


def test_neither_process_has_loaded_what_it_is_to_take_from_the_revision() -> None:
    code = (
        "import sys, platformctl.diff.host, platformctl.diff.judging\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('policies', 'stacks', 'components')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_could_reach_an_account_is_kept_from_programs_under_review(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "PULUMI_ACCESS_TOKEN", "GITHUB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("KUBECONFIG", "of-a-real-cluster")
    assert not {"secret", "of-a-real-cluster"} & set(around().values())
    assert "PATH" in around()
