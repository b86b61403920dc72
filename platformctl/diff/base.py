"""The base as applied: its state from the cache, or made now in a sandbox that ends with it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from platformctl import engine
from platformctl.diff import cache, place
from platformctl.diff.judging import judged
from platformctl.diff.program import waiting
from platformctl.diff.revisions import Revision, extract, holds, listed
from platformctl.errors import CommandError, Exit
from platformctl.progress import progress
from platformctl.project import Project
from platformctl.target import engine_path
from platformctl.verdicts import Report, merge


@dataclass(frozen=True)
class Applied:
    """What an environment was before the change: the stack's file, and what the base's own rules say of it."""

    checkpoint: place.Checkpoint
    report: Callable[[], Report]  # waits for the verdicts


def at(project: Project, revision: Revision, folder: Path) -> Project:
    """The project in a revision: its files are put into the folder, but for the working tree's, which lie in place."""
    if not revision.commit:
        return project
    if not folder.exists():
        extract(project.root, revision, folder)
    return Project(folder, project.key)


@contextmanager
def applied(project: Project, environment: str, revision: Revision, folder: Path) -> Iterator[Applied]:
    """Yields the base, applied; `folder` is for its files. An environment that the base does not have is empty."""
    file = project.shown(project.folder / f"Pulumi.{environment}.yaml")
    if not holds(project.root, revision, file):
        yield Applied(place.empty(project, environment), lambda: merge([]))
        return
    name = _key(project, environment, revision)
    checkpoint = cache.find(name)
    if checkpoint is None:
        with cache.claimed(name):
            checkpoint = cache.find(name)  # of another command, which has made it meanwhile
            if checkpoint is None:
                checkpoint = _made(at(project, revision, folder / "base"), environment, revision, folder)
                cache.keep(name, checkpoint)
    of_today = cache.of_day(name, datetime.now(UTC).date())
    if report := cache.find(of_today):
        yield Applied(checkpoint, lambda: report)
        return
    with judged(at(project, revision, folder / "base").root, folder / "before") as judging:
        judging.begin(place.exported(project, checkpoint))

        def judge() -> Report:
            made = judging.end()
            cache.keep(of_today, made)
            return made

        yield Applied(checkpoint, judge)


def failure(outcome: engine.Outcome) -> str:
    """Why the engine failed, in its words."""
    return "\n".join(outcome.errors) or engine.explain(outcome.output)


def _key(project: Project, environment: str, revision: Revision) -> str:
    pulumi = shutil.which("pulumi", path=engine_path())
    passphrase = os.environ.get("PULUMI_CONFIG_PASSPHRASE", "")
    return cache.key(
        listed(project.root, revision), project.target(environment), passphrase, Path(pulumi or "pulumi").resolve()
    )


def _made(project: Project, environment: str, revision: Revision, folder: Path) -> place.Checkpoint:
    with ExitStack() as stack:
        program = stack.enter_context(waiting(project, environment, revision.shown, folder / "base-program"))
        running = stack.enter_context(place.private(project, cloud=True))
        target = engine.without_checkpoints(place.target(program, running))
        place.put(target, place.empty(project, environment))
        with progress(f"applying {revision.shown} to a sandbox") as step:
            options = ("--yes", "--skip-preview", program.option)
            outcome = engine.run(target, "up", *options, policies=False, on_event=step.on_event)
        if outcome.exit_code:
            raise CommandError(
                f"the base {revision.shown} cannot be applied to a sandbox:\n{failure(outcome)}", Exit.ENGINE
            )
        return place.taken(target)
