"""A change's diff by the real engine: exact, between revisions of a repository, its base applied once."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from platformctl.diff.comparison import compare
from platformctl.project import Project
from sandbox.tools import places
from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, HEAD, small_checkout

PROGRAM = Path("stacks/foundation/__main__.py")
PART = Path("stacks/foundation/part.py")
SETTINGS = Path("stacks/foundation/Pulumi.sandbox.yaml")
CLUSTER = """
from stacks.foundation import part
from pulumi_kubernetes import Provider
from pulumi_kubernetes.core.v1 import ConfigMap, Namespace
cluster = json.dumps({
    "apiVersion": "v1", "kind": "Config", "current-context": "little",
    "clusters": [{"name": "little", "cluster": {"server": "https://little.eks.amazonaws.com"}}],
    "contexts": [{"name": "little", "context": {"cluster": "little", "user": "little"}}],
    "users": [{"name": "little", "user": {"token": "none"}}],
})
inside = pulumi.ResourceOptions(provider=Provider("cluster", kubeconfig=cluster))
"""
BEFORE = """
main = ec2.Vpc("main", cidr_block="10.0.0.0/16", tags={"part": part.NAME}, opts=given())
def group(name, description="d", **options):
    return ec2.SecurityGroup(name, vpc_id=main.id, description=description, opts=given(**options))
group("renamed")
group("aliased")
group("replaced", "before")
group("deleted")
group("stays")
kms.Key("data", multi_region=False, opts=given(protect=True), **sound)
Namespace("changed", metadata={"name": "changed", "labels": {"level": "info"}}, opts=inside)
ConfigMap("settings", metadata={"namespace": "default"}, data={"level": "info"}, opts=inside)
"""
AFTER = (
    BEFORE.replace('"renamed"', '"renamed-now"')
    .replace('"aliased"', '"aliased-now", aliases=[pulumi.Alias(name="aliased")]')
    .replace('"before"', '"after"')
    .replace('group("deleted")', 'group("created")')
    .replace('"info"', '"debug"')
)
CHANGES = {
    ("main", "update"),
    ("renamed", "delete"),
    ("renamed-now", "create"),
    ("replaced", "replace"),
    ("deleted", "delete"),
    ("created", "create"),
    ("changed", "update"),
    ("settings", "replace"),
}


class Repository:
    """A checkout under git, and the per-user cache of its commands."""

    def __init__(self, checkout: Checkout, cache: Path) -> None:
        self.checkout, self.root, self.cache = checkout, checkout.root, cache

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false")
        return subprocess.run(
            ["git", *who, *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    def write(self, text: str, part: str = 'NAME = "before"\n') -> None:
        (self.root / PROGRAM).write_text(HEAD + CLUSTER + text)
        (self.root / PART).write_text(part)

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")
        return self.git("rev-parse", "HEAD")

    def diff(self, *arguments: str) -> Any:
        """The document, and whether the base had to be applied for it."""
        result = self.checkout.ctl("diff", *arguments, FOUNDATION, "--json", code=None)
        assert result.returncode in (0, 1), result.stderr
        return json.loads(result.stdout), "applying" in result.stderr

    @contextmanager
    def imported(self) -> Iterator[None]:
        """Has the SDK's own host take the packages of this checkout, not of the one that .venv was made for."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", str(self.root))
            yield

    def previewed(self) -> Any:
        """The document of an ordinary preview."""
        with self.imported():
            return self.checkout.json("preview", FOUNDATION, code=1)

    def entries(self) -> list[Path]:
        return sorted((self.cache / "billing-platform" / "applied").glob("*.json.gz"))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """On the branch main the program BEFORE, on the branch change the program AFTER."""
    own = tmp_path_factory.mktemp("cache")
    (own / "billing-platform").mkdir()
    (own / "billing-platform" / "tools").symlink_to(places.cache())
    root = tmp_path_factory.mktemp("diff")
    with pytest.MonkeyPatch.context() as patch, small_checkout(root) as checkout:
        patch.setenv("XDG_CACHE_HOME", str(own))
        made = Repository(checkout, own)
        for package in ("stacks", "stacks/foundation"):
            (root / package / "__init__.py").touch()
        (root / ".gitignore").write_text(".sandbox/\n__pycache__/\n")
        made.git("init", "--quiet", "--initial-branch", "main")
        made.write(BEFORE)
        made.commit()
        made.git("checkout", "--quiet", "-b", "change")
        made.write(AFTER, 'NAME = "after"\n')
        made.commit()
        yield made


