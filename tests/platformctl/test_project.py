"""Checkouts and their environments are found, and what is wrong with them is said."""

from pathlib import Path

import pytest

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
