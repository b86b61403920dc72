"""Checkouts and their environments are found, and what is wrong with them is said."""

from pathlib import Path

import pytest

from platformctl.commands.options import complete
from platformctl.errors import CommandError
from platformctl.project import Project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: billing-platform\n")
    (tmp_path / "Pulumi.staging.yaml").write_text("config:\n  a:b: {c: 1}\n  a:d: true\n  a:e: text\n")
    (tmp_path / "deep" / "down").mkdir(parents=True)
    return tmp_path


def test_a_checkout_is_found_from_any_folder_inside(root: Path) -> None:
    assert Project.find(root / "deep" / "down").root == root.resolve()


def test_outside_of_a_checkout_the_message_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not inside a checkout"):
        Project.find(tmp_path)


def test_configuration_has_the_engines_form(root: Path) -> None:
    assert Project(root).configuration("staging") == {"a:b": '{"c": 1}', "a:d": "true", "a:e": "text"}


def test_an_unknown_environment_lists_the_known_ones(root: Path) -> None:
    with pytest.raises(CommandError, match="'prd'; known environments: staging"):
        Project(root).settings_file("prd")


def test_a_file_that_is_not_yaml_is_named(root: Path) -> None:
    (root / "Pulumi.staging.yaml").write_text("config: [")
    with pytest.raises(CommandError, match=r"Pulumi\.staging\.yaml is not YAML"):
        Project(root).configuration("staging")


def test_the_platform_is_meant_where_no_project_is_named(root: Path) -> None:
    project, environment = Project.choose("staging", root)
    assert (project.name, environment, project.target(environment)) == ("billing-platform", "staging", "staging")
    assert Project.choose("platform/staging", root) == (project, environment)


def test_the_foundation_has_its_own_name_folder_settings_and_configuration(root: Path) -> None:
    folder = root / "stacks" / "foundation"
    folder.mkdir(parents=True)
    (folder / "Pulumi.staging.yaml").write_text("config:\n  billing-foundation:a: text\n")
    (folder / "settings.py").write_text("class SettingsError(Exception): pass\ndef load_file(file): return file.name\n")
    project, environment = Project.choose("foundation/staging", root / "deep")
    assert (project.name, project.folder, project.program) == ("billing-foundation", folder, folder)
    assert project.configuration(environment) == {"billing-foundation:a": "text"}
    assert project.settings(environment) == "Pulumi.staging.yaml"
    with pytest.raises(CommandError, match="'foundation/prd'; known environments: foundation/staging"):
        Project.choose("foundation/prd", root)


def test_an_unknown_project_lists_the_known_ones(root: Path) -> None:
    with pytest.raises(CommandError, match="'nonsense'; known projects: platform, foundation"):
        Project.choose("nonsense/staging", root)


def test_a_project_without_settings_files_says_where_they_would_be(root: Path) -> None:
    with pytest.raises(CommandError, match=r"none: there is no stacks/foundation/Pulumi\.<environment>\.yaml"):
        Project.choose("foundation/staging", root)


def test_a_shell_completes_the_environments_of_every_project(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = root / "stacks" / "foundation"
    folder.mkdir(parents=True)
    (folder / "Pulumi.prod.yaml").touch()
    monkeypatch.chdir(root)
    assert complete("") == ["staging", "foundation/prod"]
    assert complete("found") == ["foundation/prod"]
    monkeypatch.chdir(root.parent)
    assert complete("") == []
