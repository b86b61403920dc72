"""What can be set: the only reader of Pulumi.<environment>.yaml. What must never differ is no setting.

Runs on its own path as well as imported: `Settings.load()` in a program, `load_file()` and `json_schema()`
elsewhere.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import AliasGenerator, BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import ErrorDetails

from components.endpoint_policy import GatewayService, InterfaceService
from components.tags import DataClass, PciScope
from stacks.settings_checks import PROJECT, Problem, SettingsError, check

_MEANINGS = {
    r"^[0-9]{12}$": "twelve digits in quotes",
    r"^arn:aws:iam::[0-9]{12}:role/[\w+=,.@/-]+$": "an IAM role: arn:aws:iam::<account>:role/<name>",
    r"^[a-z]+[0-9]-az[1-8]$": "a zone id such as euc1-az1",
    r"^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$": "1 to 16 of a-z 0-9 -, a letter first and no - last",
    r"^[A-Z]{2,6}-[0-9]{3,6}$": "a cost centre such as PAY-1200",
}
_ACCOUNT_ID, _ROLE_ARN, _ZONE_ID, _NAME, _COST_CENTRE = _MEANINGS

Region = Literal["eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"]
AccountId = Annotated[str, Field(pattern=_ACCOUNT_ID)]
RoleArn = Annotated[str, Field(pattern=_ROLE_ARN)]
ZoneId = Annotated[str, Field(pattern=_ZONE_ID)]
Name = Annotated[str, Field(pattern=_NAME)]
Days = Annotated[int, Field(ge=1, le=3650)]


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", use_attribute_docstrings=True)


class Account(Strict):
    id: AccountId
    """The AWS account, twelve digits in quotes; the provider refuses any other."""
    region: Region
    """Data stays in the European Union."""
    organisation: Name
    """Begins the name of every bucket."""


class Tags(Strict):
    owner: Annotated[str, Field(min_length=2)]
    """The team that answers for the environment."""
    cost_centre: Annotated[str, Field(pattern=_COST_CENTRE)]
    """Who pays, such as PAY-1200."""
    data_class: DataClass = "internal"
    """Of what has no class of its own."""
    pci_scope: PciScope = "connected"
    """Of what has no scope of its own."""


class Keys(Strict):
    administrators: Annotated[tuple[RoleArn, ...], Field(min_length=1)]
    """Roles that manage the keys and never use them. They must exist: KMS checks a policy's principals."""
    users: dict[Literal["internal", "personal", "financial", "audit"], tuple[RoleArn, ...]] = {}
    """Roles that use the key of a data class and never manage it."""


class Audit(Strict):
    retention_days: Days
    """How long network and DNS logs are kept."""
    archive_days: Days
    """After how many days they move to cheaper storage, which still answers at once."""
    lock_days: Days
    """How long nobody, root included, can delete or change them (Object Lock, compliance mode)."""
    access_log_days: Days
    """How long the access logs of the buckets are kept."""


class Tier(Strict):
    kind: Literal["public", "private", "isolated"]
    """public: reached from the internet; private: goes out by NAT and endpoints; isolated: no way out."""
    prefix: Annotated[int, Field(ge=17, le=28)]
    """The size of its subnet in every zone: 24 is 251 usable addresses."""
    slot: Annotated[int, Field(ge=0)]
    """Which block of that size it takes in the zone's block, from 0. A change replaces the subnets."""
    data_class: DataClass | None = None
    pci_scope: PciScope | None = None


class Nat(Strict):
    mode: Literal["none", "single", "per_zone"]
    """How private subnets reach the internet: not at all, through one zone, or each through its own."""
    zone: ZoneId | None = None
    """Where the gateway stands; with mode single alone."""


class Endpoints(Strict):
    gateway: tuple[GatewayService, ...] = ()
    """Services reached through the route tables of the private subnets."""
    interface: tuple[InterfaceService, ...] = ()
    """Services reached through an address in the subnets of `tier`."""
    tier: Name | None = None
    """The private tier that holds the interface endpoints."""


class Network(Strict):
    cidr: IPv4Network
    """The VPC's addresses: RFC 1918, /16 to /20."""
    neighbours: dict[Name, IPv4Network] = {}
    """Networks that this one may be joined with one day and must not overlap, by name."""
    zones: tuple[ZoneId, ...]
    """Zone ids, which mean the same place in every account; a zone's letter does not."""
    tiers: Annotated[dict[Name, Tier], Field(min_length=1)]
    nat: Nat
    endpoints: Endpoints
    dual_stack: bool = False
    """IPv6 beside IPv4 in the public and private tiers."""
    cluster_name: Name
    """The Kubernetes cluster that finds its subnets by tag."""


class Policy(Strict):
    undecided: Literal["block", "report"]
    """What a verdict does that must wait for values which only the cloud can tell."""
    protect_stateful: bool = True
    """Keys, buckets and addresses cannot be destroyed. False in the throw-away sandbox alone."""


class Configuration(Strict):
    """The keys of `config` in Pulumi.<environment>.yaml."""

    model_config = ConfigDict(alias_generator=AliasGenerator(alias=lambda name: f"{PROJECT}:{name}"))

    account: Account
    tags: Tags
    keys: Keys
    audit: Audit
    network: Network
    policy: Policy


