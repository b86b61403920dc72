"""Which providers a program's packages need: what the SDK's own host finds with `pip list`, and by its rules."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from platformctl.host.plugins import Plugin, required, semantic


def _installed(folder: Path, name: str, number: str, plugin: dict[str, object] | None = None) -> None:
    described = folder / f"{name.replace('-', '_')}-{number}.dist-info"
    described.mkdir()
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n")
    if plugin is not None:
        package = folder / name.replace("-", "_")
        package.mkdir()
        (package / "pulumi-plugin.json").write_text(json.dumps(plugin))


def test_the_providers_of_the_program_are_asked_for_in_the_versions_of_their_packages() -> None:
    names = ("aws", "kubernetes")
    assert required() == [Plugin(name, f"v{version(f'pulumi-{name}')}", "") for name in names]


def test_what_a_package_says_of_its_plugin_goes_before_its_own_name_and_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _installed(tmp_path, "pulumi-random", "4.18.0")
    _installed(tmp_path, "of-a-vendor", "1.0", {"resource": True, "name": "vendor", "server": "https://example.com"})
    _installed(tmp_path, "pulumi-tools", "2.0.0", {"resource": False})
    _installed(tmp_path, "pulumi-silent", "2.0.0", {"name": "silent"})
    _installed(tmp_path, "pulumi-strange", "1!2.0")
    _installed(tmp_path, "pulumi_aws", "1.0.0", {"resource": True, "name": "aws", "version": "8.0.0"})
    monkeypatch.syspath_prepend(tmp_path)
    found = [plugin for plugin in required() if plugin.name != "kubernetes"]
    server = "https://example.com"
    assert found == [Plugin("vendor", "v1.0.0", server), Plugin("aws", "v8.0.0", ""), Plugin("random", "v4.18.0", "")]


@pytest.mark.parametrize(
    ("python", "plugin"),
    [
        ("1", "1.0.0"),
        ("1.2", "1.2.0"),
        ("1.2.3.4", "1.2.3.4"),
        ("1.2.3a4", "1.2.3-alpha.4"),
        ("1.2.3b4", "1.2.3-beta.4"),
        ("1.2.3rc4", "1.2.3-rc.4"),
        ("1.2.3.post4", "1.2.3+post4"),
        ("1.2.3.dev5", "1.2.3+dev5"),
        ("1.2.3.post4.dev5", "1.2.3+post4dev5"),
        ("1!2.3", ""),
        ("1.2.3+local", ""),
        ("", ""),
    ],
)
def test_versions_are_translated_as_the_sdks_own_host_does(python: str, plugin: str) -> None:
    assert semantic(python) == plugin
