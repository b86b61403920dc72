"""What is compared, in clones of every kind: by name, by where a branch parted, and as it lies in the working tree."""

import subprocess
from pathlib import Path

import pytest

from platformctl.diff.revisions import Revision, extract, holds, listed, parse
from platformctl.errors import CommandError


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false")
    line = ["git", *who, *arguments]
    return subprocess.run(line, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, name: str) -> str:
    (folder / "stacks").mkdir(exist_ok=True)
    (folder / "stacks" / name).write_text(f"{name}\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", name)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """main: one, two. feature, checked out: one, three, four."""
    root = tmp_path / "origin"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, "one")
    git(root, "branch", "feature")
    commit(root, "two")
    git(root, "checkout", "--quiet", "feature")
    commit(root, "three")
    commit(root, "four")
    return root


@pytest.mark.parametrize(
    ("text", "base", "head"),
    [
        (None, "main~1", ""),
        ("main", "main", ""),
        ("main..", "main", ""),
        ("main..feature", "main", "feature"),
        ("main...feature", "main~1", "feature"),
        ("main...", "main~1", ""),
        ("..feature~1", "main~1", "feature~1"),
        ("HEAD~1..HEAD", "feature~1", "feature"),
    ],
)
def test_revisions_are_written_as_git_writes_them(repository: Path, text: str | None, base: str, head: str) -> None:
    wanted = [git(repository, "rev-parse", name) if name else "" for name in (base, head)]
    found = parse(repository, text)
    assert [one.commit for one in found] == wanted
    assert [one.shown for one in found] == [wanted[0][:7], wanted[1][:7] or "working tree"]


def test_a_commit_is_put_into_a_folder_and_the_repository_is_left_alone(repository: Path, tmp_path: Path) -> None:
    (repository / "stacks" / "three").write_text("not committed\n")
    git(repository, "add", "--all")
    before = git(repository, "status", "--porcelain"), git(repository, "worktree", "list")
    base, _ = parse(repository, "main..feature")
    extract(repository, base, tmp_path / "base")
    assert sorted(file.name for file in (tmp_path / "base" / "stacks").iterdir()) == ["one", "two"]
    assert (git(repository, "status", "--porcelain"), git(repository, "worktree", "list")) == before


def test_a_checkout_in_a_folder_of_a_repository_is_that_folder(repository: Path, tmp_path: Path) -> None:
    base, _ = parse(repository / "stacks", "main")
    extract(repository / "stacks", base, tmp_path / "base")
    assert sorted(file.name for file in (tmp_path / "base").iterdir()) == ["one", "two"]
    assert sorted(listed(repository / "stacks", base)) == ["one", "two"]
    assert holds(repository / "stacks", base, "one")
    assert not holds(repository / "stacks", base, "three")
    assert sorted(listed(repository, base)) == ["stacks"]


def test_what_lies_at_the_top_has_another_hash_once_anything_in_it_changed(repository: Path) -> None:
    hashes = {listed(repository, Revision(git(repository, "rev-parse", name)))["stacks"] for name in ("main", "main~1")}
    assert len(hashes) == 2


def cloned(origin: Path, *options: str) -> Path:
    clone = origin.parent / "clone"
    git(origin.parent, "clone", "--quiet", *options, f"file://{origin}", str(clone))
    return clone


def test_a_shallow_clone_names_the_fetch_that_it_lacks(repository: Path) -> None:
    clone = cloned(repository, "--depth", "1", "--branch", "feature")
    with pytest.raises(
        CommandError, match=r"neither origin/main nor main.*git fetch origin main:refs/remotes/origin/main"
    ):
        parse(clone, None)
    with pytest.raises(
        CommandError, match=r"no revision 'origin/main'.*git fetch origin main:refs/remotes/origin/main"
    ):
        parse(clone, "origin/main..HEAD")
    with pytest.raises(CommandError, match=r"no revision 'HEAD\^1': `git fetch --unshallow origin`"):
        parse(clone, "HEAD^1..HEAD")
    git(clone, "fetch", "--quiet", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    with pytest.raises(CommandError, match=r"origin/main and .* do not meet.*git fetch --unshallow origin"):
        parse(clone, None)
    assert parse(clone, "origin/main..HEAD")[0].commit == git(repository, "rev-parse", "main")
    git(clone, "fetch", "--quiet", "--unshallow", "origin")
    assert parse(clone, None)[0].commit == git(repository, "rev-parse", "main~1")


def test_a_fork_is_compared_with_the_main_of_its_origin(repository: Path) -> None:
    clone = cloned(repository, "--branch", "feature")
    git(clone, "branch", "main", "origin/main~1")
    git(clone, "branch", "--force", "main", "HEAD")  # a main of its own that is not what it was forked from
    assert parse(clone, None)[0].commit == git(repository, "rev-parse", "main~1")


@pytest.mark.parametrize("text", ["nowhere", "nowhere..HEAD", "HEAD..nowhere", "--help..HEAD"])
def test_a_revision_that_does_not_exist_is_named(repository: Path, text: str) -> None:
    with pytest.raises(CommandError, match=r"nowhere|--help"):
        parse(repository, text)


def test_a_history_that_ends_is_said_to(repository: Path) -> None:
    with pytest.raises(CommandError, match="no revision 'HEAD~9': the history does not go that far back"):
        parse(repository, "HEAD~9")


def test_histories_that_never_met_need_a_base(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "alone")
    commit(repository, "five")
    with pytest.raises(CommandError, match=r"no commit in common: name the base: BASE\.\.HEAD"):
        parse(repository, None)


def test_outside_of_a_repository_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not a git repository"):
        parse(tmp_path, "main")


def test_a_hooks_own_variables_are_not_taken(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nonexistent/index")
    assert parse(repository, "main")[0].commit
