"""What a command that changes something makes sure of before it does: that its options agree, and a person's yes."""

import sys

import typer

from platformctl.errors import CommandError, Exit


def document_needs_no_answer(as_json: bool, yes: bool) -> None:
    """CommandError when a question would stand in the middle of a JSON document."""
    if as_json and not yes:
        raise CommandError("--json needs --yes: a question would stand in the middle of the document")


def only_in_the_sandbox(no_checkpoints: bool, live: bool) -> None:
    """CommandError when the state of a real stack would be saved once, at the end."""
    if no_checkpoints and live:
        raise CommandError("--no-checkpoints is for the sandbox: the state of a real stack is saved after every step")


def confirm(question: str, yes: bool) -> None:
    """Ends the command unless a person, or `yes`, agrees."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("nobody can be asked here: pass --yes to go ahead")
    if not typer.confirm(question):
        raise CommandError("stopped: nothing was changed", Exit.FINE)
