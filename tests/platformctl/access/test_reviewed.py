"""The reviewed matrix: fresh for every environment, and what it says when it is not."""

from pathlib import Path
from typing import Any

import pytest

from platformctl.access import reviewed, source
from platformctl.errors import CommandError, Exit
from platformctl.project import Project
from policies.access import review
from policies.adapters import from_state
from policies.graph import Graph
from tests.policies.access.states import bucket, policy, role, says, state


@pytest.mark.parametrize("environment", Project.find(Path(__file__)).environments)
def test_the_files_are_fresh(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    graph = source.graph_of_environment(environment)
    assert reviewed.check(environment, graph, as_json=False) is Exit.FINE, capsys.readouterr().out


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(review, "FOLDER", tmp_path / "access_matrix")
    return tmp_path / "access_matrix"


def _graph(*statements: dict[str, Any]) -> Graph:
    return from_state(state(role("app", *statements), role("b", says("ssm:GetParameter")), bucket("invoices")))


_READ = says("s3:GetObject", "arn:aws:s3:::invoices/*")
_MAY_READ = _READ | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
_LINE = "role/app read-customer-data: {} direct: s3:GetObject on invoices"


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ((_READ,), (_READ,), []),
        ((_READ,), (_READ, says("ec2:Describe*")), []),
        ((), (_READ,), [f"new {_LINE.format('allow')}"]),
        ((_READ,), (), [f"gone {_LINE.format('allow')}"]),
        ((_MAY_READ,), (_READ,), [f"new {_LINE.format('allow')}", f"gone {_LINE.format('may')}"]),
        ((_READ,), (_MAY_READ,), [f"gone {_LINE.format('allow')}"]),
    ],
)
def test_each_difference_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], before: Any, after: Any, named: list[str]
) -> None:
    reviewed.write("prod", _graph(*before))
    capsys.readouterr()
    code = reviewed.check("prod", _graph(*after), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line for line in lines if line.startswith(("new ", "gone "))) == sorted(named)
    assert code is (Exit.FINDINGS if named else Exit.FINE)
    assert bool(named) == any("--write" in line for line in lines)


def test_the_same_access_makes_the_same_file(folder: Path) -> None:
    reviewed.write("prod", _graph(_READ))
    first = (folder / "prod.yaml").read_text()
    reviewed.write("prod", _graph(_READ))
    assert (folder / "prod.yaml").read_text() == first
    assert "role/app:\n    read-customer-data:\n    - 'allow direct: s3:GetObject on invoices'\n" in first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "has no reviewed matrix: make it with platformctl access prod --write"),
        ("- a", "must have the keys matrix and taken_away"),
        ("matrix: {}\ntaken_away: {}\nmore: {}", "must have the keys"),
        ("matrix: {role/app: {read-all: []}}\ntaken_away: {}", "matrix.role/app: unknown capability 'read-all'"),
        ("matrix: {role/app: {deploy: yes}}\ntaken_away: {}", "matrix.role/app.deploy must be a list of texts"),
        ("matrix: [", "is not YAML"),
    ],
)
def test_a_file_that_is_none_is_told(folder: Path, text: str | None, message: str) -> None:
    if text is not None:
        folder.mkdir()
        (folder / "prod.yaml").write_text(text)
    with pytest.raises(CommandError, match=message):
        reviewed.check("prod", _graph(_READ), as_json=False)


def test_what_only_the_boundary_of_another_project_takes_away_stands_apart(folder: Path) -> None:
    content = state(
        role("app", says("ssm:GetParameter"), permissionsBoundary="arn:aws:iam::111122223333:policy/limit"),
    )
    limit = state(role("other"))["deployment"]["resources"]

    elsewhere = policy("limit", says("s3:*"))
    elsewhere["urn"] = elsewhere["urn"].replace("::shop::", "::foundation::")
    content["deployment"]["resources"] += [*limit, elsewhere]
    found = reviewed.of_programs(from_state(content), "prod")
    assert found.matrix == {}
    assert found.taken_away == {"role/app": {"read-secrets": ("may direct: ssm:GetParameter",)}}
    assert found.approves("role/app", "read-secrets", "may direct: ssm:GetParameter")
    assert not found.approves("role/app", "deploy", "may direct: ssm:GetParameter")