def _by_name(document: Any) -> set[tuple[str, str]]:
    return {(change["name"], change["operation"]) for change in document["changes"]}


def _comparable(document: Any) -> Any:
    """What must be the same of the same change anywhere: ids are another cloud's."""
    changes = [
        (one["urn"], one["operation"], [(p["path"], p["replaces"]) for p in one["properties"]])
        for one in document["changes"]
    ]
    policies = document["policies"]
    findings = [(f["rule"], f["verdict"], f["urn"], f["property"], f["message"]) for f in policies["findings"]]
    return changes, findings, policies["rules"], document["refusals"], document["counts"]


def test_creations_updates_replacements_and_deletions_are_those_of_a_preview_against_the_deployed_base(
    repository: Repository,
) -> None:
    told, applied = repository.diff("main..change")
    assert applied
    assert _by_name(told) == CHANGES
    assert (told["base"], told["head"]) == (
        repository.git("rev-parse", "main")[:7],
        repository.git("rev-parse", "change")[:7],
    )
    (main,) = (one for one in told["changes"] if one["name"] == "main")
    assert ("tags.part", "before", "after") in {(p["path"], p["before"], p["after"]) for p in main["properties"]}

    repository.git("checkout", "--quiet", "main")
    with repository.imported():
        repository.checkout.pulumi(FOUNDATION, "stack", "select", "--create", "sandbox")
        repository.checkout.pulumi(FOUNDATION, "up", "--yes", "--skip-preview", checkpoints=False)
    repository.git("checkout", "--quiet", "change")
    previewed = repository.previewed()
    compared = compare(Project.named("foundation", repository.root), "sandbox", "main..change")
    assert _comparable(compared.run.as_dict()) == _comparable(previewed)
    assert compared.before_report["summary"]["fail"] > 0
    assert compared.source(next(urn for urn in compared.before.by_urn if urn.endswith("::deleted"))).startswith(
        "stacks/foundation/__main__.py:"
    )


def test_every_form_is_written_to_a_file(repository: Repository, tmp_path: Path) -> None:
    begin = {"markdown": "<!-- platformctl:diff:foundation/sandbox -->", "html": "<!", "text": "foundation/sandbox"}
    for form, start in begin.items():
        repository.checkout.ctl(
            "diff", "main..change", FOUNDATION, "--format", form, "-o", str(tmp_path / form), code=1
        )
        text = (tmp_path / form).read_text()
        assert text.lower().startswith(start)
        assert "renamed-now" in text


def test_the_same_base_is_not_applied_again_and_gives_the_same(repository: Repository) -> None:
    first, _ = repository.diff("main..change")
    again, applied = repository.diff("main...change")
    assert not applied
    assert {**again, "seconds": 0} == {**first, "seconds": 0}


def test_the_working_tree_counts_as_it_is_with_untracked_files(repository: Repository) -> None:
    extra = repository.root / "stacks/foundation/extra.py"
    try:
        extra.write_text("from stacks.foundation.part import NAME\n")
        text = (repository.root / PROGRAM).read_text()
        (repository.root / PROGRAM).write_text(text.replace("import part", "import extra as part") + 'group("dirty")\n')
        told, _ = repository.diff()
        assert told["head"] == "working tree"
        assert _by_name(told) == CHANGES | {("dirty", "create")}
    finally:
        extra.unlink()
        repository.git("checkout", "--quiet", "--", ".")


def test_a_protected_replacement_is_refused_with_all_the_rest_told(repository: Repository) -> None:
    try:
        repository.write(AFTER.replace("multi_region=False", "multi_region=True"), 'NAME = "after"\n')
        told, _ = repository.diff("main")
        (refused,) = told["refusals"]
        assert (refused["name"], refused["operation"]) == ("data", "replace")
        assert [(p["path"], p["before"], p["after"]) for p in refused["properties"]] == [("multiRegion", False, True)]
        assert _by_name(told) == CHANGES | {("data", "replace")}
        by_preview = repository.previewed()["refusals"]
        assert [one["urn"] for one in by_preview] == [refused["urn"]]
    finally:
        repository.git("checkout", "--quiet", "--", ".")


