"""The evidence is a table that no cell can turn into anything else."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings

from platformctl.formats import Format, encode, render
from platformctl.formats.csv_form import COLUMNS
from policies import tokens
from policies.examples import Node
from policies.report import Verdict
from tests.platformctl.formats.reports import finding, findings, judgement, many, resources


def _table(*found: Any, **fields: Any) -> list[dict[str, str]]:
    text = encode(render(judgement(*found, **fields), Format.CSV)).decode()
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    table = list(reader)
    assert tuple(reader.fieldnames or ()) == COLUMNS
    return table


@settings(max_examples=60, deadline=None, derandomize=True)
@given(findings)
def test_whatever_a_report_holds_is_a_table_without_formulas(found: list[Any]) -> None:
    table = _table(*found)
    assert len(table) == len({(one.rule, one.urn or (one.source, one.property or "")) for one in found})
    for row in table:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))
            assert not set(cell) & set("\r\n\x00\x1b\ud83d")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", " =1", "\t=1", "＝1", "'=1"])  # noqa: RUF001
def test_a_formula_is_quoted(name: str) -> None:
    (row,) = _table(finding(urn=name))
    assert row["urn"].startswith("'")
    assert row["urn"][1:].strip() == name.strip()


def test_every_resource_judged_has_its_row() -> None:
    buckets = resources(tuple(Node(tokens.BUCKET, name) for name in ("a", "b", "c", "d")))
    a, b, c, _ = (bucket.urn for bucket in buckets)
    found = (finding(urn=a), finding(urn=b, verdict=Verdict.UNDECIDED), finding(urn=c).waived("x"))
    table = _table(*found, judged={"S3-01": buckets})
    assert [row["verdict"] for row in table] == ["fail", "undecided", "waived", "pass"]
    last = table[-1]
    assert last["type"] == tokens.BUCKET
    assert last["severity"] == "critical"
    assert last["date"] == "2026-03-01"
    assert "pci-dss-4.0.1 1.4.2 (L)" in last["controls"].split("; ")


def test_an_empty_report_is_the_header() -> None:
    assert _table() == []


def test_thousands_are_all_there_in_order() -> None:
    urns = [row["urn"] for row in _table(*reversed(list(many(3_000))))]
    assert len(urns) == 3_000
    assert urns == sorted(urns)
