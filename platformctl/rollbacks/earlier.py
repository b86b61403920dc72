"""The program of an earlier commit, run against what stands now."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from platformctl.diff.revisions import Revision, extract, git, holds, parse
from platformctl.errors import CommandError
from platformctl.plans.checkout import Checkout
from platformctl.project import Project
from platformctl.target import Target, settings_without_secrets_provider


@dataclass(frozen=True)
class _Earlier(Project):
    """A project of an earlier commit; how strictly it is judged, and in which account, the checkout's settings say."""

    present: Any = None

    def settings(self, environment: str) -> Any:  # noqa: ARG002  # it is of one environment
        return self.present


def commit_of(project: Project, environment: str, name: str) -> Checkout:
    """The commit that is meant, as change records tell of it; CommandError for none, or without the environment."""
    _, revision = parse(project.root, f"HEAD..{name}")
    file = project.shown(project.folder / f"Pulumi.{environment}.yaml")
    if not holds(project.root, revision, file):
        raise CommandError(f"{name} has no {file}: {environment} was not there then")
    subject, tree = git(project.root, "show", "--no-patch", "--format=%s%n%T", revision.commit).splitlines()[:2]
    return Checkout(revision.commit, subject, tree, ())


@contextmanager
def earlier(target: Target, commit: str) -> Iterator[Target]:
    """The target with the files of the commit: its program, settings, rules and waivers, on the checkout's packages."""
    with TemporaryDirectory(prefix="platformctl-rollback-") as scratch:
        folder = Path(scratch) / "checkout"
        extract(target.project.root, Revision(commit), folder)
        (folder / ".venv").symlink_to(target.project.root / ".venv")
        project = _Earlier(folder, target.project.key, target.project.settings(target.environment))
        yield replace(
            target,
            project=project,
            variables={**target.variables, "PYTHONPATH": str(folder)},
            config_file=settings_without_secrets_provider(project, target.environment, target.sandbox)
            if target.sandbox
            else None,
        )
