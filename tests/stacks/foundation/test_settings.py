"""The foundation's settings: exact repositories, short grants, and a schema that is fresh."""

import copy
import json
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from stacks.foundation.settings import SettingsError, load_file, parse

FOLDER = Path(__file__).resolve().parents[3] / "stacks" / "foundation"
ENVIRONMENTS = ("prod", "staging", "sandbox")


def _config() -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((FOLDER / "Pulumi.prod.yaml").read_text())["config"]
    return copy.deepcopy(config)


@pytest.mark.parametrize(
    ("section", "change", "key", "allowed"),
    [
        ("pipeline", {"repository": "kestrel/*"}, "pipeline.repository", "without wildcards"),
        ("pipeline", {"repository": "kestrel"}, "pipeline.repository", "owner/name"),
        ("pipeline", {"repository_id": "main"}, "pipeline.repository_id", "digits in quotes"),
        ("people", {"administrators": []}, "people.administrators", "at least 1 item"),
        ("people", {"identity_account_id": "12"}, "people.identity_account_id", "twelve digits"),
        ("state", {"noncurrent_days": 30}, "state.noncurrent_days", "at least state.lock_days (400)"),
        ("account", {"recovery_region": "eu-central-1"}, "account.recovery_region", "another region"),
        ("policy", {"protect_stateful": False}, "policy.protect_stateful", "except in sandbox"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(section: str, change: dict[str, Any], key: str, allowed: str) -> None:
    config = _config()
    config[f"billing-foundation:{section}"].update(change)
    with pytest.raises(SettingsError) as caught:
        parse("prod", config)
    (problem,) = caught.value.errors
    assert problem.key == f"billing-foundation:{key}"
    assert allowed in problem.allowed


def test_break_glass_is_granted_for_a_quarter_at_most() -> None:
    config = _config()
    config["billing-foundation:people"]["break_glass"]["until"] = "2027-02-03"
    with pytest.raises(SettingsError) as caught:
        parse("prod", config)
    (problem,) = caught.value.errors
    assert problem.key == "billing-foundation:people.break_glass.until"
    assert "2026-11-02 to 2027-02-02" in problem.allowed


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_account_has_a_foundation_that_fits_its_environment(environment: str) -> None:
    file = FOLDER / f"Pulumi.{environment}.yaml"
    settings = load_file(file)
    jsonschema.validate(yaml.safe_load(file.read_text()), json.loads((FOLDER / "settings.schema.json").read_text()))
    platform = runpy.run_path(str(FOLDER.parent / "settings.py"), run_name="platform")
    assert settings.account == platform["load_file"](FOLDER.parents[1] / file.name).account


def test_the_committed_schema_is_fresh() -> None:
    module = runpy.run_path(str(FOLDER / "settings.py"), run_name="foundation_settings")
    committed = json.loads((FOLDER / "settings.schema.json").read_text())
    assert committed == module["json_schema"](), "platformctl settings schema foundation"
