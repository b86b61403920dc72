"""A credential in plain text keeps the engine from being started, and nobody is told its value."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from platformctl import gate
from platformctl.errors import CommandError
from platformctl.host.client import serving
from platformctl.project import Project

VALUE = "hunter2"
TOKEN = "ghp_" + "a1B2c3D4" * 5
SETTINGS = """
from types import SimpleNamespace as Space
class SettingsError(Exception):
    pass
def load_file(file):
    return Space(policy=Space(undecided="report", protect_stateful=True))
"""
PROGRAM = """
import pulumi
from pulumi_aws import Provider, s3
aws = Provider("aws", region="eu-central-1")
s3.Bucket("b", tags={tags}, opts=pulumi.ResourceOptions(provider=aws))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "stacks" / "foundation").mkdir(parents=True)
    (tmp_path / "components").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: billing-platform\n")
    (tmp_path / "Pulumi.staging.yaml").write_text("encryptionsalt: v1:abc=:v1:abc:abc==\nconfig: {}\n")
    (tmp_path / "stacks" / "settings.py").write_text(SETTINGS)
    return tmp_path


def _places(root: Path) -> list[tuple[str | None, str]]:
    report = _report(root)
    assert VALUE not in json.dumps(report)
    assert TOKEN not in json.dumps(report)
    return [(finding["property"], finding["source"]) for finding in report["findings"]]


def _report(root: Path) -> dict[str, Any]:
    try:
        gate.files(Project(root))
    except gate.Blocked as blocked:
        return blocked.report
    return {"findings": []}


@pytest.mark.parametrize("file", ["Pulumi.staging.yaml", "Pulumi.prod.yaml", "stacks/foundation/Pulumi.prod.yaml"])
@pytest.mark.parametrize(
    ("line", "name"),
    [
        (f"  billing-platform:database: {{master_password: {VALUE}}}", "master_password"),
        (f"  nobody:knows:\n    this: [{{stripeApiKey: '{VALUE}'}}]", "stripeApiKey"),
        (f"  billing-platform:note: uses {TOKEN} for now", None),
        (f"  # {TOKEN}", None),
        (f"  billing-platform:password:\n    secure: {VALUE}", "billing-platform:password"),
        (f"  billing-platform:script: |\n    export PGPASSWORD={VALUE}", "PGPASSWORD"),
    ],
)
def test_settings_files_are_searched_under_every_key(root: Path, file: str, line: str, name: str | None) -> None:
    (root / file).write_text(f"config:\n  a:b: c\n{line}\n")
    ((found, source),) = _places(root)
    assert found == name
    assert source in (f"{file}:3", f"{file}:4")


def test_encrypted_values_references_and_the_salt_are_fine(root: Path) -> None:
    (root / "Pulumi.prod.yaml").write_text(
        "encryptionsalt: v1:2nJrI1wcJ18=:v1:/s3APWmTF4aN9lUv:7FdSHpvpCq26q56cncT88VTtYWFTdQ==\n"
        "encryptedkey: AQICAHjunk0123456789abcdefghijklmnopqrstuvwxyz==\n"
        "secretsprovider: awskms://alias/state?region=eu-central-1\n"
        "config:\n"
        "  a:password:\n    secure: v1:CfBx5zjW0xhJ0iZ2:Cg6qMHPJ8SZ8ZzVJ0aKxTX5tTfQ=\n"
        "  a:token: {secure: AAABAIxxUGcbkKNTvfvOOwJIYKcQVKfXvFhLkKDxkJ0=}\n"
        "  a:secret_arn: arn:aws:secretsmanager:eu-central-1:111122223333:secret:x\n"
        "  a:password_rotation_days: 30\n"
    )
    assert _places(root) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"db_password = '{VALUE}'\n", "db_password"),
        (f"make(master_password='{VALUE}')\n", "master_password"),
        (f"variables = {{'API_TOKEN': '{VALUE}'}}\n", "API_TOKEN"),
        (f"environ['API_TOKEN'] = '{VALUE}'\n", "API_TOKEN"),
        (f"self.token: str = '{VALUE}'\n", "token"),
        (f"def connect(user, password='{VALUE}'): ...\n", "password"),
        (f"pulumi.Output.secret('{VALUE}')\n", "Output.secret"),
        (f"# {TOKEN}\n", None),
        (f'"""{TOKEN}"""\n', None),
        (f"url = f'https://{{host}}/{TOKEN}'\n", None),
        (f"broken( export PASSWORD={VALUE}\n", "PASSWORD"),
    ],
)
@pytest.mark.parametrize("folder", ["stacks", "components", "stacks/foundation"])
def test_sources_are_searched(root: Path, folder: str, text: str, name: str | None) -> None:
    (root / folder / "new.py").write_text(f"import os\n{text}")
    assert _places(root) == [(name, f"{folder}/new.py:2")]


