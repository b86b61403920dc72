"""Reads a project's settings, from its file or from the engine, and says everything that is wrong with them at once."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import ErrorDetails

from stacks.sections.fields import MEANINGS, Strict

Found = Iterator[tuple[str, object, str, str]]  # key, value, what is allowed, remedy
Check = tuple[tuple[str, ...], Callable[..., Found]]  # the values it needs, by dotted path, and the rule
S = TypeVar("S", bound=Strict)
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a twentieth of the time, where libyaml is


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands (dotted path as in the file), what stands there, what may, what to do."""

    key: str
    value: object
    allowed: str
    remedy: str

    def __str__(self) -> str:
        value = "is missing" if self.value is None else f"is {_short(self.value)}"
        return f"  {self.key} {value}\n    allowed: {self.allowed}\n    remedy:  {self.remedy}"


class SettingsError(Exception):
    """Every problem of an environment's settings; as text, one block for each."""

    def __init__(self, errors: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in errors))
        self.errors = list(errors)


@dataclass(frozen=True)
class Reader(Generic[S]):
    """The settings of one Pulumi project: its name, its model (a section for each key, and `environment`), and what
    several values must be together.
    """

    project: str
    model: type[S]
    checks: tuple[Check, ...]

    def from_engine(self) -> S:
        """The settings of the stack that runs; the program ends with the list of problems, if any."""
        import pulumi  # 0.6 s that the other readers need not spend
        from pulumi.runtime.config import CONFIG, is_config_secret

        given = {key: "(secret)" if is_config_secret(key) else value for key, value in CONFIG.get().items()}
        try:
            return self.parse(pulumi.get_stack(), {key: _decoded(value) for key, value in given.items()})
        except SettingsError as error:
            raise pulumi.RunError(f"Pulumi.{pulumi.get_stack()}.yaml is not valid:\n{error}") from None

    def from_file(self, path: Path) -> S:
        """The settings of Pulumi.<environment>.yaml; SettingsError lists every problem."""
        environment = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        try:
            document = yaml.load(path.read_text(), Loader=_YAML)  # noqa: S506  a safe one
        except yaml.YAMLError as error:
            wrong = Problem("(file)", path.name, "a YAML document", f"mend its syntax: {error}")
            raise SettingsError([wrong]) from None
        config = document.get("config") if isinstance(document, dict) else None
        if not isinstance(config, dict):
            allowed = f"a mapping of {', '.join(self._known_keys([]))}"
            raise SettingsError([Problem("config", config, allowed, "add the sections, as in the other environments")])
        return self.parse(environment, config)

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the whole Pulumi.<environment>.yaml."""
        config = self.model.model_json_schema(ref_template="#/$defs/{model}")
        sections = {key: value for key, value in config["properties"].items() if key != "environment"}
        described = {key: {"type": "string", "description": text} for key, text in _ENGINE_KEYS.items()}
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"An environment of the {self.project}",
            "type": "object",
            "additionalProperties": False,
            "required": ["config"],
            "properties": {
                **described,
                "config": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [key for key in config["required"] if key != "environment"],
                    "properties": sections,
                },
            },
            "$defs": config["$defs"],
        }

    def parse(self, environment: str, config: Mapping[str, Any]) -> S:
        """The settings in `config`, whose values are decoded; SettingsError lists every problem, those of single
        values first, then what does not go together. One mistake hides no other."""
        document = json.loads(json.dumps({**config, "environment": environment}, default=str))
        try:
            settings = self.model.model_validate_json(json.dumps(document))
        except ValidationError as error:
            single = [self._problem(detail) for detail in error.errors(include_url=False)]
            raise SettingsError([*single, *self._check(self._valid_values(document))]) from None
        sections = {name: getattr(settings, name) for name in self._sections()}
        values = {f"{name}.{key}": value for name, section in sections.items() for key, value in section}
        if problems := self._check({**values, "environment": environment}):
            raise SettingsError(problems)
        return settings

    def _sections(self) -> list[str]:
        return [name for name in self.model.model_fields if name != "environment"]

    def _check(self, values: Mapping[str, Any]) -> list[Problem]:
        """The problems of `values` (by dotted path without the project); rules that miss a value are left out."""
        return [
            Problem(key if ":" in key else f"{self.project}:{key}", value, allowed, remedy)
            for needs, rule in self.checks
            if all(name in values for name in needs)
            for key, value, allowed, remedy in rule(*(values[name] for name in needs))
        ]

    def _valid_values(self, document: dict[str, Any]) -> dict[str, Any]:
        """What is valid by itself, by dotted path, in a document that as a whole is not."""
        values = {"environment": document["environment"]}
        for section in self._sections():
            given, model = document.get(f"{self.project}:{section}"), self.model.model_fields[section].annotation
            if not isinstance(given, dict) or not (isinstance(model, type) and issubclass(model, Strict)):
                continue
            for name, inner in model.model_fields.items():
                if name not in given and not inner.is_required():
                    values[f"{section}.{name}"] = inner.get_default(call_default_factory=True)
                    continue
                # A model of its own for each value, just as strict; only files with mistakes pay for it.
                single = create_model("Single", __base__=Strict, value=(inner.annotation or Any, inner))
                with suppress(ValidationError):
                    valid = single.model_validate_json(json.dumps({"value": given.get(name)}))
                    values[f"{section}.{name}"] = dict(valid)["value"]
        return values

    def _problem(self, detail: ErrorDetails) -> Problem:
        """pydantic's finding in our words."""
        location = [part for part in detail["loc"] if part != "[key]"]
        key, value = _key(location), detail["input"]
        if detail["type"] == "extra_forbidden":
            known = self._known_keys(location[:-1])
            near = get_close_matches(str(location[-1]), known, n=1)
            remedy = f"did you mean {near[0]}?" if near else "remove it"
            if len(location) == 1 and not key.startswith(f"{self.project}:"):
                remedy = f"remove it: what concerns AWS stands in {self.project}:account"
            # The value may be a secret that was meant for somewhere else.
            return Problem(key, "(an unknown key)", f"one of {', '.join(known)}", remedy)
        if detail["type"] == "missing":
            return Problem(key, None, "a value: it has no default", "add it; the other environments show an example")
        if {*location[-2:-1]} & _NETWORKS or str(location[-1]).endswith("cidr"):
            return Problem(key, value, "an IPv4 network without host bits, such as 10.20.0.0/16", _aligned(value))
        if detail["type"] == "string_pattern_mismatch":
            return Problem(key, value, MEANINGS[detail["ctx"]["pattern"]], "correct it")
        allowed = detail["msg"].removeprefix("Input should be ")
        return Problem(key, value, allowed, _TYPE_REMEDIES.get(detail["type"], "correct it"))

    def _known_keys(self, location: Sequence[int | str]) -> list[str]:
        model: type[BaseModel] = self.model
        for part in location:
            fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            annotation = fields.get(str(part))
            models = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
            model = next((kind for kind in models if issubclass(kind, BaseModel)), model)
        names = (field.alias or name for name, field in model.model_fields.items())
        return [name for name in names if name != "environment"]


_ENGINE_KEYS = {
    "encryptionsalt": "Of the passphrase that the sandbox encrypts secrets with.",
    "secretsprovider": "The key that a real stack encrypts secrets with: awskms://...",
    "encryptedkey": "The stack's data key, encrypted by the secrets provider.",
}
_NETWORKS = {"neighbours", "api_clients", "public_clients"}  # of which each value is one
_TYPE_REMEDIES = {"string_type": "put it in quotes", "int_type": "write a whole number without quotes"}


def _key(location: Sequence[int | str]) -> str:
    """`billing-platform:network.zones[1]`, as one would find it in the file."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _aligned(value: Any) -> str:
    with suppress(ValueError):
        return f"use {IPv4Network(str(value), strict=False)}"
    return "correct it"


def _decoded(value: Any) -> Any:
    """The engine passes objects as JSON and scalars as text."""
    with suppress(ValueError):
        return json.loads(value)
    return value


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
