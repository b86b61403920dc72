"""The report in headless Chromium: at three widths, light and dark, by what the browser itself measures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from platformctl.slo_report.model import Report
from platformctl.slo_report.page import page
from tests import browser
from tests.page_checks import POOR_CONTRAST, SCHEMES, WIDER_THAN_THE_SCREEN, WIDTHS

_OPEN = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
# Texts beside a plot that lie on one another, and plots that are too small to read.
_PLOTS = """
(() => {
  const boxes = (one, what) => [...one.querySelectorAll(what)].filter((each) => each.checkVisibility())
    .map((each) => [each.textContent, each.getBoundingClientRect()]);
  const found = [];
  const plots = [...document.querySelectorAll(".plot")];
  for (const plot of plots) {
    const area = plot.querySelector(".area").getBoundingClientRect();
    if (area.width < 200 || area.height < 150) found.push(["small", area.width, area.height]);
    for (const side of [".axis span", ".dates span"]) {
      const all = boxes(plot, side);
      all.forEach(([words, one], at) => all.slice(at + 1).forEach(([others, other]) => {
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (wide > 1 && high > 5) found.push(["on another", words, others]);
      }));
    }
    for (const [words, one] of boxes(plot, ".axis span")) if (one.left < 0) found.push(["off the screen", words]);
  }
  return {found, plots: plots.length};
})()
"""


@pytest.fixture(scope="module")
def file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("page") / "report.html"
    made.write_text(page(report, "https://code.example/billing/blob/main"), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def tab() -> Iterator[browser.Page]:
    with browser.browser() as running:
        yield running.page()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", SCHEMES)
def test_the_page_fits_and_is_legible(tab: browser.Page, file: Path, width: int, dark: bool) -> None:
    tab.open(file, width=width, dark=dark)
    tab.value(_OPEN)
    assert tab.value("document.documentElement.scrollWidth") == width
    assert tab.value(WIDER_THAN_THE_SCREEN) == []
    seen = tab.value(POOR_CONTRAST)
    assert seen["found"] == []
    assert seen["measured"] > 25
    plots = tab.value(_PLOTS)
    assert plots["found"] == []
    assert plots["plots"] == 18  # two of each with a budget and data, one of each invariant
    scheme = "dark" if dark else "light"
    print(f"{width} px {scheme}: {seen['measured']} kinds of text, least contrast {seen['least']:.2f}, 18 plots")


def test_a_plot_too_small_and_labels_on_one_another_would_be_noticed(tab: browser.Page, file: Path) -> None:
    tab.open(file)
    tab.value("document.querySelectorAll('.area').forEach((one) => { one.style.height = '40px'; })")
    tab.value("document.querySelectorAll('.dates span').forEach((one) => { one.style.left = '50%'; })")
    found = {kind for kind, *_ in tab.value(_PLOTS)["found"]}
    assert found == {"small", "on another"}


def test_it_asks_for_nothing_and_complains_about_nothing(file: Path) -> None:
    with browser.browser() as running:
        own = running.page()
        own.open(file)
        assert own.complaints() == []
        assert {one for one in own.requests() if not one.startswith("file:")} == set()
        assert len(own.requests()) == 1


def test_lines_are_where_their_values_are(tab: browser.Page, file: Path) -> None:
    """The budget that is spent ends below the line of 0 %, and the one that is not ends above that of 25 %."""
    tab.open(file)
    places: dict[str, Any] = tab.value(
        """
        Object.fromEntries([...document.querySelectorAll(".level")].filter((one) => one.querySelector("path.budget"))
          .map((one) => {
            const path = one.querySelector("path.budget:not(.fill)"), line = path.getBoundingClientRect();
            const end = path.getPointAtLength(path.getTotalLength());
            const area = one.querySelector(".area").getBoundingClientRect();
            const row = (css) => one.querySelector(`.row.${css}`).getBoundingClientRect().top - area.top;
            return [one.querySelector("h3").textContent,
              {end: end.y / 100 * (area.height - 2), zero: row("stop"), quarter: row("care"), right: end.x}];
          }))
        """
    )
    assert places["webhook-delivery"]["end"] > places["webhook-delivery"]["zero"] + 5
    assert places["charge-latency"]["quarter"] < places["charge-latency"]["end"] < places["charge-latency"]["zero"]
    assert {round(one["right"]) for one in places.values()} == {100}


def test_what_is_bad_is_open_and_the_rest_is_folded(tab: browser.Page, file: Path) -> None:
    tab.open(file)
    opened = tab.value("[...document.querySelectorAll('.level')].map((one) => one.open)")
    assert opened == [True] * 5 + [False] * 6
    tab.value("document.querySelector('#slo-9 summary').click()")
    assert tab.value("document.querySelector('#slo-9 .plot').checkVisibility()") is True


def test_gaps_are_hatched_and_no_line_crosses_them(tab: browser.Page, file: Path) -> None:
    tab.open(file)
    lag = (
        "[...document.querySelectorAll('.level')].find((one) => one.querySelector('h3').textContent === 'replica-lag')"
    )
    paths = tab.value(f"{lag}.querySelector('path.budget:not(.fill)').getAttribute('d').split('M').length - 1")
    assert paths == 3  # parts, for two gaps
    assert tab.value(f"{lag}.querySelectorAll('.plot:first-child .band.gap').length") == 2
    hatched = tab.value(f"getComputedStyle({lag}.querySelector('.band.gap')).backgroundImage")
    assert hatched.startswith("repeating-linear-gradient")
    silent = (
        "[...document.querySelectorAll('.level')].find((o) => o.querySelector('h3').textContent === 'audit-delivery')"
    )
    assert tab.value(f"{silent}.querySelectorAll('.plot').length") == 0
    assert "no data" in tab.value(f"{silent}.textContent")


def test_readers_and_paper_get_all_of_it(tab: browser.Page, file: Path) -> None:
    tab.open(file, dark=True, media="print")
    assert tab.value("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.printed().startswith(b"%PDF-")
    headings = tab.value("[...document.querySelectorAll('h1, h2, h3')].map((one) => one.tagName)")
    assert headings[0] == "H1"
    assert headings.count("H1") == 1
    said = tab.value("[...document.querySelectorAll('.area')].map((one) => one.getAttribute('aria-label'))")
    assert all(len(one) > 15 for one in said)
    assert any("-12 % at the end".replace("-", "\N{MINUS SIGN}") in one for one in said)
    assert tab.value("[...document.querySelectorAll('.badge')].every((one) => one.textContent.length > 4)") is True


def test_runbooks_are_linked_below_the_address_that_was_given(tab: browser.Page, file: Path) -> None:
    tab.open(file)
    links = tab.value("[...document.querySelectorAll('.levels .book a')].map((one) => one.href)")
    assert len(links) == 11
    assert links[0] == "https://code.example/billing/blob/main/docs/runbooks/webhook-backlog.md"