def test_other_files_beside_the_sources_are_searched(root: Path) -> None:
    (root / "components" / "boot.sh").write_text(f"#!/bin/sh\nexport DB_PASSWORD={VALUE}\n")
    (root / "components" / "logo.png").write_bytes(bytes(range(256)))
    assert _places(root) == [("DB_PASSWORD", "components/boot.sh:2")]


def test_names_without_literals_are_fine(root: Path) -> None:
    (root / "components" / "db.py").write_text(
        "password = config.require_secret('dbPassword')\n"
        "make(manage_master_user_password=True, secret_arn=secret.arn, token=None)\n"
        "TOKEN_TYPE = 'aws:secretsmanager/secret:Secret'\n"
        "secret = 'aws:secretsmanager/secret:Secret'\n"
    )
    assert _places(root) == []


def _ctl(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "platformctl", *arguments]
    result = subprocess.run(line, cwd=root, capture_output=True, text=True, check=False)
    assert VALUE not in result.stdout + result.stderr
    return result


@pytest.mark.parametrize("command", [["preview", "staging"], ["up", "staging", "--yes"], ["check", "staging"]])
def test_commands_end_with_findings_before_anything_is_started_or_validated(root: Path, command: list[str]) -> None:
    (root / "Pulumi.staging.yaml").write_text(f"config:\n  not: valid\n  secretKey: {VALUE}\n")
    (root / "stacks" / "settings.py").write_text(SETTINGS + "    raise SettingsError('never reached')\n")
    result = _ctl(root, *command)
    assert result.returncode == 1, result.stderr
    assert "Pulumi.staging.yaml:3" in result.stdout
    assert "literal for secretKey" in result.stdout
    assert not (root / ".sandbox").exists()


def test_the_document_has_the_shape_of_a_preview(root: Path) -> None:
    (root / "Pulumi.staging.yaml").write_text(f"config:\n  secretKey: {VALUE}\n")
    document = json.loads(_ctl(root, "preview", "staging", "--json").stdout)
    assert document["policies"]["summary"]["fail"] == 1
    assert (document["environment"], document["changes"], document["refusals"]) == ("staging", [], [])


def _program(root: Path, tags: str) -> None:
    (root / "stacks" / "__main__.py").write_text(PROGRAM.replace("{tags}", tags))


def test_an_input_that_only_a_render_shows_is_found_by_urn_and_property(root: Path) -> None:
    _program(root, '{"apiToken": "hun" + "ter2"}')
    with (
        serving(Project(root)) as server,
        gate.rendering(server, "staging") as inputs_are_clean,
        pytest.raises(gate.Blocked) as blocked,
    ):
        inputs_are_clean()
    (finding,) = blocked.value.report["findings"]
    assert finding["urn"] == "urn:pulumi:staging::billing-platform::aws:s3/bucket:Bucket::b"
    assert (finding["property"], finding["rule"], finding["severity"]) == ("tags.apiToken", "SEC-03", "critical")
    assert VALUE not in json.dumps(blocked.value.report)


def test_a_clean_program_passes_whatever_it_prints(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _program(root, 'print("{}") or {"owner": "a"}')
    with serving(Project(root)) as server, gate.rendering(server, "staging") as inputs_are_clean:
        inputs_are_clean()  # raises for anything else
    assert capfd.readouterr().out == ""


def test_a_program_that_fails_is_told_by_its_line(root: Path) -> None:
    _program(root, "1 / 0")
    with (
        serving(Project(root)) as server,
        gate.rendering(server, "staging") as inputs_are_clean,
        pytest.raises(CommandError, match="ZeroDivision"),
    ):
        inputs_are_clean()
