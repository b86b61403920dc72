"""The comment shows what it was given, fits, and does nothing else."""

import re
from html import unescape
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from platformctl.formats import Format, encode, render
from platformctl.formats.characters import cut, shown
from platformctl.formats.markdown_form import LIMIT_BYTES
from platformctl.formats.markdown_text import code, fence, plain
from policies.report import Verdict
from tests.platformctl.formats.reports import finding, findings, judgement, many, texts

_OURS = {"<details>", "</details>", "<summary>", "</summary>", "<b>", "</b>", "<code>", "</code>", "<br>"}
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _comment(*found: Any, **fields: Any) -> str:
    return render(judgement(*found, **fields), Format.MARKDOWN)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(texts)
def test_a_text_is_a_text(text: str) -> None:
    for made in (plain(text), code(text)):
        (cell,) = re.findall(r"<td>(.*?)</td>", _MARKDOWN.render(f"| a |\n|---|\n| {made} |\n"), re.DOTALL)
        assert set(re.findall(r"<[^>]*>", cell)) <= {"<code>", "</code>"}
        read = unescape(re.sub(r"<[^>]*>", "", cell)).replace("\u200b", "")
        assert read.strip() == cut(shown(text), 400).replace("\u200b", "").strip()
    assert not re.search(r"[\n\r|`@#<>]", plain(text).replace("&#", ""))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(findings, texts)
def test_whatever_a_report_holds_makes_no_markup_but_ours(found: list[Any], subject: str) -> None:
    comment = _comment(*found, subject=subject)
    html = _MARKDOWN.render(re.sub(r"\n```python\n.*?\n```\n", "\n", comment, flags=re.DOTALL))
    tags = set(re.findall(r"</?[a-z][^>]*>", html)) - _OURS
    assert {re.findall(r"[a-z0-9]+", tag)[0] for tag in tags} <= {
        *("h2", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"),
    }
    assert html.count("<details>") == html.count("</details>")
    assert html.count("<tr>") == len(found) + html.count("<thead>")


def test_nobody_is_called_and_nothing_linked() -> None:
    text = plain("@somebody #12 GH-12 https://example.com www.example.com a@b.example")
    for written in ("&#64;&#8203;s", "&#35;&#8203;1", "GH-&#8203;12", "&#58;&#8203;//", "www&#8203;.", "&#64;&#8203;b"):
        assert written in text


def test_the_worst_stands_first_and_the_rest_is_folded() -> None:
    comment = _comment(
        finding("S3-05", message="it keeps no versions"),
        finding("NET-01", Verdict.UNDECIDED),
        finding("S3-06").waived("until the move"),
        finding(),
    )
    assert comment.startswith("## ❌ Policies: <code>prod</code>\n\n**2 failed**, 1 undecided, 1 waived; ")
    assert "1 of 4 evaluations undecided (25.0 %)" in comment
    headings = re.findall(r"<b>(.*?)</b>", comment)
    assert headings == ["S3-01", "S3-05", "NET-01", "S3-06"]
    assert "| <code>invoices</code> | <code>components/bucket.py&#58;12</code> | it is public |" in comment


def test_an_empty_report_is_short() -> None:
    comment = _comment()
    assert comment.startswith("## ✅ ")
    assert "0 of 0 evaluations undecided (0.0 %)" in comment
    assert "<details>" not in comment


def test_what_does_not_fit_is_counted() -> None:
    comment = _comment(*many(5_000), finding("S3-05"), uncovered={f"aws:a/b{n}:B": 1 for n in range(500)})
    assert len(encode(comment)) <= LIMIT_BYTES
    rows = len(re.findall(r"^\| <code>", comment, re.MULTILINE))
    (left_out,) = re.findall(r"\*\*([\d,]+) more findings did not fit", comment)
    assert rows + int(left_out.replace(",", "")) == 5_001
    assert rows > 100
    assert f"... and {5_001 - rows:,} more" in comment
    assert re.findall(r"<b>(.*?)</b>", comment) == ["S3-01", "S3-05"]
    assert comment.count("<details>") == comment.count("</details>")
    assert comment.count("<code>aws&#58;a/b") == 20
    assert "- and 480 more" in comment


@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.integers(1, 150), st.sampled_from(("😀", "|", "\x1b", "a")))
def test_long_texts_fit(number: int, character: str) -> None:
    found = [
        finding(name=f"{n}{character * 2_000}", message=character * 5_000, remedy=f"{n % 7}") for n in range(number)
    ]
    errors = [{"file": character * 999, "line": None, "message": character * 999}] * number
    types = {f"{n}{character * 999}": 1 for n in range(number)}
    comment = _comment(*found, subject=character * 9_999, extra={"errors": errors}, uncovered=types)
    assert len(encode(comment)) <= LIMIT_BYTES


def test_a_block_of_code_ends_where_it_should() -> None:
    assert fence("a\n```\nb", "python") == "````python\na\n```\nb\n````"
