"""What `check` judges: the program, an exported state, or manifests; each whole or narrowed to a selection."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from platformctl import gate, graphs
from platformctl.formats import Judgement
from platformctl.project import Project
from platformctl.selection import Selection

if TYPE_CHECKING:
    from policies.graph import Graph
    from policies.standing import Standing


def of_program(environment: str, selection: Selection) -> Judgement:
    return whole(environment, selection).judgement


class Whole(NamedTuple):
    """A judgement of a program with what it registers, as `render` gives that, and the verdicts that may stand in a
    later one; neither where a credential stopped the judging."""

    judgement: Judgement
    registrations: list[dict[str, Any]]
    verdicts: dict[str, Any]


def whole(
    environment: str,
    selection: Selection,
    earlier: Mapping[str, Any] | None = None,
    registrations: list[dict[str, Any]] | None = None,
) -> Whole:
    """`earlier`: the verdicts of a judgement by the same rules, of which those stand whose resources are the same;
    without it none are recalled, nor kept. `registrations`: what the program registers, where that is known.
    """
    from policies.rules import ALL

    rules = selection.of_rules(ALL)
    project, stack = Project.choose(environment)
    place = project.shown(project.settings_file(stack))
    if not selection.resources and any(rule.id == gate.RULE for rule in rules):
        try:
            gate.files(project)
        except gate.Blocked as blocked:
            day = datetime.now(UTC).date()
            judgement = Judgement(report=blocked.report, subject=environment, day=day, place=place, root=project.root)
            return Whole(judgement, [], {})
    from platformctl.render import render as render_program
    from policies import adapters
    from policies.standing import Standing

    if registrations is None:
        registrations = render_program(project, stack)
    graph = adapters.from_registrations(registrations)
    blocks = project.settings(stack).policy.undecided == "block"
    standing = None if earlier is None else Standing(registrations, earlier)
    judgement = _judged(graph, environment, selection, place, project.root, blocks, standing)
    return Whole(judgement, registrations, standing.verdicts if standing else {})


def of_state(file: Path, selection: Selection) -> Judgement:
    place = str(file.absolute())
    return _judged(graphs.of_state(file), str(file), selection, place, _root(), False)


def _judged(
    graph: "Graph",
    subject: str,
    selection: Selection,
    place: str,
    root: Path,
    undecided_blocks: bool,
    standing: "Standing | None" = None,
) -> Judgement:
    from policies import engine, waivers
    from policies.rules import ALL

    day = datetime.now(UTC).date()
    rules, only = selection.of_rules(ALL), selection.of_resources(graph)
    said = engine.evaluate(graph, rules, waivers.load(), day, partial=selection.partial, only=only, standing=standing)
    return Judgement(
        report=said.as_dict(),
        judged=said.judged,
        subject=subject,
        day=day,
        place=place,
        root=root,
        undecided_blocks=undecided_blocks,
    )


def of_manifests(paths: list[str], registries: list[str], selection: Selection) -> Judgement:
    """The objects in files, in folders and in standard input; what could not be read is in the report's `errors`."""
    from platformctl.manifests import judged

    report, said = judged(paths, registries, selection)
    return Judgement(
        report=report,
        judged=said.judged,
        subject=" ".join(paths),
        day=datetime.now(UTC).date(),
        root=_root(),
        base=Path.cwd(),
    )


def _root() -> Path:
    """The repository that the working directory is in, or else that itself."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
