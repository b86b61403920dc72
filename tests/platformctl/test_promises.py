"""`platformctl slo list`, `rules`, `export` and `import`."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.slo.groups import groups
from platformctl.errors import CommandError
from platformctl.main import app
from stacks.slo import SERVICE_LEVELS
from tests.components.slo.openslo.documents import slo


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def command(*arguments: str) -> tuple[str, str]:
        assert app(["slo", *arguments], standalone_mode=False) in (None, 0)
        said = capsys.readouterr()
        return said.out, said.err

    return command


def _written(tmp_path: Path, *documents: Any) -> str:
    file = tmp_path / "slo.yaml"
    file.write_text(yaml.safe_dump_all(documents))
    return str(file)


def test_the_list_has_every_level_with_what_it_promises(run: Any) -> None:
    told = json.loads(run("list", "prod", "--json")[0])["service_levels"]
    assert told == [level.as_dict() for level in SERVICE_LEVELS]
    text = run("list", "prod")[0]
    assert all(level.id in text for level in SERVICE_LEVELS)
    assert "99.95 % of 30 d" in text
    assert f"{len(SERVICE_LEVELS)} service levels of 7 services" in text


def test_the_rules_are_one_file_that_promtool_takes(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    run("rules", "staging", "-o", str(file))
    assert yaml.safe_load(file.read_text()) == {"groups": groups(SERVICE_LEVELS)} == yaml.safe_load(run("rules")[0])
    assert json.loads(run("rules", "--json")[0]) == {"groups": groups(SERVICE_LEVELS)}
    subprocess.run(["promtool", "check", "rules", str(file)], check=True, capture_output=True)


def test_what_is_exported_is_imported_as_it_was(run: Any, tmp_path: Path) -> None:
    said = run("export", "prod", "-o", str(tmp_path / "made" / "here"))[1]
    assert "8 files" in said
    told = json.loads(run("import", str(tmp_path), "--json")[0])["service_levels"]
    assert sorted(told, key=lambda one: str(one["id"])) == sorted(
        (level.as_dict() for level in SERVICE_LEVELS), key=lambda one: str(one["id"])
    )


def test_standard_input_is_read_where_a_dash_stands(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(yaml.safe_dump(slo()).encode()))
    monkeypatch.setattr("sys.stdin", given)
    assert "id='web-availability'," in run("import", "-", "--owner", "web-team")[0]


def test_without_a_folder_all_documents_are_printed(run: Any) -> None:
    kinds = [one["kind"] for one in yaml.safe_load_all(run("export", "prod")[0])]
    assert kinds.count("SLO") == sum(level.kind != "invariant" for level in SERVICE_LEVELS)


def test_an_import_prints_the_declaration_as_python(run: Any, tmp_path: Path) -> None:
    said = run("import", _written(tmp_path, slo()), "--owner", "web-team")[0]
    assert "id='web-availability'," in said
    assert "period_days=28," in said
    assert "runbook" not in said, "defaults are left out"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: [", "is not YAML"),
        (b"a: \xff", "is not YAML"),
        (yaml.safe_dump(slo(budgetingMethod="RatioTimeslices")).encode(), "must be no average of ratios"),
        (b"", "must be at least one SLO"),
    ],
)
def test_what_cannot_be_read_is_refused_with_words(run: Any, tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        run("import", str(file), "--owner", "web-team")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("list", "foundation/prod"), "foundation/prod has no service levels: name an environment of the platform"),
        (("rules", "qa"), "unknown environment 'qa'"),
        (("import", "nowhere.yaml"), "nowhere.yaml: No such file or directory"),
    ],
)
def test_what_is_not_there_is_named(run: Any, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(*arguments)


def test_an_empty_folder_is_told(run: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"there is no \.yaml, \.yml or \.json file in it"):
        run("import", str(tmp_path))
