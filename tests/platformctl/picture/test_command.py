"""`platformctl graph`: what it writes where, and how it refuses."""

import json
from pathlib import Path

import pytest

from platformctl import main
from tests.platformctl.picture.states import document, shop


@pytest.fixture
def state(tmp_path: Path) -> Path:
    file = tmp_path / "state.json"
    file.write_text(json.dumps(document(*shop())))
    return file


def _run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["platformctl", "graph", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        main.main()
    return int(end.value.code or 0)


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("a.svg", "<svg "),
        ("a.SVG", "<svg "),
        ("a.mmd", "flowchart LR\n"),
        ("a.mermaid", "flowchart LR\n"),
        ("a.json", "{"),
    ],
)
def test_writes_what_the_name_ends_in(
    monkeypatch: pytest.MonkeyPatch, state: Path, tmp_path: Path, name: str, begin: str
) -> None:
    assert _run(monkeypatch, "--state", state, "-o", tmp_path / name) == 0
    assert (tmp_path / name).read_text().startswith(begin)


def test_writes_an_image(monkeypatch: pytest.MonkeyPatch, state: Path, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py", reason="the lock file does not have it yet")
    assert _run(monkeypatch, "--state", state, "-o", tmp_path / "a.png") == 0
    image = (tmp_path / "a.png").read_bytes()
    assert image.startswith(b"\x89PNG")
    wide, high = (int.from_bytes(image[at : at + 4]) for at in (16, 20))
    assert wide > 1000
    assert high > 500


def test_prints_where_no_file_is_named(
    monkeypatch: pytest.MonkeyPatch, state: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert _run(monkeypatch, "--state", state) == 0
    assert capfdbinary.readouterr().out.startswith(b"<svg ")
    assert _run(monkeypatch, "--state", state, "--format", "mermaid") == 0
    assert capfdbinary.readouterr().out.startswith(b"flowchart LR\n")


def test_writes_the_same_bytes_twice(monkeypatch: pytest.MonkeyPatch, state: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    assert _run(monkeypatch, "--state", state, "-o", one) == _run(monkeypatch, "--state", state, "-o", other) == 0
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere", "-o", "{}/a.svg"], "unknown environment 'nowhere'; known environments: prod, sandbox, staging"),
        (["--state", "{}/none.json"], "none.json: No such file or directory"),
        (["--state", "{}"], "Is a directory"),
        (["--state", "{}/text"], "the file is not JSON"),
        (["--state", "{}/other.json"], "expected the JSON that `pulumi stack export` prints"),
        (["--state", "{}/state.json", "-o", "{}/a.bmp"], "its name ends in none of .svg, .png, .mmd, .mermaid, .json"),
        (["--state", "{}/state.json", "-o", "{}/a"], "its name ends in none of"),
        (["--state", "{}/state.json", "-o", "{}/no/a.svg"], "there is no folder"),
        (["--state", "{}/state.json", "-o", "{}/folder.svg"], "that is a folder: name a file in it"),
        (["--state", "{}/state.json", "-o", "{}/a.svg", "--format", "png"], "says svg, --format says png"),
        (["--state", "{}/state.json", "--format", "png"], "--format png needs -o FILE"),
        (["--state", "{}/state.json", "--format", "gif"], "'gif' is not one of"),
        (["staging", "--state", "{}/state.json"], "--state and the environment staging exclude each other"),
    ],
)
def test_refuses_bad_input_with_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
    state: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    told: str,
) -> None:
    (tmp_path / "text").write_text("no state")
    (tmp_path / "other.json").write_text('{"version": 3}')
    (tmp_path / "folder.svg").mkdir()
    before = sorted(state.parent.iterdir())
    assert _run(monkeypatch, *(word.replace("{}", str(tmp_path)) for word in words)) == 2
    error = " ".join(capfd.readouterr().err.split())
    assert told in error
    assert "Traceback" not in error
    assert sorted(state.parent.iterdir()) == before  # nothing half-written is left


def test_without_the_library_a_png_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, state: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    assert _run(monkeypatch, "--state", state, "-o", tmp_path / "a.png") == 2
    assert "needs the package resvg-py" in " ".join(capfd.readouterr().err.split())
    assert not (tmp_path / "a.png").exists()
