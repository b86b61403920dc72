"""The pins: the table, the Go modules and their checksums say the same."""

import re
from pathlib import Path

import pytest

from sandbox.tools.table import GoBuild, GoFile, in_group, modules, own_collector, package_of, packages

recipes = [
    (name, recipe)
    for package in packages
    for name, recipe in (*package.executables.items(), *package.files.items())
    if recipe.folder != str(own_collector)
]


@pytest.mark.parametrize(("name", "recipe"), recipes)
def test_each_pin_is_the_version_that_go_selects_and_verifies(name: str, recipe: GoBuild | GoFile) -> None:
    text = (modules / recipe.folder / "go.mod").read_text()
    pinned = re.findall(rf"^(?:require)?\s+{re.escape(recipe.module)} v(\S+)", text, re.MULTILINE)
    assert pinned == [recipe.version], name
    sums = "\n" + (modules / recipe.folder / "go.sum").read_text()
    assert f"\n{recipe.module} v{recipe.version} h1:" in sums, name


@pytest.mark.parametrize("folder", sorted(modules.iterdir()), ids=lambda folder: folder.name)
def test_each_go_module_builds_the_tools_of_the_table(folder: Path) -> None:
    text = (folder / "go.mod").read_text()
    blocks = "\n".join(re.findall(r"^tool \((.*?)^\)$", text, re.MULTILINE | re.DOTALL))
    tools = {*re.findall(r"^tool ([^\s(]+)$", text, re.MULTILINE), *blocks.split()}
    used = [recipe for _, recipe in recipes if recipe.folder == folder.name]
    assert tools == {recipe.import_path for recipe in used if isinstance(recipe, GoBuild)}
    assert used, "a module that nothing of the table comes from"


def test_an_executable_belongs_to_one_package() -> None:
    assert len(package_of) == sum(len(package.executables) for package in packages)
    assert all(package.main == next(iter(package.executables)) for package in packages)


def test_every_executable_is_in_one_group_and_the_engine_needs_none_of_the_clusters() -> None:
    assert sorted(name for names in in_group.values() for name in names) == sorted(package_of)
    assert in_group["engine"][0] == "pulumi"
    assert in_group["cluster"] == (
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kwok",
        "rollouts-controller",
    )
    assert in_group["workflows"] == ("actionlint",)
    assert in_group["telemetry"] == ("telemetry-collector",)


def test_the_collector_is_of_one_version_of_its_parts_and_of_its_own_sources() -> None:
    text = (own_collector / "go.mod").read_text()
    parts = re.findall(r"^\tgo\.opentelemetry\.io/collector/\S+ v(0\.\d+\.\d+)", text, re.MULTILINE)
    base, _, sources = package_of["telemetry-collector"].version.partition("+")
    assert {*parts} == {base}
    assert re.fullmatch(r"[0-9a-f]{12}", sources)
