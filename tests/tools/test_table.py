"""The pins: the table, the Go modules and their checksums say the same."""

import re
from pathlib import Path

import pytest

from sandbox.tools.table import GoBuild, modules, package_of, packages

recipes = [(name, recipe) for package in packages for name, recipe in package.executables.items()]


@pytest.mark.parametrize(("name", "recipe"), recipes)
def test_each_pin_is_the_version_that_go_selects_and_verifies(name: str, recipe: GoBuild) -> None:
    text = (modules / recipe.folder / "go.mod").read_text()
    pinned = re.findall(rf"^(?:require)?\s+{re.escape(recipe.module)} v(\S+)", text, re.MULTILINE)
    assert pinned == [recipe.version], name
    sums = (modules / recipe.folder / "go.sum").read_text()
    assert f"\n{recipe.module} v{recipe.version} h1:" in sums, name


@pytest.mark.parametrize("folder", sorted(modules.iterdir()), ids=lambda folder: folder.name)
def test_each_go_module_builds_a_tool_of_the_table(folder: Path) -> None:
    tools = set(re.findall(r"^tool (\S+)$", (folder / "go.mod").read_text(), re.MULTILINE))
    builds = [recipe for _, recipe in recipes if isinstance(recipe, GoBuild) and recipe.folder == folder.name]
    assert tools == {f"{recipe.module}/{recipe.package}" for recipe in builds}


def test_an_executable_belongs_to_one_package() -> None:
    assert len(package_of) == len(recipes)
    assert all(package.main == next(iter(package.executables)) for package in packages)
