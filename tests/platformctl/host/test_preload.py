"""What of the SDKs is loaded ahead: what the program names, with all that it imports, found without running it."""

from pathlib import Path

import pytest

from platformctl.host.preload import names
from tests.engine.conftest import ROOT

PROGRAM = """
import json
import pulumi_aws as aws
from pulumi_aws import ec2
from stacks.part import made
from nowhere import nothing
raise SystemExit("a program is not run to be read")
ec2.Vpc("main", args=ec2.VpcArgs())
"""
PART = """
from pulumi_kubernetes.core.v1 import ConfigMap
from components.deep import thing
from stacks import part
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("stacks", "components"):
        (tmp_path / folder).mkdir()
    (tmp_path / "stacks/__main__.py").write_text(PROGRAM)
    (tmp_path / "stacks/part.py").write_text(PART)
    (tmp_path / "stacks/unused.py").write_text("from pulumi_aws import sqs\nsqs.Queue\n")
    (tmp_path / "components/deep").mkdir()
    (tmp_path / "components/deep/__init__.py").write_text("from pulumi_aws import kms as keys\nkeys.Key\n")
    return tmp_path


def test_names_are_those_of_the_program_and_of_what_it_imports(root: Path) -> None:
    assert names(root, root / "stacks") == {
        ("pulumi_aws", "ec2"),
        ("pulumi_aws.ec2", "Vpc"),
        ("pulumi_aws.ec2", "VpcArgs"),
        ("pulumi_kubernetes.core.v1", "ConfigMap"),
        ("pulumi_aws", "kms"),
        ("pulumi_aws.kms", "Key"),
    }


def test_a_file_that_is_not_python_is_left_for_the_program_to_fail_with(root: Path) -> None:
    (root / "stacks/part.py").write_text("def (")
    assert ("pulumi_aws.ec2", "Vpc") in names(root, root / "stacks")
    assert names(root, root / "nowhere") == set()


def test_it_finds_what_the_platform_uses() -> None:
    platform, foundation = (names(ROOT, ROOT / folder) for folder in ("stacks", "stacks/foundation"))
    assert {("pulumi_aws.rds", "Cluster"), ("pulumi_aws.eks", "Cluster")} <= platform - foundation
    assert len(foundation) > 10
