"""The hash of a checkout changes with every content that counts, and with nothing else."""

import subprocess
from pathlib import Path

import pytest

from platformctl.errors import CommandError
from platformctl.plans.checkout import read, told


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("ignored/\n")
    (tmp_path / "a.py").write_text("one\n")
    _commit(tmp_path)
    return tmp_path


def _git(root: Path, *arguments: str) -> str:
    line = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments]
    return subprocess.run(line, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def _commit(root: Path) -> None:
    _git(root, "add", "-A")
    _git(root, "commit", "-qm", "Because")


def test_a_clean_checkout_has_its_commits_tree(repository: Path) -> None:
    found = read(repository)
    assert found.clean
    assert (found.commit, found.subject) == (_git(repository, "rev-parse", "HEAD"), "Because")
    assert found.tree == _git(repository, "rev-parse", "HEAD^{tree}")


@pytest.mark.parametrize("name", ["a.py", "new.py", "folder/new file ü.txt"])
def test_a_change_that_is_not_committed_is_named_and_hashed(repository: Path, name: str) -> None:
    before = read(repository).tree
    (repository / name).parent.mkdir(exist_ok=True)
    (repository / name).write_text("two\n")
    found = read(repository)
    assert (found.changed, found.clean) == ((name,), False)
    assert found.tree != before
    _commit(repository)
    assert read(repository).tree == found.tree  # the same content, committed


def test_a_deletion_and_what_is_only_staged_count_by_what_is_there(repository: Path) -> None:
    (repository / "a.py").write_text("two\n")
    _git(repository, "add", "-A")
    (repository / "a.py").write_text("one\n")
    assert read(repository).clean
    (repository / "a.py").unlink()
    assert read(repository).changed == ("a.py",)


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_no_flag_of_the_index_hides_a_change(repository: Path, flag: str) -> None:
    _git(repository, "update-index", flag, "a.py")
    (repository / "a.py").write_text("two\n")
    assert _git(repository, "status", "--porcelain") == ""
    assert read(repository).changed == ("a.py",)


def test_what_the_tools_make_and_plans_do_not_count_unless_committed(repository: Path) -> None:
    for name in ("ignored/x", ".sandbox/state", "b/__pycache__/x.pyc", "prod.plan.json", "kept"):
        (repository / name).parent.mkdir(exist_ok=True, parents=True)
        (repository / name).write_text("made")
    assert read(repository, [repository / "kept"]).clean
    assert read(repository).changed == ("kept",)
    _git(repository, "add", "-f", "prod.plan.json")
    _git(repository, "commit", "-qm", "A plan")
    assert read(repository, [repository / "kept"]).clean
    (repository / "prod.plan.json").write_text("another")
    assert "prod.plan.json" in read(repository).changed


def test_the_checkout_stays_as_it_is(repository: Path) -> None:
    (repository / "a.py").write_text("two\n")
    before = _git(repository, "status", "--porcelain"), _git(repository, "count-objects")
    read(repository)
    assert (_git(repository, "status", "--porcelain"), _git(repository, "count-objects")) == before


def test_the_shells_own_git_variables_lead_nowhere_else(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert read(repository).clean


def test_without_a_repository_the_content_has_a_hash_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\n")
    found = read(tmp_path)
    assert (found.commit, found.clean) == (None, False)
    (tmp_path / "a.py").write_text("two\n")
    assert read(tmp_path).tree != found.tree
    assert [one.name for one in tmp_path.iterdir()] == ["a.py"]


def test_without_git_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match="git is not on PATH"):
        read(tmp_path)
    assert told(tmp_path) is None
