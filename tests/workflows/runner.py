"""Runs a job of a workflow as GitHub's runner does: its steps in order, with files for outputs, variables and PATH.

`uses:` of this repository is expanded and run; every other action is a fake that checks its inputs. What the runner
does not know is an error.
"""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.workflows.expressions import Scope, UnknownError, written
from tests.workflows.files import read

STEP_S = 600
Inputs = Mapping[str, str]
Fake = Callable[["Job", Inputs], Mapping[str, str]]  # what the action does, and its outputs
_KEYS = {"name", "id", "if", "uses", "with", "run", "env", "shell", "continue-on-error"}
_SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")  # GitHub docs, "Workflow syntax": `shell: bash`
_DEFAULT_SHELL = ("bash", "-e")  # without a `shell`


@dataclass(frozen=True)
class Done:
    """What became of one step."""

    what: str
    outcome: str  # success, failure or skipped
    printed: str = ""


@dataclass
class Job:
    """One job of a workflow in its own checkout, and the world that it meets."""

    workspace: Path
    temp: Path  # of the runner: $RUNNER_TEMP and the files of outputs
    workflow: dict[str, Any]
    name: str
    github: Mapping[str, Any]  # the context, with `event`
    variables: Mapping[str, str]  # of the machine, and GitHub's own
    fakes: Mapping[str, Fake]
    matrix: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    needs: Mapping[str, Any] = field(default_factory=dict)
    vars: Mapping[str, str] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)  # by GITHUB_ENV and by actions
    path: list[str] = field(default_factory=list)  # by GITHUB_PATH
    done: list[Done] = field(default_factory=list)
    used: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # actions, without their pins
    summary: str = ""
    _steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    _failed: bool = False

    @property
    def definition(self) -> dict[str, Any]:
        job: dict[str, Any] = self.workflow["jobs"][self.name]
        return job

    def run(self) -> "Job":
        """Runs the steps whose conditions hold; a job whose own condition does not hold runs none."""
        unknown = set(self.definition) - _JOB_KEYS
        if unknown:
            raise UnknownError(f"job {self.name}: {', '.join(sorted(unknown))}")
        scope = self._scope(self._given, self._steps)
        if not scope.condition(self.definition.get("if")):
            return self
        for key in ("runs-on", "environment", "name"):
            scope.text(self.definition.get(key, ""))
        environment = {name: scope.text(value) for name, value in self.definition.get("env", {}).items()}
        for step in self.definition["steps"]:
            self._step(step, self._given, self._steps, environment)
        return self

    @property
    def result(self) -> str:
        return "skipped" if not self.done else "failure" if self._failed else "success"

    @property
    def outputs(self) -> dict[str, str]:
        """Of the job, for those that need it."""
        scope = self._scope(self._given, self._steps)
        return {name: scope.text(value) for name, value in self.definition.get("outputs", {}).items()}

    def said(self, part: str) -> str:
        """What the one step printed whose command has this part."""
        (found,) = [one for one in self.done if part in one.what and one.outcome != "skipped"]
        return found.printed

    def outcomes(self) -> dict[str, str]:
        """What became of each command, in order."""
        return {one.what: one.outcome for one in self.done}

    def _step(
        self, step: dict[str, Any], inputs: Inputs, steps: dict[str, dict[str, Any]], environment: Mapping[str, str]
    ) -> None:
        if unknown := set(step) - _KEYS:
            raise UnknownError(f"step {step}: {', '.join(sorted(unknown))}")
        scope = self._scope(inputs, steps)
        what = step.get("run") or step["uses"].partition("@")[0]
        if not scope.condition(step.get("if")):
            self._conclude(step, steps, what, "skipped", {}, "")
            return
        env = {**environment, **{name: scope.text(value) for name, value in step.get("env", {}).items()}}
        arguments = {name: scope.text(value) for name, value in step.get("with", {}).items()}
        if "run" in step:
            outcome, outputs, printed = self._ran(step, env)
        elif what.startswith("./"):
            outcome, outputs, printed = self._expanded(what, arguments)
        else:
            outcome, outputs, printed = self._faked(what, arguments)
        if outcome == "failure" and step.get("continue-on-error") is not True:
            self._failed = True
        self._conclude(step, steps, what, outcome, outputs, printed)

    def _conclude(
        self,
        step: dict[str, Any],
        steps: dict[str, dict[str, Any]],
        what: str,
        outcome: str,
        outputs: Mapping[str, str],
        printed: str,
    ) -> None:
        self.done.append(Done(what, outcome, printed))
        if "id" in step:
            forgiven = outcome == "failure" and step.get("continue-on-error") is True
            conclusion = "success" if forgiven else outcome
            steps[step["id"]] = {"outputs": dict(outputs), "outcome": outcome, "conclusion": conclusion}

    def _ran(self, step: dict[str, Any], env: Mapping[str, str]) -> tuple[str, dict[str, str], str]:
        if step.get("shell", "bash") != "bash":
            raise UnknownError(f"shell {step['shell']}")
        files = {name: self.temp / f"file-{name}" for name in ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        result = subprocess.run(
            [*(_SHELL if "shell" in step else _DEFAULT_SHELL), "-c", step["run"]],
            cwd=self.workspace,
            env={**self._environment(), **env, **{f"GITHUB_{name}": str(file) for name, file in files.items()}},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=STEP_S,
            check=False,
        )
        self.added |= _pairs(files["ENV"])
        self.path += files["PATH"].read_text().split()
        self.summary += files["STEP_SUMMARY"].read_text()
        return ("failure" if result.returncode else "success"), _pairs(files["OUTPUT"]), result.stdout

    def _expanded(self, what: str, arguments: Mapping[str, str]) -> tuple[str, dict[str, str], str]:
        """An action of this repository: its steps see its inputs alone, and each other."""
        action = read(self.workspace / what / "action.yml")
        declared = action["inputs"]
        if unknown := set(arguments) - set(declared):
            raise UnknownError(f"{what} takes no {', '.join(sorted(unknown))}")
        if missing := {name for name, one in declared.items() if one.get("required") and name not in arguments}:
            raise UnknownError(f"{what} needs {', '.join(sorted(missing))}")
        inputs = {name: arguments.get(name, written(one.get("default"))) for name, one in declared.items()}
        self.used.append((what, dict(arguments)))
        steps: dict[str, dict[str, Any]] = {}
        before = self._failed
        for step in action["runs"]["steps"]:
            self._step(step, inputs, steps, {})
        failed, self._failed = self._failed and not before, before
        return ("failure" if failed else "success"), {}, ""

    def _faked(self, what: str, arguments: dict[str, str]) -> tuple[str, dict[str, str], str]:
        if what not in self.fakes:
            raise UnknownError(f"action {what}")
        self.used.append((what, arguments))
        try:
            return "success", dict(self.fakes[what](self, arguments)), ""
        except ActionFailed as failure:
            return "failure", {}, str(failure)

    def _environment(self) -> dict[str, str]:
        """GitHub docs, "Variables reference": what a step finds; nothing of the machine that the tests run on."""
        path = os.pathsep.join([*reversed(self.path), self.variables["PATH"]])
        own = {"GITHUB_WORKSPACE": str(self.workspace), "RUNNER_TEMP": str(self.temp), "CI": "true"}
        return {**self.variables, **own, **self.added, "PATH": path}

    @property
    def _given(self) -> Inputs:
        """As GitHub fills them in: of a run that a person starts the defaults, of any other nothing."""
        dispatch = (self.workflow["on"].get("workflow_dispatch") or {}) if isinstance(self.workflow["on"], dict) else {}
        started = self.github["event_name"] == "workflow_dispatch"
        declared = dispatch.get("inputs", {})
        return {
            **{name: one.get("default", "") if started else "" for name, one in declared.items()},
            **self.inputs,
        }

    def _scope(self, inputs: Inputs, steps: Mapping[str, Any]) -> Scope:
        contexts = {
            "github": self.github,
            "inputs": inputs,
            "matrix": self.matrix,
            "needs": self.needs,
            "runner": {"os": "Linux", "arch": "X64", "temp": str(self.temp)},
            "steps": steps,
            "vars": self.vars,
        }
        functions: dict[str, Callable[..., Any]] = {
            "success": lambda: not self._failed,
            "failure": lambda: self._failed,
            "always": lambda: True,
            "cancelled": lambda: False,
            "hashFiles": lambda *patterns: "0" * 64,
        }
        return Scope(contexts, functions)


class ActionFailed(Exception):  # noqa: N818  # what happened, not what is wrong with us
    """What an action ends with when it cannot do what it was asked for."""


_JOB_KEYS = {
    "name",
    "if",
    "needs",
    "runs-on",
    "environment",
    "timeout-minutes",
    "permissions",
    "strategy",
    "env",
    "outputs",
    "steps",
}


def _pairs(file: Path) -> dict[str, str]:
    """What a step wrote for later ones, a line for each: the form for values of several lines is not ours."""
    lines = [line for line in file.read_text().splitlines() if line]
    if wrong := [line for line in lines if "=" not in line or "<<" in line.partition("=")[0]]:
        raise UnknownError(f"a line of {file.name}: {wrong[0]}")
    return dict(line.split("=", 1) for line in lines)
