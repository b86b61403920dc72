"""The workflow run that a command is part of, as GitHub's variables and its event file tell."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from platformctl.errors import CommandError
from platformctl.github.api import Api

_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[\w.-]+")


@dataclass(frozen=True)
class WorkflowRun:
    """One run of a workflow: where it runs, for which event, and with whose rights it may talk."""

    variables: Mapping[str, str]

    @classmethod
    def current(cls) -> "WorkflowRun":
        """The run that this process is part of."""
        return cls(os.environ)

    @cached_property
    def repository(self) -> str:
        """owner/name."""
        name = self._needed("GITHUB_REPOSITORY")
        if not _REPOSITORY.fullmatch(name):
            raise CommandError(f"GITHUB_REPOSITORY must be owner/name, got {name!r}")
        return name

    @cached_property
    def api(self) -> Api:
        """GitHub's API with the run's token."""
        url = self.variables.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
        return Api(url, self._needed("GITHUB_TOKEN"))

    @property
    def page(self) -> str:
        """The run's own page; empty outside of a run."""
        server, number = self.variables.get("GITHUB_SERVER_URL", ""), self.variables.get("GITHUB_RUN_ID", "")
        return f"{server}/{self.repository}/actions/runs/{number}" if server and number else ""

    @cached_property
    def event(self) -> dict[str, Any]:
        """What happened, in GitHub's words: GitHub docs, "Webhook events and payloads"."""
        file = Path(self._needed("GITHUB_EVENT_PATH"))
        try:
            event = json.loads(file.read_text())
        except (OSError, ValueError) as error:
            raise CommandError(f"GITHUB_EVENT_PATH {file}: not an event of GitHub's: {error}") from None
        if not isinstance(event, dict):
            raise CommandError(f"GITHUB_EVENT_PATH {file}: an event is an object, got {type(event).__name__}")
        return event

    def pull_request(self) -> int | None:
        """The number of the open pull request that this run is for; None where it was closed or moved on meanwhile.

        After a run for a pull request (`workflow_run`) it is found by what GitHub says of that run, never by what the
        run itself left: the run was the pull request's own code. GitHub does not list pull requests from forks in the
        event (GitHub docs, "workflow_run": `pull_requests` is empty for them).
        """
        if isinstance(number := self.event.get("number"), int):
            return number
        before = self.event.get("workflow_run")
        if not isinstance(before, dict):
            raise CommandError("this event is for no pull request; say which with --pull-request NUMBER")
        owner, branch = before["head_repository"]["owner"]["login"], before["head_branch"]
        asked = f"/repos/{self.repository}/pulls?state=open&head={quote(f'{owner}:{branch}', safe='')}"
        for found in self.api.pages(asked):
            if found["head"]["sha"] == before["head_sha"]:
                return int(found["number"])
        return None

    def is_from_a_fork(self) -> bool:
        """Whether the pull request's code is another repository's."""
        before = self.event.get("workflow_run") or self.event.get("pull_request", {}).get("head", {})
        head = before.get("head_repository") or before.get("repo") or {}
        return bool(head.get("full_name") != self.repository)

    def set_outputs(self, values: Mapping[str, str]) -> bool:
        """Gives the values to the later steps of the job; False outside of a run. A value is one line."""
        file = self.variables.get("GITHUB_OUTPUT")
        if broken := [name for name, value in values.items() if "\n" in value or "\r" in value]:
            raise CommandError(f"the output {broken[0]} would be several lines: another output could hide in it")
        if not file:
            return False
        with Path(file).open("a") as sink:
            sink.writelines(f"{name}={value}\n" for name, value in values.items())
        return True

    def _needed(self, name: str) -> str:
        value = self.variables.get(name)
        if not value:
            raise CommandError(f"{name} is not set: this command is part of a workflow run, which has it")
        return value
