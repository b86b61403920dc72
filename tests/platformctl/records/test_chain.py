"""A chain that anybody touched is found out, and the first bad record is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platformctl.records.chain import check
from platformctl.records.record import chained, head, head_name, record_name, sealed
from platformctl.signing.canonical import canonical
from platformctl.signing.local import local_key
from tests.platformctl.records.chains import STACK, body, chain, key

LENGTH = 8
RECORDS = st.integers(1, LENGTH)


def _first_bad(files: dict[str, bytes], *heads: bytes) -> int:
    found = check(files, STACK, key().trust, heads).findings
    assert found, "nothing was found"
    return found[0].sequence


def test_a_whole_chain_is_whole_from_its_first_record_to_its_last() -> None:
    for length in (0, 1, LENGTH):
        found = check(chain(length), STACK, key().trust)
        assert not found.findings
        assert [record["sequence"] for record in found.records] == list(range(1, length + 1))


@given(RECORDS, st.data())
def test_any_changed_byte_of_a_record_or_its_head_names_that_record(number: int, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([record_name(number), head_name(number)]))
    content = bytearray(chain(LENGTH)[name])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert _first_bad({**chain(LENGTH), name: bytes(content)}) == number


@given(RECORDS)
def test_a_record_taken_away_is_named(number: int) -> None:
    files = {name: content for name, content in chain(LENGTH).items() if name != record_name(number)}
    assert _first_bad(files) == number


@given(RECORDS, RECORDS, st.booleans())
def test_of_two_records_that_were_swapped_the_first_is_named(one: int, other: int, with_heads: bool) -> None:
    if one == other:
        return
    files = dict(chain(LENGTH))
    for name in (record_name, head_name)[: 1 + with_heads]:
        files[name(one)], files[name(other)] = files[name(other)], files[name(one)]
    assert _first_bad(files) == min(one, other)
    problems = [found.problem for found in check(files, STACK, key().trust).findings if "head" not in found.file]
    assert sum("moved or swapped" in problem for problem in problems) == 2


@given(RECORDS)
def test_a_tail_that_was_cut_off_is_named_where_its_heads_are_or_one_was_kept_elsewhere(first: int) -> None:
    cut = {record_name(number) for number in range(first, LENGTH + 1)}
    heads = {head_name(number) for number in range(first, LENGTH + 1)}
    files = chain(LENGTH)
    assert _first_bad({name: content for name, content in files.items() if name not in cut}) == first
    without = {name: content for name, content in files.items() if name not in cut | heads}
    assert not check(without, STACK, key().trust).findings  # what nothing tells of cannot be told
    assert _first_bad(without, files[head_name(LENGTH)]) == LENGTH


@given(RECORDS)
def test_records_that_moved_up_to_close_a_gap_are_found(number: int) -> None:
    files = dict(chain(LENGTH))
    for later in range(number, LENGTH):
        for name in (record_name, head_name):
            files[name(later)] = chain(LENGTH)[name(later + 1)]
    for name in (record_name, head_name):
        del files[name(LENGTH)]
    if number == LENGTH:
        return  # that is a tail cut off with its head
    assert _first_bad(files) == number


def test_a_record_written_anew_by_who_has_the_key_breaks_the_link_of_the_next() -> None:
    record = json.loads(chain(LENGTH)[record_name(3)])["record"]
    forged = {**record, "outcome": "failed"}
    files = {**chain(LENGTH), record_name(3): sealed(forged, key()), head_name(3): head(forged, key())}
    assert _first_bad(files) == 4


def test_a_chain_of_another_key_is_not_believed(tmp_path: object) -> None:
    stranger = local_key(tmp_path)  # type: ignore[arg-type]
    record = chained(body(1), 1, None)
    files = {record_name(1): sealed(record, stranger), head_name(1): head(record, stranger)}
    (first, *_) = check(files, STACK, key().trust).findings
    assert "not trusted" in first.problem
    assert not check(files, STACK, stranger.trust).findings


def test_a_record_of_another_environment_is_named() -> None:
    found = check(chain(2), ("billing-platform", "prod"), key().trust).findings
    assert found[0].sequence == 1
    assert "billing-platform/staging" in found[0].problem


@pytest.mark.parametrize("content", [b"", b"[]\n", b"{}\n", b"\xff", canonical({"record": 1, "signature": {}}) + b"\n"])
def test_what_is_no_record_is_told_without_an_error(content: bytes) -> None:
    assert _first_bad({**chain(2), record_name(2): content}) == 2


def test_a_file_that_is_none_of_the_chain_is_told_last() -> None:
    found = check({**chain(2), "notes.json": b"{}"}, STACK, key().trust).findings
    assert [(one.sequence, one.file) for one in found] == [(0, "notes.json")]