def test_a_protected_deletion_is_refused(repository: Repository) -> None:
    try:
        lines = [line for line in AFTER.splitlines() if '"data"' not in line]
        repository.write("\n".join(lines) + "\n", 'NAME = "after"\n')
        told, _ = repository.diff("main")
        assert [(one["name"], one["operation"]) for one in told["refusals"]] == [("data", "delete")]
        assert any("protected" in reason for reason in told["refusals"][0]["reasons"])
    finally:
        repository.git("checkout", "--quiet", "--", ".")


def test_other_settings_of_the_base_are_another_base_and_other_documents_are_not(repository: Repository) -> None:
    repository.diff("main..change")
    repository.git("checkout", "--quiet", "-b", "elsewhere", "main")
    try:
        (repository.root / "README.md").write_text("words\n")
        documents = repository.commit()
        _, applied = repository.diff(f"{documents}..change")
        assert not applied
        file = repository.root / SETTINGS
        file.write_text(file.read_text().replace("thing", "other"))
        settings = repository.commit()
        _, applied = repository.diff(f"{settings}..change")
        assert applied
    finally:
        repository.git("checkout", "--quiet", "change")


def test_a_damaged_entry_is_made_anew(repository: Repository) -> None:
    for entry in repository.entries():
        entry.write_bytes(entry.read_bytes()[:-20])
    told, applied = repository.diff("main..change")
    assert applied
    assert _by_name(told) == CHANGES


def test_two_at_once_apply_the_base_once(repository: Repository) -> None:
    for entry in repository.entries():
        entry.unlink()
    both = [repository.checkout.start("diff", "main..change", FOUNDATION, "--json") for _ in range(2)]
    ends = [process.communicate(timeout=600) for process in both]
    assert sorted("applying" in complaint for _, complaint in ends) == [False, True]
    documents = [json.loads(printed) for printed, _ in ends]
    assert {**documents[0], "seconds": 0} == {**documents[1], "seconds": 0}


def test_ctrl_c_while_the_base_is_applied_leaves_nothing(repository: Repository, tmp_path: Path) -> None:
    for entry in repository.entries():
        entry.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path))
        process = repository.checkout.start("diff", "main..change", FOUNDATION)
        while not _speaking_of(f"--event-log={tmp_path}"):  # the engine is under way
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=120)
    assert process.returncode == 130, complaint
    assert repository.entries() == []
    assert [str(f) for f in tmp_path.rglob("*")] == []
    assert not _speaking_of(str(tmp_path))
    _, applied = repository.diff("main..change")
    assert applied


def _speaking_of(text: str) -> list[str]:
    """The command lines of processes that name the text."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if text in line:
            found.append(line)
    return found


def test_an_environment_that_the_base_has_not_is_all_new(repository: Repository) -> None:
    new = repository.root / "stacks/foundation/Pulumi.fresh.yaml"
    try:
        shutil.copy(repository.root / SETTINGS, new)
        result = repository.checkout.ctl("diff", "main", "foundation/fresh", "--json", code=None)
        told = json.loads(result.stdout)
        assert {operation for _, operation in _by_name(told)} == {"create"}
        assert "applying" not in result.stderr
    finally:
        new.unlink()


def test_a_program_that_fails_is_an_error_of_its_side(repository: Repository) -> None:
    try:
        repository.write(AFTER + "raise ValueError('no such zone')\n")
        head = repository.checkout.ctl("diff", "main", FOUNDATION, code=5)
        assert "working tree" in head.stderr
        assert "no such zone" in head.stderr
        broken = repository.commit()
        base = repository.checkout.ctl("diff", f"{broken}..main", FOUNDATION, code=5)
        assert f"the base {broken[:7]} cannot be applied" in base.stderr
        assert "no such zone" in base.stderr
    finally:
        repository.git("reset", "--quiet", "--hard", "HEAD~1" if "broken" in locals() else "HEAD")


def test_a_credential_in_plain_text_is_told_and_shown_nowhere(repository: Repository) -> None:
    words = "-".join(["correct", "horse", "battery", "staple", "4711"])
    try:
        repository.write(AFTER + f'aws.ssm.Parameter("p", type="String", value="password={words}", opts=given())\n')
        result = repository.checkout.ctl("diff", "main", FOUNDATION, "--json", code=1)
        told = json.loads(result.stdout)
        assert {finding["rule"] for finding in told["policies"]["findings"]} == {"SEC-03"}
        assert "changes" not in told
        assert words not in result.stdout + result.stderr
    finally:
        repository.git("checkout", "--quiet", "--", ".")
