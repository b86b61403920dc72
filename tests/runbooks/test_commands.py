"""Every command of a runbook is one that exists, with options that it has and names that production has."""

import re
from typing import Any

import pytest
import yaml
from typer.main import get_command

from platformctl.main import app
from tests.runbooks import environment
from tests.runbooks.kubectl import problems as kubectl_problems
from tests.runbooks.pages import ROOT, Command, commands, simple

_PLATFORMCTL: Any = get_command(app)
_WORKFLOWS = ROOT / ".github" / "workflows"


def _of(tool: str) -> list[Command]:
    return [command for command in commands() if command.words[0] == tool]


def platformctl_problems(words: tuple[str, ...], whole: bool = True) -> list[str]:
    """What is wrong with a command line of ours: unknown commands and options; of a whole one also what is missing."""
    command = _PLATFORMCTL
    rest = list(words[1:])
    while inner := getattr(command, "commands", None):
        if not rest:
            return [f"{' '.join(words)}: a command is missing"]
        if rest[0] not in inner:
            return [f"{rest[0]}: there is no such command"]
        command = inner[rest.pop(0)]
    try:
        command.make_context(command.name, list(rest), resilient_parsing=not whole)
    except Exception as problem:
        return [getattr(problem, "message", "") or str(problem) or type(problem).__name__]
    given = {word.partition("=")[0] for word in rest if re.match(r"-{1,2}[a-z]", word)}
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return [f"{option}: {command.name} has no such option" for option in sorted(given - known - {"--help"})]


def gh_problems(words: tuple[str, ...], whole: bool = True) -> list[str]:
    """What is wrong with one that starts a workflow: file, inputs and choices."""
    if words[1:3] != ("workflow", "run"):
        known = {("run", "watch"), ("run", "list"), ("issue", "list")}
        return [] if words[1:3] in known else [f"{' '.join(words)}: not a command that runbooks use"]
    file = _WORKFLOWS / words[3]
    if not file.is_file():
        return [f"{words[3]}: there is no such workflow"]
    triggers = yaml.safe_load(file.read_text())[True]  # YAML 1.1 reads the key `on` as true
    inputs = (triggers.get("workflow_dispatch") or {}).get("inputs") or {}
    given = dict(word.split("=", 1) for flag, word in zip(words[4::2], words[5::2], strict=True) if flag == "-f")
    found = [f"{name}: {words[3]} has no such input" for name in given if name not in inputs]
    found += [f"{name}: it needs that" for name, one in inputs.items() if whole and _needed(one) and name not in given]
    for name, value in given.items():
        choices = inputs.get(name, {}).get("options")
        if choices and value not in choices:
            found.append(f"{name}={value}: one of {choices}")
    return found


def _needed(declared: dict[str, Any]) -> bool:
    return bool(declared.get("required")) and "default" not in declared


PROBLEMS = {"platformctl": platformctl_problems, "gh": gh_problems, "kubectl": kubectl_problems}


@pytest.mark.parametrize("tool", PROBLEMS)
def test_every_command_exists_with_its_options_and_names(tool: str) -> None:
    found = _of(tool)
    assert len(found) > 20
    wrong = {
        str(command): problems for command in found if (problems := PROBLEMS[tool](command.words, bool(command.place)))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "line",
    [
        "platformctl rolback prod",
        "platformctl rollback prod --service --reason x",
        "platformctl lock prod --for 1h",  # --reason is missing
        "platformctl state restor prod",
        "platformctl changes list",
        "gh workflow run rollback.yml -f environment=prod -f what=servces -f reason=x",
        "gh workflow run rollback.yml -f environment=prod",
        "gh workflow run rolback.yml",
        "kubectl get pods -n billing-pi",
        "kubectl argo rollouts abort apis -n billing-api",
        "kubectl argo rollouts abort api -n billing-ledger",
        "kubectl argo rollouts undoo api -n billing-api",
        "kubectl scale rollout payouts -n billing-payouts --replica=0",
        "kubectl get externalsecret ledger -n billing-ledger",
        "kubectl logs -n billing-api -l app.kubernetes.io/name=ledger",
        "kubectl scale rollout payouts --replicas=0",  # of which namespace?
    ],
)
def test_a_slip_of_the_pen_is_found(line: str) -> None:
    (words,) = simple(line)
    assert PROBLEMS[words[0]](words)


def test_only_these_tools_are_needed() -> None:
    assert {command.words[0] for command in commands()} == {"platformctl", "gh", "kubectl", "aws"}


def test_environments_that_are_named_exist() -> None:
    given = {word for command in _of("platformctl") for word in command.words if word in ("prod", "staging", "sandbox")}
    assert given == {"prod"}
    assert environment.namespaces() > {"billing-api", "platform-telemetry"}