class Settings(Configuration):
    """One environment, validated."""

    environment: Name = Field(alias="environment")

    @classmethod
    def load(cls) -> "Settings":
        """The settings of the stack that runs; the program ends with the list of problems, if any."""
        import pulumi  # 0.6 s that the other readers of this module need not spend
        from pulumi.runtime.config import CONFIG, is_config_secret

        given = {key: "(secret)" if is_config_secret(key) else value for key, value in CONFIG.get().items()}
        try:
            return parse(pulumi.get_stack(), {key: _decoded(value) for key, value in given.items()})
        except SettingsError as error:
            raise pulumi.RunError(f"Pulumi.{pulumi.get_stack()}.yaml is not valid:\n{error}") from None


def load_file(path: Path) -> Settings:
    """The settings of Pulumi.<environment>.yaml; SettingsError lists every problem."""
    environment = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    try:
        document = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise SettingsError([Problem("(file)", path.name, "a YAML document", f"mend its syntax: {error}")]) from None
    config = document.get("config") if isinstance(document, dict) else None
    if not isinstance(config, dict):
        allowed = f"a mapping of {', '.join(_known_keys([]))}"
        raise SettingsError([Problem("config", config, allowed, "add the sections, as in the other environments")])
    return parse(environment, config)


def json_schema() -> dict[str, Any]:
    """JSON Schema of the whole Pulumi.<environment>.yaml."""
    config = Configuration.model_json_schema(ref_template="#/$defs/{model}")
    text = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An environment of the billing platform",
        "type": "object",
        "additionalProperties": False,
        "required": ["config"],
        "properties": {
            "encryptionsalt": {
                **text,
                "description": "Of the passphrase that the sandbox encrypts secrets with.",
            },
            "secretsprovider": {
                **text,
                "description": "The key that a real stack encrypts secrets with: awskms://...",
            },
            "encryptedkey": {
                **text,
                "description": "The stack's data key, encrypted by the secrets provider.",
            },
            "config": {key: value for key, value in config.items() if key != "$defs"},
        },
        "$defs": config["$defs"],
    }


def parse(environment: str, config: Mapping[str, Any]) -> Settings:
    """The settings in `config`, whose values are decoded; SettingsError lists every problem, those of single
    values first, then what does not go together. One mistake hides no other."""
    document = json.loads(json.dumps({**config, "environment": environment}, default=str))
    try:
        settings = Settings.model_validate_json(json.dumps(document))
    except ValidationError as error:
        single = [_problem(detail) for detail in error.errors(include_url=False)]
        raise SettingsError([*single, *check(_valid_values(document))]) from None
    sections = {name: getattr(settings, name) for name in Configuration.model_fields}
    values = {f"{name}.{key}": value for name, section in sections.items() for key, value in section}
    if problems := check({**values, "environment": environment}):
        raise SettingsError(problems)
    return settings


def _valid_values(document: dict[str, Any]) -> dict[str, Any]:
    """What is valid by itself, by dotted path, in a document that as a whole is not."""
    values = {"environment": document["environment"]}
    for section, field in Configuration.model_fields.items():
        given = document.get(f"{PROJECT}:{section}")
        model = field.annotation
        if not isinstance(given, dict) or not (isinstance(model, type) and issubclass(model, Strict)):
            continue
        for name, inner in model.model_fields.items():
            if name not in given and not inner.is_required():
                values[f"{section}.{name}"] = inner.get_default()
                continue
            # A model of its own for each value, just as strict; only files with mistakes pay for it.
            single = create_model("Single", __base__=Strict, value=(inner.annotation or Any, inner))
            with suppress(ValidationError):
                valid = single.model_validate_json(json.dumps({"value": given.get(name)}))
                values[f"{section}.{name}"] = dict(valid)["value"]
    return values


_TYPE_REMEDIES = {"string_type": "put it in quotes", "int_type": "write a whole number without quotes"}


def _problem(detail: ErrorDetails) -> Problem:
    """pydantic's finding in our words."""
    location = [part for part in detail["loc"] if part != "[key]"]
    key, value = _key(location), detail["input"]
    if detail["type"] == "extra_forbidden":
        known = _known_keys(location[:-1])
        near = get_close_matches(str(location[-1]), known, n=1)
        remedy = f"did you mean {near[0]}?" if near else "remove it"
        if len(location) == 1 and not key.startswith(f"{PROJECT}:"):
            remedy = f"remove it: what concerns AWS stands in {PROJECT}:account"
        # The value may be a secret that was meant for somewhere else.
        return Problem(key, "(an unknown key)", f"one of {', '.join(known)}", remedy)
    if detail["type"] == "missing":
        return Problem(key, None, "a value: it has no default", "add it; the other environments show an example")
    if location[-2:-1] == ["neighbours"] or location[-1] == "cidr":
        return Problem(key, value, "an IPv4 network without host bits, such as 10.20.0.0/16", _aligned(value))
    if detail["type"] == "string_pattern_mismatch":
        return Problem(key, value, _MEANINGS[detail["ctx"]["pattern"]], "correct it")
    allowed = detail["msg"].removeprefix("Input should be ")
    return Problem(key, value, allowed, _TYPE_REMEDIES.get(detail["type"], "correct it"))


def _key(location: Sequence[int | str]) -> str:
    """`billing-platform:network.zones[1]`, as one would find it in the file."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _known_keys(location: Sequence[int | str]) -> list[str]:
    model: type[BaseModel] = Configuration
    for part in location:
        fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        annotation = fields.get(str(part))
        models = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
        model = next((kind for kind in models if issubclass(kind, BaseModel)), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _aligned(value: Any) -> str:
    with suppress(ValueError):
        return f"use {IPv4Network(str(value), strict=False)}"
    return "correct it"


def _decoded(value: Any) -> Any:
    """The engine passes objects as JSON and scalars as text."""
    with suppress(ValueError):
        return json.loads(value)
    return value
