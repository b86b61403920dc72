"""The reviewed matrix: what it should hold, how it is written, and how it is held against the programs."""

from typing import TYPE_CHECKING

from platformctl import show
from platformctl.errors import CommandError, Exit

if TYPE_CHECKING:
    from policies.access.review import Lines, Reviewed
    from policies.graph import Graph

_WORDS = {True: "[bold red]new[/]", False: "[yellow]gone[/]"}


def of_programs(graph: "Graph", named: str) -> "Reviewed":
    """What the file of an environment must hold."""
    from platformctl.access.source import documents_of, estate_of
    from policies.access.matrix import direct_of, matrix_of
    from policies.access.review import Reviewed, lines_of
    from policies.graph import Graph

    with documents_of(named):
        matrix = lines_of(matrix_of(estate_of(graph, named)))
        alone: dict[str, dict[str, tuple[str, ...]]] = {}
        for project in sorted({resource.project for resource in graph.resources}):
            part = Graph(resource for resource in graph.resources if resource.project == project)
            lines = lines_of(direct_of(estate_of(part, named)))
            alone |= {principal: dict(cells) for principal, cells in lines.items()}
    return Reviewed(matrix, _taken_away(alone, matrix))


def check(environment: str, graph: "Graph", *, as_json: bool) -> Exit:
    """Names each difference between the file and the programs; FINDINGS if there is one."""
    from policies.access.review import ReviewError, differences, file_of, load

    try:
        reviewed = load(environment)
    except ReviewError as error:
        raise CommandError(str(error)) from None
    if reviewed is None:
        raise CommandError(
            f"{environment} has no reviewed matrix: make it with platformctl access {environment} --write"
        )
    now = of_programs(graph, environment)
    found = (*differences(now.matrix, reviewed.matrix), *differences(now.taken_away, reviewed.taken_away))
    if as_json:
        show.show_json({"schema": 1, "differences": [vars(difference) for difference in found]})
    else:
        for difference in found:
            text = f"{difference.principal} {difference.capability}: {difference.line}"
            show.out.print(f"{_WORDS[difference.wider]} {show.escape(text)}")
        wider = sum(difference.wider for difference in found)
        show.out.print(f"access: {wider} new, {len(found) - wider} gone; {file_of(environment).name}")
        if found:
            show.out.print(f"after a person has read them: platformctl access {environment} --write (gone: narrow it)")
    return Exit.FINDINGS if found else Exit.FINE


def write(environment: str, graph: "Graph") -> None:
    """Writes the file, which its owner then approves."""
    from policies.access.review import file_of, text_of

    file = file_of(environment)
    file.parent.mkdir(exist_ok=True)
    file.write_text(text_of(environment, of_programs(graph, environment)))
    show.out.print(f"wrote {file.parent.name}/{file.name}: read the difference before it is approved")


def _taken_away(alone: "Lines", matrix: "Lines") -> "Lines":
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for principal, cells in sorted(alone.items()):
        for capability, lines in cells.items():
            had = {line.split(" ", 1)[1] for line in matrix.get(principal, {}).get(capability, ())}
            more = tuple(line for line in lines if line.split(" ", 1)[1] not in had)
            if more:
                found.setdefault(principal, {})[capability] = more
    return found
