"""What ends a command, and the exit code each end has."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command; documented in the README."""

    FINE = 0
    FINDINGS = 1  # a rule failed, and no waiver covers it
    USAGE = 2  # bad input, bad settings or a missing tool
    UNDECIDED = 3  # a rule could not be decided and the environment says that blocks
    DRIFT = 4  # state and cloud differ
    ENGINE = 5  # the Pulumi engine failed
    INTERRUPTED = 130  # Ctrl-C, the shells' convention of 128 + SIGINT


class CommandError(Exception):
    """Ends a command with one message for people: what is wrong, and what to do about it."""

    def __init__(self, message: str, code: Exit = Exit.USAGE):
        super().__init__(message)
        self.code = code
