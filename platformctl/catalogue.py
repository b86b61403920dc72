"""Finds rules and frameworks by what people ask for, and shows a rule in full."""

from datetime import UTC, datetime
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from platformctl import show
from platformctl.errors import CommandError
from platformctl.graphs import graph_of
from policies import engine, frameworks
from policies.described import controls_by_framework, example_text, snippet, sources
from policies.report import Report
from policies.rule import Pack, Rule, Severity
from policies.rules import ALL, BY_ID

_EXAMPLES = {
    "passes": "Holds",
    "fails": "Fails",
    "undecided": "Cannot be decided yet",
    "ignores": "Is not judged",
}


def chosen(pack: str | None, severity: str | None, type_: str | None, framework_name: str | None) -> list[Rule]:
    """The rules to which all that is given applies; CommandError for what no rule can have."""
    _one_of("--pack", pack, [str(one) for one in Pack])
    _one_of("--severity", severity, [str(one) for one in Severity])
    id_ = framework(framework_name).id if framework_name else None
    wanted = _types_like(type_) if type_ else set()
    return [
        rule
        for rule in ALL
        if pack in (None, str(rule.pack))
        and severity in (None, str(rule.severity))
        and (type_ is None or any(fnmatchcase(one, judged) for one in wanted for judged in rule.types))
        and (id_ is None or any(control.framework == id_ for control in rule.controls))
    ]


def named(id_: str) -> Rule:
    """The rule of that id; CommandError with those that are called alike."""
    if found := BY_ID.get(id_.upper()):
        return found
    near = get_close_matches(id_.upper(), BY_ID, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`platformctl rules` lists them"
    raise CommandError(f"there is no rule {id_!r}: {hint}")


def framework(name: str | None) -> frameworks.Framework:
    """The framework of that name; CommandError with the names that there are."""
    known = ", ".join(frameworks.names())
    if name is None:
        raise CommandError(f"--framework is needed, one of: {known}")
    if name not in frameworks.names():
        raise CommandError(f"there is no framework {name!r}: one of {known}")
    return frameworks.framework(name)


def judged(environment: str | None, state: Path | None) -> Report:
    """What all rules find in an environment's program, or in an exported state."""
    return engine.evaluate(graph_of(environment or "", state), today=datetime.now(UTC).date())


def show_rule(rule: Rule) -> None:
    """Everything about a rule, for people."""
    out = show.out.print
    out(f"[bold]{rule.id}[/] {show.escape(rule.name)} [dim]({rule.severity}, {rule.pack})[/]")
    out(show.escape(rule.summary))
    out(f"\n[bold]Judges[/] {show.escape(', '.join(rule.types))}")
    where = ", also on resources that refer to it" if rule.needs_graph else ""
    out(f"[bold]Reads[/] {show.escape(', '.join(rule.reads))}{where}")
    out("[bold]Supports[/]" + ("" if rule.controls else " no requirement of a framework"))
    for title, requirements in controls_by_framework(rule).items():
        out(f"  {show.escape(title)}: {show.escape(', '.join(requirements))}")
    for line in sources(rule):
        out(f"  [dim]{show.escape(line)}[/]")
    out(f"[bold]Remedy[/] {show.escape(rule.remedy)}")
    if code := snippet(rule.id):
        out(show.escape(_indented(code)))
    for kind, title in _EXAMPLES.items():
        for number, example in enumerate(getattr(rule, kind), start=1):
            out(f"\n[bold]{title}[/] [dim]example {number}[/]")
            out(show.escape(_indented(example_text(example))))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines())


def _one_of(option: str, value: str | None, allowed: list[str]) -> None:
    if value is not None and value not in allowed:
        raise CommandError(f"{option} must be one of {', '.join(allowed)}, not {value!r}")


def _types_like(ending: str) -> set[str]:
    """The whole types that end like this: `kms/key:Key`, or `Key`."""
    known = {type_ for rule in ALL for type_ in rule.types}
    return {ending} | {type_ for type_ in known if type_.endswith((f":{ending}", f"/{ending}"))}
