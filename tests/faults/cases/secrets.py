"""A secret value where it does not belong: blocked before the engine runs, and told by nothing that is said or kept."""

import string
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.faults.cloud import assert_sound
from tests.faults.fault import Observed, fault
from tests.faults.programs import PROGRAM, One, write
from tests.faults.world import World

_LETTERS = string.ascii_letters + string.digits
# What leaked credentials look like, by their issuers' published prefixes; the last one is known by its name alone.
_FORMS = (
    ("AKIA", 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("ghp_", 36, _LETTERS),
    ("sk_live_", 24, _LETTERS),
    ("glpat-", 20, _LETTERS),
    ("whsec_", 32, _LETTERS),
    ("", 24, _LETTERS),
)
_INPUT = """
half, other_half = {halves!r}
pulumi.CustomResource("aws:sns/topic:Topic", "leaky", {{"name": "leaky", "tags": {{"apiToken": half + other_half}}}},
                      pulumi.ResourceOptions(provider=provider))
"""
_SECRET_INPUT = """
pulumi.CustomResource("aws:ssm/parameter:Parameter", "kept",
                      {"name": "kept", "type": "SecureString", "value": pulumi.Config().require_secret("password")},
                      pulumi.ResourceOptions(provider=provider))
"""


@fault(
    15,
    "a secret in plain text in settings, in code or in an input",
    level="E",
    expected="blocked before the engine runs; the value is in no output and in no other file",
)
def plain_secret(rng: Random, world: World) -> Observed:
    place = rng.choice((_in_settings, _in_code, _in_an_input))
    value = _value(rng, named=place is not _in_an_input)
    write(world, [One("topic", "topic")])
    planted = place(world, value)
    runs = [
        world.run("preview", world.target, code=1),
        world.run("up", world.target, "--yes", code=1),
        world.run("preview", world.target, "--json", code=1),
        world.run("check", world.target, code=1),
    ]
    told = runs[0].when("SEC-03")
    for run in runs[:2]:
        assert "the engine was not started" in run.said, run.said
    assert not list(world.state.glob(".pulumi/stacks/*/sandbox.json")) or not world.deployment()["resources"]
    _assert_unknown(world, value, planted)
    where = place.__name__.removeprefix("_").replace("_", " ")
    kind = next((form[0] for form in _FORMS if form[0] and value.startswith(form[0])), "a password")
    said = f"{kind} {where}: blocked by preview, up and check"
    return Observed(said, told - runs[0].started, runs[1].ended - runs[1].started)


@fault(
    15,
    "a secret value in a difference, in a plan, and in the state",
    level="E",
    expected="redacted in every output, encrypted in every file",
)
def secret_in_a_change(rng: Random, world: World) -> Observed:
    first, second = (_value(rng, named=True) for _ in range(2))
    write(world, [])
    (world.program / "__main__.py").write_text(PROGRAM + _SECRET_INPUT)
    world.checkout.pulumi(world.target, "stack", "init", "sandbox")
    world.checkout.pulumi(world.target, "config", "set", "--secret", "password", first)
    world.deploy()
    world.checkout.pulumi(world.target, "config", "set", "--secret", "password", second)
    shown = world.run("preview", world.target, "--json")
    assert '"kept"' in shown.out, f"the changed secret is no change:\n{shown.out}"
    world.run("preview", world.target)
    world.run("drift", world.target)
    world.run("plan", world.target, "-o", str(world.root / "bundle"), "--allow-dirty")
    world.run("up", world.target, "--yes", "--json")
    assert_sound(world)
    stored = world.checkout.aws("ssm", world.target).get_parameter(Name="kept", WithDecryption=True)["Parameter"]
    assert stored["Value"] == second, "the secret did not arrive"
    for value in (first, second):
        _assert_unknown(world, value)
    return Observed("both values in none of: output of preview, drift, plan and up; the plan, the state, other files")


def _value(rng: Random, *, named: bool) -> str:
    prefix, length, letters = rng.choice(_FORMS if named else _FORMS[:-1])
    return prefix + "".join(rng.choices(letters, k=length))


def _in_settings(world: World, value: str) -> Path:
    file = world.program / "Pulumi.sandbox.yaml"
    file.write_text(f"{file.read_text()}  billing-foundation:databasePassword: {value}\n")
    return file


def _in_code(world: World, value: str) -> Path:
    file = world.program / "__main__.py"
    file.write_text(f'{file.read_text()}\ndatabase_password = "{value}"\n')
    return file


def _in_an_input(world: World, value: str) -> Path:
    file = world.program / "__main__.py"
    half = len(value) // 2
    file.write_text(file.read_text() + _INPUT.format(halves=(value[:half], value[half:])))
    return file


def _assert_unknown(world: World, value: str, planted: Path | None = None) -> None:
    """The value is in nothing that was said, and in no file but that in which it was planted."""
    for command in world.commands:
        assert value not in command.said, f"{' '.join(command.line[3:])} told the value"
    holding = [file for file in _files(world.root) if file != planted and value.encode() in file.read_bytes()]
    assert not holding, f"the value is in {', '.join(str(file.relative_to(world.root)) for file in holding)}"


def _files(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            yield file
