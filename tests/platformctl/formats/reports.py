"""Reports to be handed over: small ones, long ones, and such as nobody would wish to be sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from platformctl.formats import Judgement
from policies.examples import Example, graph_of
from policies.graph import Edge
from policies.report import Finding, Report, Verdict
from policies.resource import Resource
from policies.rules import BY_ID

DAY = date(2026, 3, 1)
ROOT = Path("/repository")
HOSTILE = (
    "a|b",
    "`a` ``b`` ```c```",
    "<script>alert(1)</script>",
    "<!-- a --> </details>",
    "one\r\ntwo\n\n# three",
    "]]>",
    "&amp; &#124; &lt;",
    "\x00\x1b[31mred\x07\x7f\x9b",
    "[a](https://example.com) ![b](x) https://example.com www.example.com",
    "@somebody #12 GH-12 :smile: $x$ ~~gone~~ **b** _i_",
    "\u202egnp.exe",
    "💳🔥é\u0301\U0001f468\u200d\U0001f469",
    "\ud83d half a pair",
    "\ufffe\uffff",
    '=HYPERLINK("x")',
    "{0} {{1}}",
    "\\|\\",
    " ",
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join),
    st.text(st.characters(codec=None), max_size=40),
)
findings = st.lists(
    st.builds(
        Finding,
        rule=st.sampled_from(("S3-01", "NET-01", "GEN-02", "WAIVERS")),
        verdict=st.sampled_from(list(Verdict)),
        severity=st.sampled_from(("critical", "high", "medium", "low")),
        urn=texts,
        type=texts,
        name=texts,
        property=st.none() | texts,
        message=texts,
        remedy=texts,
        controls=st.sampled_from((BY_ID["S3-01"].controls, ())),
        edges=st.lists(st.builds(Edge, texts, texts, texts), max_size=4).map(tuple),
        source=texts | st.sampled_from(("a b/c#d.py:3", "../x.yaml:1", "-:2", "/repository/a.py:9", "")),
    ),
    max_size=6,
)


def finding(rule: str = "S3-01", verdict: Verdict = Verdict.FAIL, **fields: Any) -> Finding:
    """A finding of a rule on the bucket `invoices`."""
    known = BY_ID.get(rule)
    of_rule = {
        "severity": str(known.severity) if known else "high",
        "remedy": known.remedy if known else "Mend it.",
        "controls": known.controls if known else (),
        "urn": "urn:pulumi:prod::billing-platform::aws:s3/bucket:Bucket::invoices",
        "type": "aws:s3/bucket:Bucket",
        "name": "invoices",
        "property": None,
        "message": "it is public",
        "source": "components/bucket.py:12",
    }
    return Finding(rule=rule, verdict=verdict, **of_rule | fields)


def judgement(
    *found: Finding,
    judged: Mapping[str, Sequence[Resource]] | None = None,
    extra: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Judgement:
    """What comes of these findings, in the report's order; each rule of theirs ran on as many resources."""
    ran = {one.rule: 0 for one in found if one.rule in BY_ID} | {
        rule: len(all_) for rule, all_ in (judged or {}).items()
    }
    for one in found:
        if one.rule in ran:
            ran[one.rule] = max(ran[one.rule], 1)
    report = Report(3, ran, tuple(sorted(found, key=Finding.rank)), fields.pop("uncovered", {})).as_dict()
    known: dict[str, Any] = {"subject": "prod", "day": DAY, "root": ROOT, "place": "Pulumi.prod.yaml"}
    return Judgement(report=report | dict(extra or {}), judged=judged or {}, **known | fields)


def many(number: int) -> Iterable[Finding]:
    """As many failures, of buckets whose names differ."""
    for index in range(number):
        name = f"bucket-{index:05}"
        yield finding(name=name, urn=f"urn:pulumi:prod::p::aws:s3/bucket:Bucket::{name}", message=f"{name} is public")


def resources(example: Example) -> list[Resource]:
    """The resources of an example's graph."""
    return list(graph_of(example).resources)
