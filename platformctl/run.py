"""What one run of the engine comes to: its changes, their verdicts and consequences, and the exit code they earn."""

from dataclasses import dataclass
from typing import Any

from platformctl.changes import Change, changes, counts, sides, standing
from platformctl.engine import Outcome
from platformctl.errors import Exit
from platformctl.guard import Refusal, chained, refusals
from platformctl.notes import Note, notes
from platformctl.state import deployment
from platformctl.target import Target
from platformctl.upgrades import refused as upgrades_refused
from platformctl.upgrades import upgrade_notes, upgrades
from platformctl.verdicts import Report, exit_code, merge


@dataclass(frozen=True)
class Run:
    """An outcome of the engine, and what is made of it."""

    outcome: Outcome
    exit: Exit
    report: Report
    changes: list[Change]
    refusals: list[Refusal]
    notes: list[Note]

    @property
    def other_errors(self) -> list[str]:
        """The engine's errors that are not only its way to refuse what is refused here."""
        refused = [refusal.urn for refusal in self.refusals]
        return [
            error
            for error in self.outcome.errors
            if not error.endswith("preview failed") and not any(urn in error for urn in refused)
        ]

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "changes": [change.as_dict() for change in self.changes],
            "counts": counts(self.outcome.events),
            "refusals": [refusal.as_dict() for refusal in self.refusals],
            "notes": [note.as_dict() for note in self.notes],
            "policies": self.report,
            "warnings": self.outcome.warnings,
            "errors": self.outcome.errors,
        }


def not_run(report: Report) -> Run:
    """What comes of findings that kept the engine from being started."""
    return Run(Outcome(0, (), (), "", 0.0), Exit.FINDINGS, report, [], [], [])


def judge(target: Target, outcome: Outcome, *, refuse: bool) -> Run:
    """The run; with `refuse`, changes that would lose data count as findings, as long as they are only planned."""
    policy = target.project.settings(target.environment).policy
    touched, states = changes(outcome.events), sides(outcome.events)
    raised = upgrades(touched, states)
    refused: list[Refusal] = []
    if refuse:
        refused = upgrades_refused(raised) + refusals(touched, states, protects=policy.protect_stateful)
        if any("as part of replacing" in error for error in outcome.errors):
            refused += chained(outcome.errors, deployment(target)["resources"])
    report = merge(entry["report"] for entry in outcome.reports)
    code = exit_code(report, undecided_blocks=policy.undecided == "block")
    if refused:
        code = Exit.FINDINGS
    elif outcome.exit_code and code is not Exit.FINDINGS:
        code = Exit.ENGINE
    told = notes(touched, states) + upgrade_notes(raised, standing(outcome.events) if raised else {})
    return Run(outcome, code, report, touched, refused, told)
