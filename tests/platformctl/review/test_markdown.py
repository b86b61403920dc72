"""The comment shows what it was given, always fits, and does nothing else."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from markdown_it import MarkdownIt

from platformctl.review import markdown, text
from platformctl.review.fitting import Block, fitted
from platformctl.review.model import CHANGES, CLASSIFICATION, DATA_LOSS, REACH
from tests.platformctl.formats.reports import finding
from tests.platformctl.review.hostile import item, review, reviews, section

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_OURS = {"details", "summary", "code", "br", "h2", "h3", "p", "strong"}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
LIMIT = 65_536
_PHASES = (Phase.explicit, Phase.generate)  # shrinking long reviews takes minutes


def _unbalanced(html: str) -> list[str]:
    """The tags that are not closed in the order in which they were opened."""
    opened: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z][a-z0-9]*)[^>]*>", html):
        if tag == "br":
            continue
        if not closing:
            opened.append(tag)
        elif not opened or opened.pop() != tag:
            return [tag]
    return opened


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=_PHASES)
@given(reviews)
def test_whatever_a_review_holds_makes_no_markup_but_ours_and_fits(made: dict[str, Any]) -> None:
    comment = markdown.render(made)
    assert len(comment) < LIMIT
    assert re.fullmatch(r"<!-- platformctl:diff:[\w./-]* -->", comment.split("\n")[0])
    html = _MARKDOWN.render(comment.split("\n", 1)[1])
    assert {tag for _, tag in re.findall(r"<(/?)([a-z][a-z0-9]*)", html)} <= _OURS | _TABLE
    assert _unbalanced(html) == []
    outside = re.sub(r"<code>.*?</code>", "", html)  # GitHub looks for nothing inside
    assert not re.search(r"@\w|https?://|\bGH-\d|(?<!&)#\d|<script|<!--", outside)


def test_the_comment_begins_with_its_marker_which_no_environment_can_close() -> None:
    assert markdown.render(review(environment="platform/prod")).startswith("<!-- platformctl:diff:platform/prod -->\n")
    assert markdown.marker("a--> <b>") == "<!-- platformctl:diff:a-b -->"


def test_the_worst_sections_are_open_and_the_rest_is_folded() -> None:
    told = [section(kind, [item(name=kind.id)]) for kind in (DATA_LOSS, CLASSIFICATION, CHANGES)]
    policies = review()["policies"] | {"new": [finding().as_dict()], "fixed": [finding().as_dict()]}
    comment = markdown.render(review(sections=told, policies=policies))
    assert comment.index("### 🔴 Data at risk") < comment.index("<summary>🟡 Data class")
    assert comment.index("<summary>🟡 Data class") < comment.index("### 🔴 New findings")
    assert comment.index("### 🔴 New findings") < comment.index("<summary>🟢 Fixed findings")
    assert comment.index("<summary>🟢 Fixed findings") < comment.index("<summary>x · x: 1 x</summary>")


@pytest.mark.parametrize("number", [1, 400, 5_000])
def test_a_long_review_is_cut_between_rows_and_says_how_much_is_left_out(number: int) -> None:
    rows = [
        item(name=f"n{n}", summary="s" * 200, layer=f"l{n % 40:02}", details=["d" * 100] * 3) for n in range(number)
    ]
    made = review(sections=[section(REACH, rows), section(CHANGES, sorted(rows, key=lambda one: one["layer"]))])
    comment = markdown.render(made)
    assert len(comment) < LIMIT
    shown = len(re.findall(r"<code>n\d+</code>", comment))
    left = re.findall(r"\*\*([\d,]+) rows did not fit", comment)
    assert shown + (int(left[0].replace(",", "")) if left else 0) == 2 * number
    assert comment.count("<details>") == comment.count("</details>")
    if number > 1:
        assert len(comment) > LIMIT // 2
        assert "<summary>l00 · x:" in comment  # the later groups are seen, too


def test_what_the_head_holds_fits_too() -> None:
    made = review(environment="e" * 70_000, base="b" * 70_000, head="`" * 70_000)
    assert len(markdown.render(made)) < LIMIT


def test_blocks_of_which_no_row_fits_are_left_out_whole_and_counted() -> None:
    blocks = [Block("<details>", ["x" * 900], "</details>"), Block("begin", ["a", "b"], "end")]
    found = fitted("head", blocks, 1_000)
    assert "<details>" not in found
    assert "beginabend" in found
    assert "**1 rows did not fit here, 1 groups whole**" in found


def test_a_review_without_anything_says_so() -> None:
    comment = markdown.render(review(counts={}, clear=["reach", "access"], cost={}))
    assert "## ✅" in comment
    assert "**No changes**" in comment
    assert "Looked for and not found: reach, access" in comment.replace("&#58;", ":")


def test_the_sign_is_that_of_the_worst() -> None:
    assert "## ⚠️" in markdown.render(review(sections=[section(REACH, [item()])]))
    assert "## ❌" in markdown.render(review(sections=[section(DATA_LOSS, [item()])]))
    policies = review()["policies"] | {"new": [finding().as_dict()]}
    assert "## ❌" in markdown.render(review(policies=policies))


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=_PHASES)
@given(reviews)
def test_a_terminal_is_shown_no_control_characters_and_no_markup_of_others(made: dict[str, Any]) -> None:
    shown = text.render(made)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)


def test_alike_items_are_told_once_in_a_terminal_but_for_losses() -> None:
    rows = [item(name=f"n{n}") for n in range(9)]
    shown = text.render(review(sections=[section(REACH, rows)]))
    assert "n4" in shown
    assert "n5" not in shown
    assert "and 4 more" in shown
    assert "n8" in text.render(review(sections=[section(DATA_LOSS, rows)]))


def test_brackets_in_names_are_shown_and_not_taken_for_styles() -> None:
    assert "[red]x[/]" in text.render(review(sections=[section(REACH, [item(name="[red]x[/]")])]))
