"""Where an environment is run: the sandbox on this machine, or the real account that the shell has credentials for."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from platformctl.errors import CommandError
from platformctl.project import Project
from sandbox import process, tools

if TYPE_CHECKING:
    from platformctl.host.client import Server

ENGINE_TOOLS = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-analyzer-policy-python",
)
_SECRETS_KEYS = ("secretsprovider", "encryptedkey")
# Without these the engine looks for plugins where the user installed them, or fetches them.
_OWN_PROVIDERS = ("PULUMI_DEBUG_PROVIDERS", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "PULUMI_HOME")


@dataclass(frozen=True)
class Target:
    """One environment in one place: what the engine is started with."""

    project: Project
    environment: str
    variables: Mapping[str, str]  # the whole process environment of the engine
    sandbox: process.Running | None  # None: the real account
    config_file: Path | None = (
        None  # a copy of the settings file, where the committed one names a real secrets provider
    )
    server: "Server | None" = None  # of what the engine runs; None: the engine starts it all itself

    @property
    def name(self) -> str:
        """For people: what runs there, as they type it."""
        return self.project.target(self.environment)

    @property
    def place(self) -> str:
        """For people: where this runs."""
        return "sandbox" if self.sandbox else "the real account"


def engine_path() -> str:
    """PATH with the engine's tools first; installs what is missing and reports progress on standard error."""
    try:
        tools.ensure(ENGINE_TOOLS, lambda line: print(line, file=sys.stderr, flush=True))
    except tools.ToolError as error:
        raise CommandError(str(error)) from None
    return os.pathsep.join([str(tools.bin_directory()), os.environ.get("PATH", os.defpath)])


@contextmanager
def open_target(
    project: Project,
    environment: str,
    *,
    live: bool = False,
    keep: bool = False,
    official_providers: bool = False,
    damaged: bool = False,
) -> Iterator[Target]:
    """The target that a command runs on, its stack initialised.

    Without `live` this is the sandbox of the checkout when it runs, else a new one: a lasting one with `keep`, one that
    ends with the command without. With `live` the shell's credentials and PULUMI_BACKEND_URL are used as they are, once
    platformctl.preflight has held them against the environment. In both a state that is not sound ends the command,
    unless it may be `damaged`: for those that mend it.
    """
    with _opened(project, environment, live, keep, official_providers) as target:
        from platformctl.states.examine import demand  # both know targets, too

        if live:
            from platformctl.preflight.check import demand as fit

            fit(target)
        if not damaged:
            demand(target)
        yield target


@contextmanager
def _opened(project: Project, environment: str, live: bool, keep: bool, official_providers: bool) -> Iterator[Target]:
    settings = project.settings(environment)
    path = engine_path()
    if live:
        yield Target(project, environment, {**os.environ, "PATH": path, "PULUMI_STACK": environment}, None)
        return
    with _sandbox(project, keep) as running:
        variables = sandbox_variables(running, settings, environment, official_providers)
        copy = settings_without_secrets_provider(project, environment, running)
        shell = {name: value for name, value in os.environ.items() if name != "AWS_PROFILE"}  # of a real account
        yield Target(project, environment, {**shell, **variables, "PATH": path}, running, copy)


def sandbox_variables(
    running: process.Running, settings: Any, environment: str, official_providers: bool = False
) -> dict[str, str]:
    """What a shell needs so that the ordinary `pulumi` works on the sandbox, without PATH."""
    variables = process.environment(running, settings.account.id, settings.account.region)
    if official_providers:
        variables = {name: value for name, value in variables.items() if name not in _OWN_PROVIDERS}
    return {**variables, "PULUMI_STACK": environment}


@contextmanager
def _sandbox(project: Project, keep: bool) -> Iterator[process.Running]:
    found = process.find(project.root)
    try:
        if isinstance(found, process.Running):
            yield found
        elif keep:
            yield process.start(project.root)
        else:
            with process.temporary(project.root) as running:
                yield running
    except process.SandboxError as error:
        raise CommandError(str(error)) from None


def settings_without_secrets_provider(project: Project, environment: str, running: process.Running) -> Path | None:
    """The real secrets provider is a key in the real account: the sandbox uses its own passphrase instead."""
    content = yaml.safe_load(project.settings_file(environment).read_text())
    if not any(key in content for key in _SECRETS_KEYS):
        return None
    copy = running.directory / f"{project.name}.{environment}.yaml"
    copy.write_text(yaml.safe_dump({key: value for key, value in content.items() if key not in _SECRETS_KEYS}))
    return copy
