"""The checkout that a command works on: its Pulumi projects, their environments, and what those configure."""

import json
import runpy
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from platformctl.errors import CommandError


@dataclass(frozen=True)
class Program:
    """One Pulumi project of the repository, in paths relative to the checkout."""

    name: str  # as its Pulumi.yaml says
    folder: str  # of its Pulumi.yaml and its settings files
    program: str  # the folder of its __main__.py and its settings.py


_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a twentieth of the time, where libyaml is
PLATFORM = "platform"  # meant where no project is named
PROGRAMS = {
    PLATFORM: Program("billing-platform", ".", "stacks"),
    "foundation": Program("billing-foundation", "stacks/foundation", "stacks/foundation"),
}


@dataclass(frozen=True)
class Project:
    """One Pulumi project in a checkout of the repository. Its program and settings are run from files, never imported,
    so that the tool can be pointed at another revision's checkout as well as at its own."""

    root: Path  # of the checkout
    key: str = PLATFORM  # in PROGRAMS

    @classmethod
    def find(cls, start: Path | None = None) -> "Project":
        """The platform in the checkout that holds `start` (default: the working directory); CommandError outside."""
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            file = folder / "Pulumi.yaml"
            if file.is_file() and f"name: {PROGRAMS[PLATFORM].name}" in file.read_text():
                return cls(folder)
        raise CommandError(f"{here} is not inside a checkout of {PROGRAMS[PLATFORM].name}: change to one and try again")

    @classmethod
    def choose(cls, target: str, start: Path | None = None) -> tuple["Project", str]:
        """The project and the environment that `target` means: ENV of the platform, or PROJECT/ENV.

        CommandError for a project or an environment that does not exist, naming those that do.
        """
        key, slash, environment = target.rpartition("/")
        project = cls.named(key if slash else PLATFORM, start)
        project.settings_file(environment)
        return project, environment

    @classmethod
    def named(cls, key: str, start: Path | None = None) -> "Project":
        """The project of that name; CommandError naming the known ones."""
        if key not in PROGRAMS:
            raise CommandError(f"unknown project {key!r}; known projects: {', '.join(PROGRAMS)}")
        return replace(cls.find(start), key=key)

    @property
    def name(self) -> str:
        """What the engine calls the project."""
        return PROGRAMS[self.key].name

    @property
    def folder(self) -> Path:
        """Where Pulumi.yaml and the settings files are, and where the engine is started."""
        return self.root / PROGRAMS[self.key].folder

    @property
    def program(self) -> Path:
        """The folder that holds the program."""
        return self.root / PROGRAMS[self.key].program

    @property
    def environments(self) -> list[str]:
        """The environments that have a settings file, sorted by name."""
        return sorted(
            file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in self.folder.glob("Pulumi.*.yaml")
        )

    def target(self, environment: str) -> str:
        """What people type for an environment of this project."""
        return environment if self.key == PLATFORM else f"{self.key}/{environment}"

    def shown(self, file: Path) -> str:
        """A file of the checkout as messages name it."""
        return str(file.relative_to(self.root))

    def settings_file(self, environment: str) -> Path:
        """The settings file of an environment; CommandError naming the known ones."""
        if environment not in self.environments:
            pattern = self.shown(self.folder / "Pulumi.<environment>.yaml")
            known = ", ".join(map(self.target, self.environments)) or f"none: there is no {pattern}"
            raise CommandError(f"unknown environment {self.target(environment)!r}; known environments: {known}")
        return self.folder / f"Pulumi.{environment}.yaml"

    @cached_property
    def settings_module(self) -> dict[str, Any]:
        """What the program's settings.py defines: SettingsError, load_file, json_schema."""
        file = self.program / "settings.py"
        if not file.is_file():
            raise CommandError(f"there is no {self.shown(file)}, so nothing is known of the project {self.key!r}")
        return runpy.run_path(str(file), run_name=f"{self.key}_settings")

    @cached_property
    def _validated(self) -> dict[tuple[Path, int, int], Any]:
        """Settings by file, as it was changed last."""
        return {}

    def settings(self, environment: str) -> Any:
        """The validated settings of an environment; CommandError that lists every problem of the file."""
        file = self.settings_file(environment)
        read = file.stat()
        key = (file, read.st_mtime_ns, read.st_size)
        if key not in self._validated:
            self._validated[key] = self._loaded(file)
        return self._validated[key]

    def _loaded(self, file: Path) -> Any:
        try:
            return self.settings_module["load_file"](file)
        except self.settings_module["SettingsError"] as problems:
            raise CommandError(f"{self.shown(file)} is not valid:\n{problems}") from None

    def configuration(self, environment: str) -> dict[str, str]:
        """The environment's configuration in the engine's form: objects as JSON, scalars as text."""
        file = self.settings_file(environment)
        try:
            content = yaml.load(file.read_text(), Loader=_YAML) or {}  # noqa: S506  a safe one
        except yaml.YAMLError as error:
            raise CommandError(f"{self.shown(file)} is not YAML: {error}") from None
        values = content.get("config") if isinstance(content, dict) else None
        if not isinstance(values, dict):
            raise CommandError(f"{self.shown(file)} has no `config` mapping")
        return {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
