"""What `new` writes is whole: its own tests pass in a checkout, and what is wrong changes nothing."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from components.canary.plan import RiskClass
from components.tags import DataClass, PciScope
from platformctl.errors import CommandError
from platformctl.scaffold import kinds
from platformctl.scaffold.texts import at_end_of_block, before_end_of

ROOT = Path(__file__).resolve().parents[3]
COPIED = ("components", "platformctl", "policies", "sandbox", "stacks", "tests")
DIGEST = "sha256:" + "0a" * 32
RULE = ("--area", "messages", "--type", "aws:sqs/queue:Queue", "--property", "fifoQueue")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("new")
    for folder in COPIED:
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*ROOT.glob("Pulumi*.yaml"), ROOT / "pyproject.toml"):
        shutil.copy(file, root)
    shutil.copytree(ROOT / ".github", root / ".github")
    return root


def _run(checkout: Path, *line: str, code: int = 0) -> str:
    done = subprocess.run([sys.executable, "-m", *line], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{line}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def _new(checkout: Path, *line: str, code: int = 0) -> str:
    return _run(checkout, "platformctl", "new", *line, code=code)


def _tested(checkout: Path, *line: str) -> str:
    return _run(checkout, "pytest", "-p", "no:cacheprovider", *line)


def test_a_component_passes_the_test_that_comes_with_it(checkout: Path) -> None:
    said = _new(checkout, "component", "report-store", "--layer", "data")
    assert "components/report_store.py" in said
    assert "3 passed" in _tested(checkout, "tests/components/test_report_store.py", "-v")
    _run(checkout, "ruff", "check", "components/report_store.py", "tests/components/test_report_store.py")
    _run(checkout, "ruff", "format", "--check", "components/report_store.py", "tests/components/test_report_store.py")
    assert "exists already" in _new(checkout, "component", "report-store", "--layer", "data", code=2)


def test_a_rule_is_in_its_areas_list_and_passes_the_tests_of_all_rules(checkout: Path) -> None:
    _new(checkout, "rule", "MSG-98", "--name", "queue-is-ordered", *RULE)
    _run(checkout, "ruff", "check", "policies")
    _run(checkout, "ruff", "format", "--check", "policies/rules/messages", "policies/snippets/messages.py")
    said = _tested(checkout, "tests/policies/test_examples.py", "tests/policies/test_snippets.py", "-k", "MSG-98", "-v")
    assert " passed" in said
    assert "MSG-98" in _run(checkout, "platformctl", "rules", "show", "MSG-98")


def test_a_service_is_defined_and_released_everywhere(checkout: Path) -> None:
    before = {file: file.read_text() for file in checkout.glob("Pulumi.*.yaml")}
    _new(checkout, "service", "invoices", "--owner", "billing", "--digest", DIGEST)
    for file, text in before.items():
        added = [line for line in file.read_text().splitlines() if line not in text.splitlines()]
        assert [line.strip() for line in added if "invoices:" in line or DIGEST in line] == [
            "invoices:",
            f"digest: {DIGEST}",
        ]
        assert [line.strip() for line in added if "billing" in line] == ["billing: {}"]  # is told of its alerts
        assert "valid" in _run(checkout, "platformctl", "settings", "validate", file.name.split(".")[1])
    _run(checkout, "ruff", "format", "--check", "stacks/services.py")
    assert "already" in _new(checkout, "service", "invoices", "--owner", "billing", "--digest", DIGEST, code=2)


def test_a_service_that_would_not_be_valid_is_not_written(checkout: Path) -> None:
    files = [checkout / "stacks" / "services.py", *checkout.glob("Pulumi.*.yaml")]
    before = [file.read_text() for file in files]
    said = _new(checkout, "service", "a-name-that-is-far-too-long", "--owner", "b", "--digest", DIGEST, code=2)
    assert "nothing was written" in said
    assert [file.read_text() for file in files] == before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("component", "ReportStore", "--layer", "data"), "NAME must be of a-z 0-9"),
        (("component", "a", "--layer", "Data!"), "--layer must be of"),
        (("rule", "msg4", "--name", "a", *RULE), "ID must be like NET-18"),
        (("rule", "MSG-01", "--name", "a", *RULE), "MSG-01 exists already"),
        (("rule", "MSG-97", "--name", "a", *RULE, "--area", "mesages"), "did you mean messages?"),
        (("rule", "MSG-97", "--name", "a", *RULE, "--type", "Queue"), "--type must be a type of AWS"),
        (("rule", "MSG-97", "--name", "a", *RULE, "--property", "fifo-queue"), "--property must be written"),
        (("rule", "MSG-97", "--name", "a", *RULE, "--pack", "x"), "--pack must be one of access_control"),
        (("service", "invoices", "--owner", "b", "--digest", "latest"), "--digest must be sha256:"),
        (("service", "invoices", "--owner", "b", "--digest", DIGEST, "--risk", "some"), "--risk must be one of"),
    ],
)
def test_says_what_is_wrong_with_what_it_was_given(line: tuple[str, ...], message: str) -> None:
    assert message in _new(ROOT, *line, code=2).replace("\n", " ")


def test_offers_what_definitions_take() -> None:
    taken = {"risk": RiskClass, "data_class": DataClass, "pci_scope": PciScope}
    assert {key: set(kinds.CHOICES[key]) for key in taken} == {key: set(get_args(one)) for key, one in taken.items()}


def test_adds_before_the_end_and_says_what_to_add_where_it_finds_none() -> None:
    assert before_end_of("A = (\n    1,\n)\nB = (\n)\n", "A", ")", "    2,\n", "a.py") == (
        "A = (\n    1,\n    2,\n)\nB = (\n)\n"
    )
    with pytest.raises(CommandError, match=r"a.py has no 'C' that a line '\)' ends: add these lines by hand:\n    2,"):
        before_end_of("A = (\n)\n", "C", ")", "    2,\n", "a.py")


def test_adds_an_entry_at_the_end_of_its_mapping_and_leaves_comments() -> None:
    text = "a:\n  releases: # all\n  releases:\n    one:\n      b: 1 # c\n\n  other: 2\n"
    assert at_end_of_block(text, "releases", "two:\n  b: 3\n", "f.yaml") == (
        "a:\n  releases: # all\n  releases:\n    one:\n      b: 1 # c\n\n    two:\n      b: 3\n  other: 2\n"
    )
    assert at_end_of_block("releases:\n  one: 1\n", "releases", "two: 2\n", "f") == "releases:\n  one: 1\n  two: 2\n"
    with pytest.raises(CommandError, match="f has no line `releases:`"):
        at_end_of_block("a: 1\n", "releases", "two: 2\n", "f")
