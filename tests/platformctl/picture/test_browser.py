"""Pages and pictures in headless Chromium: at three widths, light and dark, by what the browser itself measures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from platformctl.picture import draw
from platformctl.review.page import page
from policies.graph import Graph
from tests import browser
from tests.page_checks import POOR_CONTRAST, SCHEMES, WIDER_THAN_THE_SCREEN, WIDTHS
from tests.platformctl.picture import reviews

# Texts that reach out of the rectangle that they stand in, or of the picture, or onto one another.
_TEXTS_OUTSIDE = """
(() => {
  const found = [], slack = 0.6;
  const inside = (text, box) => text.x >= box.x - slack && text.y >= box.y - slack
    && text.x + text.width <= box.x + box.width + slack && text.y + text.height <= box.y + box.height + slack;
  let measured = 0;
  for (const group of document.querySelectorAll("svg.picture > g")) {
    const rect = group.querySelector(":scope > rect:not(.chip)");
    const texts = [...group.querySelectorAll(":scope > text")];
    if (!rect || !texts.length) continue;
    const boxes = texts.map((text) => text.getBBox());
    boxes.forEach((box, number) => {
      measured += 1;
      if (!inside(box, rect.getBBox())) found.push(["outside", texts[number].textContent]);
      boxes.slice(number + 1).forEach((other, more) => {
        const wide = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
        const high = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
        const both = [texts[number], texts[number + 1 + more]].map((text) => text.textContent);
        if (wide > 1 && high > 3) found.push(["on another", ...both]);
      });
    });
  }
  const sheet = document.querySelector("svg.picture").getBoundingClientRect();
  for (const text of document.querySelectorAll("svg.picture text")) {
    if (!inside(text.getBoundingClientRect(), sheet)) found.push(["off the sheet", text.textContent]);
  }
  return {found, measured};
})()
"""


@pytest.fixture(scope="module")
def files(staging: Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    told = {
        "first": reviews.first(staging),
        "mixed": reviews.mixed(staging),
        "hostile": reviews.mixed(staging, reviews.HOSTILE),
        "none": reviews.review(),
    }
    for name, review in told.items():
        picture = draw(staging, {one["urn"]: one["operation"] for one in review["changes"]})
        (folder / f"{name}.html").write_text(page(review, picture), encoding="utf-8")
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")
    return {file.name: file for file in folder.iterdir()}


@pytest.fixture(scope="module")
def tab() -> Iterator[browser.Page]:
    with browser.browser() as running:
        yield running.page()


@pytest.mark.parametrize("name", ["first.html", "mixed.html", "hostile.html", "none.html"])
def test_a_page_fits_every_screen_in_both_schemes(tab: browser.Page, files: dict[str, Path], name: str) -> None:
    for width in WIDTHS:
        for dark in SCHEMES:
            tab.open(files[name], width=width, dark=dark)
            tab.value("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert tab.value("document.documentElement.scrollWidth") == width
            assert tab.value(WIDER_THAN_THE_SCREEN) == []
            seen = tab.value(POOR_CONTRAST)
            assert seen["found"] == []
            assert seen["measured"] > 5
            told = f"{seen['measured']} kinds of text, least contrast {seen['least']:.2f}"
            print(f"{name} {width} px {'dark' if dark else 'light'}: {told}")


@pytest.mark.parametrize("name", ["first.svg", "mixed.svg", "none.svg"])
def test_every_text_of_a_picture_is_inside_of_its_box(tab: browser.Page, files: dict[str, Path], name: str) -> None:
    tab.open(files[name], width=1400)
    seen = tab.value(_TEXTS_OUTSIDE)
    assert seen["found"] == []
    assert seen["measured"] > 150
    print(f"{name}: {seen['measured']} texts in their boxes")


def test_pages_ask_for_nothing_and_complain_about_nothing(tab: browser.Page, files: dict[str, Path]) -> None:
    shown = [files[name] for name in ("first.html", "mixed.html", "hostile.html", "first.svg")]
    for file in shown:
        tab.open(file)
    assert tab.complaints() == []
    assert {one for one in tab.requests() if not one.startswith("file:")} == set()
    assert {Path(one).suffix for one in tab.requests()} <= {".html", ".svg"}
    assert len(tab.requests()) >= len(shown)


def test_a_complaint_and_a_request_would_be_noticed(tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.error('seen'); missing()</script>")
    with browser.browser() as running:
        other = running.page()
        other.open(bad)
        assert any("seen" in one for one in other.complaints())
        assert any("missing" in one for one in other.complaints())
        assert "http://127.0.0.1:9/x.png" in other.requests()


def test_folded_parts_open_and_close(tab: browser.Page, files: dict[str, Path]) -> None:
    tab.open(files["mixed.html"])
    high = "document.querySelector('#rollout .items').checkVisibility()"
    assert tab.value(high) is False
    tab.value("document.querySelector('#rollout summary').click()")
    assert tab.value(high) is True
    tab.value("document.querySelector('#rollout summary').click()")
    assert tab.value(high) is False
    tab.value("document.querySelector('.verdict a[href=\"#rollout\"]').click()")
    assert (
        tab.value("new Promise((done) => setTimeout(() => done(document.getElementById('rollout').open), 50))") is True
    )


def test_the_search_shows_what_has_every_word(tab: browser.Page, files: dict[str, Path]) -> None:
    tab.open(files["first.html"])
    look = """(words) => {
      const field = document.getElementById("words");
      field.value = words;
      field.dispatchEvent(new Event("input", {bubbles: true}));
      return [...document.querySelectorAll("#changes .component > ul > li")].filter((one) => one.checkVisibility());
    }"""
    shown = tab.value(f"({look})('subnet NETWORK euc1-az2').length")
    said = tab.value("document.querySelector('.search output').textContent")
    assert shown > 3
    assert said.startswith(f"{shown} of ")
    assert tab.value(f"({look})('no such thing anywhere').length") == 0
    tab.value(f"({look})('')")
    assert (
        tab.value("document.querySelectorAll('#changes .component > ul > li[hidden], #changes details[hidden]').length")
        == 0
    )


def test_a_picture_follows_the_scheme(tab: browser.Page, files: dict[str, Path]) -> None:
    colour = "getComputedStyle(document.querySelector('svg .sheet')).fill"
    told = []
    for dark in SCHEMES:
        tab.open(files["mixed.svg"], dark=dark)
        told.append(tab.value(colour))
    assert told == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]


def test_paper_is_light_and_has_what_is_folded(tab: browser.Page, files: dict[str, Path]) -> None:
    tab.open(files["mixed.html"], dark=True, media="print")
    assert tab.value("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.value("getComputedStyle(document.querySelector('svg .sheet')).fill") == "rgb(255, 255, 255)"
    tab.value("dispatchEvent(new Event('beforeprint'))")
    assert tab.value("document.querySelectorAll('details:not([open])').length") == 0
    tab.value("dispatchEvent(new Event('afterprint'))")
    assert tab.value("document.querySelectorAll('details:not([open])').length") > 3
    paper = tab.printed()
    assert paper.startswith(b"%PDF-")
    print(f"printed: {len(paper):,} bytes")


def test_the_page_can_be_read_with_the_keyboard_and_by_a_reader(tab: browser.Page, files: dict[str, Path]) -> None:
    tab.open(files["mixed.html"])
    headings = tab.value("[...document.querySelectorAll('h1, h2')].map((one) => one.tagName)")
    assert headings[0] == "H1"
    assert headings.count("H1") == 1
    assert tab.value("document.querySelector('.scroll').tabIndex") == 0
    picture = tab.value(
        "document.querySelector('svg').getAttribute('aria-labelledby').split(' ')"
        ".map((id) => document.getElementById(id).textContent.length > 10)"
    )
    assert picture == [True, True]
    assert tab.value("[...document.querySelectorAll('input')].every((one) => one.labels.length === 1)") is True
