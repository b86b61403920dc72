"""The in-process render records what the engine would be asked for, with unknowns and secrets marked."""

from pathlib import Path

import pytest

from platformctl.errors import CommandError, Exit
from platformctl.project import Project
from platformctl.render import render

SETTINGS = """
class SettingsError(Exception):
    pass

def load_file(file):
    return file
"""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hunter2"}
PREFIX = "urn:pulumi:staging::billing-platform"
HEAD = """
import pulumi
from pulumi_aws import s3
class Inner(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("platform:test:Inner", name, {}, opts)
        self.bucket = s3.Bucket(name, tags={"a": pulumi.Output.secret("hunter2")},
                                opts=pulumi.ResourceOptions(parent=self, protect=True))
class Outer(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("platform:test:Outer", name, {}, opts)
        self.inner = Inner("inner", opts=pulumi.ResourceOptions(parent=self))
        s3.BucketVersioning("versions", bucket=self.inner.bucket.id, opts=pulumi.ResourceOptions(parent=self),
                            versioning_configuration={"status": pulumi.Config("billing-platform").require("status")})
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: billing-platform\n")
    (tmp_path / "Pulumi.staging.yaml").write_text("config:\n  billing-platform:status: Enabled\n")
    (tmp_path / "stacks" / "settings.py").write_text(SETTINGS)
    return Project(tmp_path)


def _program(project: Project, text: str) -> None:
    (project.root / "stacks" / "__main__.py").write_text(HEAD + text)


def test_records_types_parents_dependencies_protection_and_source(project: Project) -> None:
    _program(project, 'Outer("outer")\npulumi.export("answer", 42)\n')
    recorded = {entry["name"]: entry for entry in render(project, "staging")}
    bucket = f"{PREFIX}::platform:test:Outer$platform:test:Inner$aws:s3/bucket:Bucket::inner"
    versions = recorded["versions"]
    assert versions["inputs"]["bucket"] == UNKNOWN
    assert versions["inputs"]["versioningConfiguration"] == {"status": "Enabled"}
    assert versions["propertyDependencies"]["bucket"] == [bucket]
    assert versions["source"].startswith("stacks/__main__.py:")
    stack = recorded["billing-platform-staging"]
    assert stack["outputs"] == {"answer": 42.0}
    by_urn = {entry["urn"]: entry for entry in render(project, "staging")}
    assert by_urn[bucket]["protect"] is True
    assert by_urn[bucket]["inputs"]["tags"] == {"a": SECRET}


def test_a_failing_program_is_named_by_its_line_not_by_a_traceback(project: Project) -> None:
    _program(project, "1 / 0\n")
    with pytest.raises(CommandError, match=r"stacks/__main__\.py:\d+: ZeroDivisionError") as raised:
        render(project, "staging")
    assert raised.value.code is Exit.ENGINE


def test_two_resources_of_one_name_are_refused_as_the_engine_would(project: Project) -> None:
    _program(project, 's3.Bucket("twice")\ns3.Bucket("twice")\n')
    with pytest.raises(CommandError, match="two resources are called 'twice'"):
        render(project, "staging")


def test_look_ups_are_refused_by_name(project: Project) -> None:
    _program(project, "import pulumi_aws\npulumi_aws.get_caller_identity()\n")
    with pytest.raises(CommandError, match="getCallerIdentity"):
        render(project, "staging")
