"""Whether the backend holds the stack, and the settings file and this engine can open it."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from platformctl.preflight.engines import engine_version
from platformctl.preflight.obstacle import Obstacle
from platformctl.states import integrity
from platformctl.states.backend import open_backend
from platformctl.states.examine import keys_of, newest_recorded, read_seal, read_state
from platformctl.target import Target
from sandbox.tools.places import numbers

_PASSPHRASE = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


def held(target: Target) -> Iterator[Obstacle]:
    """The stack; a state that cannot be read is judged elsewhere (platformctl.states)."""
    backend, keys = open_backend(target.variables), keys_of(target)
    content = read_state(backend, keys)
    if content is None:
        seal = read_seal(backend, keys)[0]
        if not (seal.resources if seal else newest_recorded(backend, keys)):  # else it is lost, which is told apart
            yield Obstacle(
                "stack",
                f"the backend holds no stack {target.environment!r} of {target.project.name}",
                "an administrator makes it once: docs/foundation.md, 'The bootstrap, in order'",
            )
        return
    checkpoint = integrity.read(content, keys.project, keys.stack)[0]
    if checkpoint is not None:
        yield from _written_by(target, checkpoint.latest)
        settings = yaml.safe_load(target.project.settings_file(target.environment).read_text()) or {}
        file = target.project.shown(target.project.settings_file(target.environment))
        yield from secrets(checkpoint.latest.get("secrets_providers") or {}, settings, target.variables, file)


def _written_by(target: Target, latest: Mapping[str, Any]) -> Iterator[Obstacle]:
    written = str((latest.get("manifest") or {}).get("version", "")).removeprefix("v")
    own = engine_version(target)
    if written[:1].isdigit() and own and numbers(written)[:2] > numbers(own)[:2]:
        yield Obstacle(
            "engine",
            f"the state was written by engine {written}, this one is {own}: it could lose what it does not know",
            f"put pulumi {written} on PATH; sandbox/tools/table.py pins the version for everybody",
        )


def secrets(
    provider: Mapping[str, Any], settings: Mapping[str, Any], variables: Mapping[str, str], file: str
) -> Iterator[Obstacle]:
    """Whether the settings file names the provider that the state's secrets are encrypted with."""
    kind, state = provider.get("type"), provider.get("state") or {}
    named, salt = settings.get("secretsprovider"), settings.get("encryptionsalt")
    if kind == "cloud" and named != state.get("url"):
        yield Obstacle(
            "secrets",
            f"the state's secrets are encrypted with {state.get('url')}, but {file} names {named or 'a passphrase'}",
            "commit the keys secretsprovider and encryptedkey that `pulumi stack init` or "
            "`pulumi stack change-secrets-provider` wrote",
        )
    elif kind == "passphrase" and named and named != "passphrase":
        yield Obstacle(
            "secrets",
            f"the state's secrets are encrypted with a passphrase, but {file} names {named}",
            f"pulumi stack change-secrets-provider '{named}', with the passphrase in PULUMI_CONFIG_PASSPHRASE",
        )
    elif kind == "passphrase" and salt and state.get("salt") and salt != state["salt"]:
        yield Obstacle(
            "secrets",
            f"the state's secrets are encrypted under another salt than the encryptionsalt of {file}",
            "restore the line encryptionsalt of that file from the commit that the stack was made with",
        )
    elif kind == "passphrase" and not any(name in variables for name in _PASSPHRASE):
        yield Obstacle(
            "secrets",
            "the state's secrets are encrypted with a passphrase, and this shell has none",
            "read -rs PULUMI_CONFIG_PASSPHRASE && export PULUMI_CONFIG_PASSPHRASE",
        )
