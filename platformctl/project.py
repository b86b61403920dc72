"""The checkout that a command works on: where it is, its environments, and what they configure."""

import json
import runpy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from platformctl.errors import CommandError

PROJECT = "billing-platform"


@dataclass(frozen=True)
class Project:
    """A checkout of the platform repository. Its program and settings are run from files, never imported, so that
    the tool can be pointed at another revision's checkout as well as at its own."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Project":
        """The project that holds `start` (default: the working directory); CommandError outside of one."""
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            file = folder / "Pulumi.yaml"
            if file.is_file() and f"name: {PROJECT}" in file.read_text():
                return cls(folder)
        raise CommandError(f"{here} is not inside a checkout of {PROJECT}: change to one and try again")

    @property
    def environments(self) -> list[str]:
        """The environments that have a settings file, sorted by name."""
        return sorted(
            file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in self.root.glob("Pulumi.*.yaml")
        )

    def settings_file(self, environment: str) -> Path:
        """The settings file of an environment; CommandError naming the known ones."""
        if environment not in self.environments:
            known = ", ".join(self.environments) or "none: there is no Pulumi.<environment>.yaml here"
            raise CommandError(f"unknown environment {environment!r}; known environments: {known}")
        return self.root / f"Pulumi.{environment}.yaml"

    @cached_property
    def settings_module(self) -> dict[str, Any]:
        """What stacks/settings.py defines: Settings, SettingsError, load_file, json_schema."""
        return runpy.run_path(str(self.root / "stacks" / "settings.py"), run_name="platform_settings")

    def settings(self, environment: str) -> Any:
        """The validated settings of an environment; CommandError that lists every problem of the file."""
        file = self.settings_file(environment)
        try:
            return self.settings_module["load_file"](file)
        except self.settings_module["SettingsError"] as problems:
            raise CommandError(f"{file.name} is not valid:\n{problems}") from None

    def configuration(self, environment: str) -> dict[str, str]:
        """The environment's configuration in the engine's form: objects as JSON, scalars as text."""
        try:
            content = yaml.safe_load(self.settings_file(environment).read_text()) or {}
        except yaml.YAMLError as error:
            raise CommandError(f"Pulumi.{environment}.yaml is not YAML: {error}") from None
        values = content.get("config") if isinstance(content, dict) else None
        if not isinstance(values, dict):
            raise CommandError(f"Pulumi.{environment}.yaml has no `config` mapping")
        return {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
