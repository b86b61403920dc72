"""docs/compliance: a page for each framework and one with every rule, made from the rules themselves."""

from collections.abc import Iterable, Iterator, Sequence

from policies.controls import FRAMEWORKS, SOURCES
from policies.coverage import Row, Status, coverage, supported, totals
from policies.described import controls_by_framework, example_text, snippet
from policies.frameworks import Framework, framework
from policies.rule import Rule

MADE = "<!-- Made by `platformctl rules docs` from the rules: change those, then run it again. -->"
_NOTE = (
    "A rule *supports* a requirement; no rule satisfies one. The mapping was read in the sources named below, never\n"
    "in the standard's own text: have an assessor confirm it."
)
_GAPS = {
    Status.NO_RULE: ("Without a rule", "Infrastructure could be evidence for these, and no rule is."),
    Status.ELSEWHERE: (
        "Decided elsewhere",
        "Technical, but in applications, hosts, devices or the live account: no rule can.",
    ),
    Status.ORGANISATIONAL: ("Organisational", "People, documents and premises: no rule can."),
}


def pages(rules: Sequence[Rule] | None = None) -> dict[str, str]:
    """The text of every page by its file name."""
    if rules is None:
        from policies.rules import ALL  # late: the rules import half of this package

        rules = ALL
    chosen = [framework(id_) for id_ in FRAMEWORKS]
    covered = {one.id: coverage(one, rules) for one in chosen}
    found = {f"{one.id}.md": _lines(_framework(one, covered[one.id])) for one in chosen}
    return found | {"README.md": _lines(_index(chosen, covered, rules)), "rules.md": _lines(_rules(rules))}


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _index(chosen: Sequence[Framework], covered: dict[str, tuple[Row, ...]], rules: Sequence[Rule]) -> Iterator[str]:
    yield from ("# Compliance", "", MADE, "", _NOTE, "")
    yield f"[All {len(rules)} rules](rules.md). `platformctl rules coverage ENV --framework NAME` adds evidence."
    yield from ("", "| framework | requirements | supported by rules | without a rule | elsewhere | organisational |")
    yield "|---|---|---|---|---|---|"
    for one in chosen:
        counts = totals(covered[one.id])
        numbers = [len(covered[one.id]), *(counts.get(str(status), 0) for status in (Status.MAPPED, *_GAPS))]
        yield f"| [{one.title}]({one.id}.md) | {' | '.join(map(str, numbers))} |"
    yield from ("", "## Sources of the mapping", "", *_sources(SOURCES))


def _sources(letters: Iterable[str]) -> Iterator[str]:
    yield from ("| letter | source |", "|---|---|")
    yield from (f"| {letter} | {SOURCES[letter]} |" for letter in letters)


def _framework(one: Framework, rows: tuple[Row, ...]) -> Iterator[str]:
    yield from (f"# {one.title}", "", MADE, "", _NOTE, "")
    yield f"{supported(rows)}. The words are ours; numbering: {one.source}."
    yield from ("", "## Supported by rules", "", "| requirement | about | rules (source) |", "|---|---|---|")
    for row in (row for row in rows if row.rules):
        links = ", ".join(
            f"[{rule}](rules.md#{rule.lower()}) ({', '.join(sources)})" for rule, sources in row.rules.items()
        )
        yield f"| {row.requirement.number} | {row.requirement.about} | {links} |"
    for status, (title, why) in _GAPS.items():
        gaps = [row.requirement for row in rows if row.status is status]
        if gaps:
            yield from (
                "",
                f"## {title}",
                "",
                f"{why} {len(gaps)} requirements.",
                "",
                "| requirement | about |",
                "|---|---|",
            )
            yield from (f"| {gap.number} | {gap.about} |" for gap in gaps)
    used = {source for row in rows for source in row.sources}
    yield from ("", "## Sources of the mapping", "", *_sources(letter for letter in SOURCES if letter in used))


def _rules(rules: Sequence[Rule]) -> Iterator[str]:
    yield from ("# Rules", "", MADE, "", _NOTE, "", "| id | severity | pack | |", "|---|---|---|---|")
    yield from (f"| [{r.id}](#{r.id.lower()}) | {r.severity} | {r.pack} | {_cell(r.summary)} |" for r in rules)
    for rule in rules:
        yield from _rule(rule)
    yield from ("", "## Sources of the mapping", "", *_sources(SOURCES))


def _rule(rule: Rule) -> Iterator[str]:
    yield from ("", f"## {rule.id}", "", f"**{rule.summary}** `{rule.name}`, {rule.severity}, pack `{rule.pack}`.", "")
    yield f"Judges {_code(rule.types)}; reads {_code(rule.reads)}."
    yield ""
    mapped = "; ".join(f"{title}: {', '.join(numbers)}" for title, numbers in controls_by_framework(rule).items())
    yield f"Supports {mapped}." if mapped else "Supports no requirement of these frameworks."
    yield from ("", f"Remedy: {rule.remedy}")
    if code := snippet(rule.id):
        yield from ("", "```python", code.strip(), "```")
    for word, example in (("Holds", rule.passes[0]), ("Fails", rule.fails[0])):
        yield from ("", f"{word}:", "", "```yaml", example_text(example), "```")


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
