"""Boxes do not overlap, texts fit, and no line runs through a box that it does not belong to."""

from collections.abc import Mapping
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from platformctl.picture.drawing.letters import width
from platformctl.picture.drawing.style import FLOWS
from platformctl.picture.marks import marks
from platformctl.picture.model import Box, Cell, Flow, Frame, Network, Picture, Region, Tier
from platformctl.picture.reading import read
from platformctl.picture.sheet.cards import TEXT, TITLE, Rect, Sheet
from platformctl.picture.sheet.layout import lay_out
from policies.graph import Graph

names = st.text(st.characters(codec="utf-8"), min_size=0, max_size=60)


def _overlap(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def check(sheet: Sheet) -> None:
    """What holds for every sheet."""
    for one, other in combinations(sheet.placed, 2):
        assert not _overlap(one.rect, other.rect), (one.card.title, other.card.title)
    for one in sheet.placed:
        assert one.rect.x >= 0
        assert one.rect.right <= sheet.width
        assert one.rect.bottom <= sheet.height
        assert all(width(line, TITLE, bold=True) <= one.rect.width - 26 for line in one.card.title)
        assert all(width(line, TEXT) <= one.rect.width - 16 for line in one.card.lines)
    for line in sheet.lines:
        (x, y), (to_x, to_y) = line.points
        low, high = sorted((x, to_x))
        top, bottom = sorted((y, to_y))
        for one in sheet.placed:
            through = (
                low < one.rect.right - 0.1 and high > one.rect.x + 0.1 and top < one.rect.bottom and bottom > one.rect.y
            )
            assert not through, (line.why, one.card.title)


def test_the_picture_of_staging_is_tidy(staging: Graph) -> None:
    picture = read(staging)
    sheet = lay_out(picture, marks(picture, {one.urn: "update" for one in staging.resources}))
    check(sheet)
    assert len(sheet.placed) == len(list(picture.boxes())) - 4  # the network and the node groups are frames
    assert {line.kind for line in sheet.lines} == set(FLOWS)


def test_upright_lines_of_different_flows_do_not_lie_on_each_other(staging: Graph) -> None:
    picture = read(staging)
    upright = [line for line in lay_out(picture, marks(picture, {})).lines if line.points[0][0] == line.points[1][0]]
    for one, other in combinations(upright, 2):
        if one.points[0][0] == other.points[0][0]:
            (low, high), (from_, to) = ((line.points[0][1], line.points[1][1]) for line in (one, other))
            assert high < from_ or to < low, (one.why, other.why)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Pictures of any shape: any column may be empty, and anything may flow anywhere."""
    count = iter(range(1000))

    def boxes(most: int, group: str = "") -> tuple[Box, ...]:
        number = draw(st.integers(0, most))
        return tuple(
            Box(f"b{next(count)}", "service", draw(names), tuple(draw(st.lists(names, max_size=2))), group=group)
            for _ in range(number)
        )

    networks = []
    for number in range(draw(st.integers(0, 2))):
        tiers = tuple(
            Tier(
                f"t{at}",
                "private",
                "",
                (Cell("a", ("10.0.0.0/8",), (f"s{number}{at}",)),),
                boxes(2),
                (Frame(Box(f"f{number}{at}", "nodes", "nodes"), boxes(2)),),
                boxes(2),
            )
            for at in range(draw(st.integers(1, 2)))
        )
        networks.append(Network(Box(f"v{number}", "network", "VPC"), ("a", "b"), tiers))
    others = tuple(
        Region(f"r{number}", boxes(2, "Kept") or (Box(f"o{number}", "bucket", "b", group="Kept"),))
        for number in range(draw(st.integers(0, 2)))
    )
    outside, regional = boxes(3), boxes(3, "Kept")
    picture = Picture("e", "r", outside, tuple(networks), regional, others)
    frames = {f"v{number}" for number in range(2)} | {f"f{number}{at}" for number in range(2) for at in range(2)}
    ends = [box.id for box in picture.boxes() if box.id not in frames]
    if len(ends) < 2:
        return picture
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(ends), st.sampled_from(ends), st.sampled_from(sorted(FLOWS))),
            max_size=10,
            unique=True,
        )
    )
    flows = tuple(
        Flow(source, target, kind, f"{source} {target} {kind}.") for source, target, kind in pairs if source != target
    )
    return Picture("e", "r", outside, tuple(networks), regional, others, flows)


@given(pictures())
@settings(max_examples=150)
def test_any_picture_is_tidy(picture: Picture) -> None:
    changed: Mapping[str, str] = {}
    sheet = lay_out(picture, marks(picture, changed))
    check(sheet)
    edges = {one.card.box.id: (one.rect.x, one.rect.right) for one in sheet.placed}
    for flow in picture.flows:
        heads = [line for line in sheet.lines if line.head and any(why.endswith(flow.why) for why in line.why)]
        assert heads, flow
        assert all(round(line.points[1][0], 3) in {round(x, 3) for x in edges[flow.target]} for line in heads)
