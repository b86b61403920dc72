"""The services that the program loads ahead are the ones it uses, and nothing else changes by that."""

import ast
import subprocess
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]

probe = """
import gc, sys
import stacks.sdk_imports as loaded
import pulumi_aws
assert gc.isenabled(), "the collector is on again"
assert gc.get_freeze_count() > 100_000, "what was loaded is frozen"
for service in loaded.services:
    module = sys.modules[f"pulumi_aws.{service}"]
    assert getattr(pulumi_aws, service) is module
    assert any(name.startswith(f"pulumi_aws.{service}.") for name in sys.modules), f"{service} is loaded"
"""


def test_the_services_are_loaded_and_the_collector_goes_on() -> None:
    answer = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_the_services_are_the_ones_that_the_program_uses() -> None:
    from stacks.sdk_imports import services

    files = [file for folder in ("components", "stacks") for file in (root / folder).rglob("*.py")]
    assert sorted(services) == sorted(set().union(*map(services_of, files)) & folders_of_the_sdk())


def services_of(file: Path) -> set[str]:
    """What a file imports from the SDK, in any of the ways that Python has."""
    used: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "pulumi_aws":
            used |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pulumi_aws."):
            used.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used |= {node.attr} if node.value.id in ("aws", "pulumi_aws") else set()
    return used


def folders_of_the_sdk() -> set[str]:
    import pulumi_aws

    return {folder.parent.name for folder in Path(pulumi_aws.__file__).parent.glob("*/__init__.py")}
