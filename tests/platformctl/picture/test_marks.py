"""Every change is marked once: in the box that stands for it, or by layer where nothing does."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from platformctl.picture import draw
from platformctl.picture.marks import SIGNS, Mark, marks
from platformctl.picture.reading import read
from policies.graph import Graph
from tests.platformctl.picture.states import graph, resource, shop, urn

DATABASE, QUEUE = urn("aws:rds/instance:Instance", "orders"), urn("aws:sqs/queue:Queue", "mail")
SHOP = graph(*shop())
RESOURCES = [one.urn for one in SHOP.resources]


@given(
    st.dictionaries(st.sampled_from([*RESOURCES, "urn:pulumi:shop::shop::a:b:C::gone"]), st.sampled_from(list(SIGNS)))
)
def test_no_change_is_lost_and_none_is_counted_twice(changed: dict[str, str]) -> None:
    assert marks(read(SHOP), changed).total == Counter(changed.values())


def test_every_change_of_staging_is_counted(staging: Graph) -> None:
    found = marks(read(staging), {one.urn: "create" for one in staging.resources})
    assert found.total == {"create": len(staging.resources)}
    placed = sum(sum(mark.counts.values()) for mark in found.boxes.values())
    assert placed > 0.85 * len(staging.resources)
    print(f"{placed} of {len(staging.resources)} resources are in a box of the picture")


def test_parts_of_a_box_that_go_do_not_make_the_box_go(staging: Graph) -> None:
    dead = next(one.urn for one in staging.resources if one.urn.endswith("Queue::queue-webhook-events-dead"))
    found = marks(read(staging), {dead: "delete"}).boxes
    (mark,) = found.values()
    assert mark == Mark("update", {"delete": 1})
    assert mark.text == "1 deleted"


def test_an_alarm_of_a_database_belongs_to_the_database(staging: Graph) -> None:
    alarm = next(one.urn for one in staging.resources if "Postgres$aws:cloudwatch/metricAlarm" in one.urn)
    name = alarm.rpartition("::")[2]
    boxes = {box.id: box.title for box in read(staging).boxes()}
    (box,) = marks(read(staging), {alarm: "create"}).boxes
    assert name.startswith(boxes[box])


def test_operations_that_change_nothing_mark_nothing() -> None:
    assert not marks(read(SHOP), {DATABASE: "read", QUEUE: "same"}).total


def test_what_is_deleted_is_drawn_where_it_was_if_the_graph_before_is_given() -> None:
    after = graph(*(one for one in shop() if one["urn"] != QUEUE))
    assert "mail" not in {box.title for box in read(after).boxes()}
    drawn = draw(after, {QUEUE: "delete"}, before=SHOP)
    assert "<rect" in drawn
    assert 'class="t gone">mail<' in drawn
    assert "1 deleted" in draw(after, {QUEUE: "delete"})


def test_signs_and_shapes_tell_operations_without_colour() -> None:
    from platformctl.picture.drawing.signs import _SHAPES

    told = {(SIGNS[key].sign, _SHAPES[SIGNS[key].css]) for key in ("create", "update", "replace", "delete")}
    assert len(told) == 4
    assert len({sign for sign, _ in told}) == len({shape for _, shape in told}) == 4


def test_a_picture_of_changes_says_in_words_what_changes() -> None:
    more = resource("aws:sqs/queue:Queue", "extra", "q", name="extra")
    drawn = draw(graph(*shop(more)), {DATABASE: "replace", QUEUE: "update", more["urn"]: "create"})
    for words in ("1 replaced", "1 updated", "1 created"):
        assert f">{words}</text>" in drawn
