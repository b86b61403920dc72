"""A program that asks for something else another time is found, with the property, its line and the cause."""

from pathlib import Path

import pytest

from platformctl.determinism.twice import CHANCE, differences
from platformctl.errors import CommandError
from platformctl.project import Project

SETTINGS = """
class SettingsError(Exception):
    pass
def load_file(file):
    return None
"""
HEAD = """
import datetime, glob, json, os, random, time, uuid
from datetime import date
import pulumi
class Thing(pulumi.ComponentResource):
    def __init__(self, name, **inputs):
        super().__init__("platform:test:Thing", name, inputs)
pulumi.export("same", 1)
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: billing-platform\nruntime: python\nmain: stacks\n")
    (tmp_path / "Pulumi.sandbox.yaml").write_text("config:\n  billing-platform:any: thing\n")
    (tmp_path / "stacks" / "settings.py").write_text(SETTINGS)
    for name in "abcdefgh":
        (tmp_path / "stacks" / f"{name}.sql").touch()
    return Project(tmp_path)


def _program(project: Project, text: str) -> None:
    (project.program / "__main__.py").write_text(HEAD + text)


SOUND = """
names = {"x", "y", "z"}
for name in sorted(names):
    Thing(name, on=os.path.basename(__file__), of=sorted(glob.glob("*.sql")), at=date(2026, 1, 1).isoformat())
started = time.time()
"""


def test_a_program_that_only_looks_as_if_it_might_is_not_reported(project: Project) -> None:
    _program(project, SOUND)
    assert differences(project, "sandbox") == []


# What the program says, the property that differs, and the cause.
FAULTS = (
    ('Thing("a", at=time.time())', "inputs.at", "the clock"),
    ('Thing("a", at=time.strftime("%Y"))', "inputs.at", "the clock"),
    ('Thing("a", at=datetime.datetime.now().isoformat())', "inputs.at", "the clock"),
    ('Thing("a", at=datetime.datetime.now(datetime.UTC).year)', "inputs.at", "the clock"),
    ('Thing("a", tags={"day": date.today().isoformat()})', "inputs.tags.day", "the clock"),
    ('Thing("a", text=json.dumps({"Version": 1, "Id": date.today().isoformat()}))', "inputs.text.Id", "the clock"),
    ('Thing("a", zone=time.tzname[0])', "inputs.zone", "the time zone"),
    ('Thing("a", names=list({"q", "w", "e", "r", "t", "y", "u"}))', "inputs.names[0]", "the order of a set"),
    ('Thing("a", files=os.listdir("."))', "inputs.files[0]", "the order of files in a folder"),
    ('Thing("a", files=glob.glob("*.sql"))', "inputs.files[0]", "the order of files in a folder"),
    ('Thing("a", id=str(uuid.uuid4()))', "inputs.id", CHANCE.cause),
    ('Thing("a", port=random.randrange(1, 10**9))', "inputs.port", CHANCE.cause),
    ('pulumi.export("at", time.time())', "outputs.at", "the clock"),
)


def test_each_kind_is_found_with_property_line_and_cause(project: Project) -> None:
    """All of them in one program: each costs a render for every possible cause."""
    lines = [text.replace('"a"', f'"thing-{number}"') for number, (text, _, _) in enumerate(FAULTS)]
    _program(project, "\n".join(lines))
    found = {(one.name, one.property): one for one in differences(project, "sandbox")}
    first_line = HEAD.count("\n") + 1
    for number, (text, property_, cause) in enumerate(FAULTS):
        if property_.startswith("outputs"):
            assert found["billing-platform-sandbox", property_].causes[0] == cause
            continue
        one = found[f"thing-{number}", property_]
        assert (one.kind, one.source) == ("property", f"stacks/__main__.py:{first_line + number}"), text
        assert one.causes[0] == cause, text  # a local time is the zone's, too
    assert {name for name, _ in found} == {f"thing-{n}" for n in range(len(FAULTS) - 1)} | {"billing-platform-sandbox"}


def test_a_resource_that_is_not_always_there_comes_first(project: Project) -> None:
    _program(project, 'Thing("a", at=time.time())\nThing(f"on-{date.today()}")')
    found = differences(project, "sandbox")
    assert [one.kind for one in found] == ["resource", "resource", "property"]
    assert found[0].causes[0] == "the clock"
    assert found[0].name.startswith("on-")


def test_a_program_that_fails_on_another_day_is_told(project: Project) -> None:
    _program(project, "assert time.time() < __import__('os').stat(__file__).st_mtime + 86_400, 'too late'")
    with pytest.raises(CommandError, match="too late"):
        differences(project, "sandbox")
