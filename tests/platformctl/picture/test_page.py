"""The page of a review: self-contained, small, always the same, and nothing in it acts."""

import base64
import hashlib
import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from platformctl.picture import draw
from platformctl.review import assess
from platformctl.review.page import LIMIT, page
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from tests.platformctl.picture import reviews
from tests.platformctl.picture.states import graph, shop
from tests.platformctl.review.made import compared

SVG = draw(graph(*shop()))


class Parts(HTMLParser):
    """The elements of a page: names with attributes, and the text of each kind."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._inside[-1] if self._inside else "", []).append(data)


def test_staging_made_anew_with_every_change_listed_is_below_the_limit(staging: Graph) -> None:
    told = reviews.first(staging)
    picture = draw(staging, {one["urn"]: one["operation"] for one in told["changes"]})
    begin = time.process_time()
    made = page(told, picture)
    took, size = time.process_time() - begin, len(made.encode())
    assert size < LIMIT
    listed = re.findall(r'<li><p class="what">', made[made.index('id="changes"') :])
    assert len(listed) == len(told["changes"]) == len(staging.resources)
    print(f"page of staging: {len(listed)} changes, {size:,} bytes (picture {len(picture):,}), {took:.2f} s of CPU")


@pytest.mark.parametrize("times", [1, 4, 30])
def test_far_too_much_is_cut_with_the_numbers_of_what_is_left_out(staging: Graph, times: int) -> None:
    told = reviews.mixed(staging, "x" * 2000)
    told["policies"]["standing"] *= 100
    told["changes"] *= times
    made = page(told, SVG)
    assert len(made.encode()) < LIMIT
    left = [int(number) for number in re.findall(r"\.\.\. and (\d+) more, which did not fit", made)]
    findings = made.count("<td><b>") - 2  # one finding is new, and the cost has one row
    listed = made[made.index('id="changes"') :].count('<li><p class="what">')
    assert left
    assert sum(left) + findings + listed >= 4000 + len(told["changes"])
    print(f"{len(told['changes'])} changes, 4,000 findings: {len(made.encode()):,} bytes, {listed} changes listed")


def test_holds_all_that_a_review_says(staging: Graph) -> None:
    made = page(reviews.mixed(staging), SVG)
    text = " ".join(" ".join(part) for part in Parts(made).texts.values())
    for words in (
        "Stop: this needs a decision",
        "Data at risk: what holds data is replaced or deleted",
        "rds-storage-encrypted",
        "storage is not encrypted at rest",
        "+107.25 USD",
        "1,203.50 USD → 1,310.75 USD",
        "Not priced: aws:sqs/queue:Queue",
        "deletionProtection",
        "it is protected in the state",
        "stacks/data.py:31",
        "holds data",
        "10.48.4.0/22",
        "forces replacement",
    ):
        assert words in text, words


def test_shows_a_review_as_it_is_really_made(staging: Graph) -> None:
    def after(one: Resource) -> Resource:
        if one.type != tokens.DATABASE_INSTANCE:
            return one
        values = {
            **one.properties,
            "deletionProtection": False,
            "instanceClass": "db.t4g.large",
            "publiclyAccessible": True,
        }
        return replace(one, properties=values, asked=values)

    head = Graph(after(one) for one in staging.resources if not one.urn.endswith("Queue::queue-webhook-events"))
    review = assess(compared(staging, head, replaced={"subscriptions"})).as_dict()
    made = page(review, SVG)
    assert {"data-loss", "protection"} <= {section["id"] for section in review["sections"]}
    for section in review["sections"]:
        told = section["title"] if section["id"] != "changes" else "All changes"
        assert told in made
    assert review["cost"]["note"] in made
    assert len(re.findall(r'<li><p class="what">', made[made.index('id="changes"') :])) == len(review["changes"]) >= 2


def test_the_worst_sections_are_open_and_the_others_folded(staging: Graph) -> None:
    elements = Parts(page(reviews.mixed(staging), SVG)).elements
    folds = {a["id"]: "open" in a for name, a in elements if name == "details" and "id" in a}
    assert folds == {"data-loss": True, "disruption": True, "rollout": False}
    kinds = {a["class"]: "open" in a for name, a in elements if name == "details" and a["class"].startswith("policy")}
    assert kinds == {
        "policy new": True,
        "policy undecided": False,
        "policy standing": False,
        "policy waived": False,
        "policy fixed": False,
    }


@pytest.mark.parametrize(
    ("more", "css", "word"),
    [
        ({}, "fine", "Nothing changes"),
        (
            {"changes": [reviews.change("urn:pulumi:a::b::c:d:E::f", "create")]},
            "fine",
            "Nothing found that stands against it",
        ),
        ({"sections": [reviews.section("access", "Access widened", "high")]}, "care", "Read before this is applied"),
        (
            {"sections": [reviews.section("data-loss", "Data at risk", "critical")]},
            "stop",
            "Stop: this needs a decision",
        ),
    ],
)
def test_the_verdict_comes_first_and_is_as_grave_as_the_worst(more: dict[str, object], css: str, word: str) -> None:
    item = reviews.item("urn:pulumi:a::b::c:d:E::f", "update", "it")
    for section in more.get("sections", []):  # type: ignore[attr-defined]
        section["items"] = [item]
    made = page(reviews.review(**more), SVG)  # type: ignore[arg-type]
    assert f'<section class="verdict {css}"' in made
    assert made.index(word) < made.index('id="picture"')


def test_hostile_names_and_values_are_only_text(staging: Graph) -> None:
    hostile, plain = (Parts(page(reviews.mixed(staging, text), SVG)) for text in (reviews.HOSTILE, "x"))
    assert {name for name, _ in hostile.elements} == {name for name, _ in plain.elements}
    assert sum(name == "script" for name, _ in hostile.elements) == 1
    assert not [a for _, a in hostile.elements for key in a if key.startswith("on") and key != "on"]
    made = page(reviews.mixed(staging, reviews.HOSTILE), SVG)
    assert "\u202e" not in made
    assert "\x1b" not in made
    assert "<img" not in made


def test_reaches_for_nothing_and_allows_only_its_own_script(staging: Graph) -> None:
    parts = Parts(page(reviews.mixed(staging, reviews.HOSTILE), draw(staging)))
    addresses = [a[key] for _, a in parts.elements for key in ("src", "href", "action", "data", "srcset") if key in a]
    assert [one for one in addresses if not one.startswith("#")] == []
    ids = {a["id"] for _, a in parts.elements if "id" in a}
    assert {one[1:] for one in addresses} <= ids
    (policy,) = [a["content"] for _, a in parts.elements if a.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256("".join(parts.texts["script"]).encode()).digest()).decode()
    rest = "base-uri 'none'; form-action 'none'"
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; {rest}"


def test_the_same_review_makes_the_same_page(staging: Graph) -> None:
    assert page(reviews.mixed(staging), SVG) == page(reviews.mixed(staging), SVG)
