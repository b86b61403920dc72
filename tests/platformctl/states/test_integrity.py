"""A state that an engine cannot or must not go on from is told, and why."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platformctl.states.integrity import read
from tests.platformctl.states.sample import PROJECT, ROOT_URN, STACK, key, state, urn


def _kinds(content: bytes) -> list[str]:
    return [problem.kind for problem in read(content, PROJECT, STACK)[1]]


SOUND = state(key("a"), key("b", dependencies=[urn("a")], propertyDependencies={"policy": [urn("a")]}))


def test_what_the_engine_writes_is_sound() -> None:
    checkpoint, problems = read(SOUND, PROJECT, STACK)
    assert problems == []
    assert checkpoint is not None
    assert len(checkpoint.resources) == 4
    assert str(checkpoint.time) == "2026-11-26 10:00:00.123456+00:00"


def test_compressed_states_imported_ones_and_those_of_new_stacks_are_sound() -> None:
    imported = SOUND.replace(b'"stack"', b'"Stack"').replace(b'"latest"', b'"Latest"')
    new = json.dumps({"version": 3, "checkpoint": {"stack": f"organization/{PROJECT}/{STACK}"}}).encode()
    assert [_kinds(content) for content in (gzip.compress(SOUND), imported, new)] == [[], [], []]
    held = read(imported, PROJECT, STACK)[0]
    assert held is not None
    assert len(held.resources) == 4


@given(st.integers(0, len(SOUND) - 3))
def test_a_state_that_was_cut_off_anywhere_cannot_be_read(length: int) -> None:
    assert _kinds(SOUND[:length]) == ["unreadable"]


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"{}", b'{"version": 3, "checkpoint": 7}', gzip.compress(SOUND)[:90]]
)
def test_what_is_no_checkpoint_cannot_be_read(content: bytes) -> None:
    assert _kinds(content) == ["unreadable"]


def test_another_version_of_the_format_and_lists_that_are_none_cannot_be_read() -> None:
    assert _kinds(SOUND.replace(b'"version": 3', b'"version": 4')) == ["unreadable"]
    assert _kinds(state(latest={"resources": {"a": 1}})) == ["unreadable"]
    assert _kinds(state(latest={"resources": ["a"]})) == ["unreadable"]


def test_the_state_of_another_stack_or_project_is_foreign() -> None:
    assert _kinds(state(stack=f"organization/{PROJECT}/prod")) == ["foreign"]
    assert _kinds(state(key("a", urn=urn("a").replace(STACK, "prod")))) == ["foreign"]
    assert _kinds(state(key("a", urn=urn("a").replace(PROJECT, "billing-foundation")))) == ["foreign"]


BROKEN: tuple[tuple[str, str, list[dict[str, Any]]], ...] = (
    ("duplicate", "2 times", [key("a"), key("a")]),
    ("dangling", "parent is not in the state", [key("a", parent=urn("none"))]),
    ("dangling", "dependency is not in the state", [key("a", dependencies=[urn("none")])]),
    ("dangling", "dependency comes after it", [key("a", dependencies=[urn("b")]), key("b")]),
    ("dangling", "dependency by policy is not", [key("a", propertyDependencies={"policy": [urn("none")]})]),
    ("dangling", "provider is not in the state", [key("a", provider=f"{urn('p')}::1")]),
    ("dangling", "holder", [key("a", deletedWith=urn("none"))]),
    ("malformed", "its URN says another", [key("a", type="aws:sqs/queue:Queue")]),
    ("malformed", "a component with an id", [key("a", custom=False)]),
    ("malformed", "no URN", [{"type": "a:b:C"}]),
    ("malformed", "no URN or no type", [key("a", type="")]),
)


@pytest.mark.parametrize(("kind", "words", "more"), BROKEN, ids=[words for _, words, _ in BROKEN])
def test_what_the_engine_refuses_is_told_before_it_starts(kind: str, words: str, more: list[dict[str, Any]]) -> None:
    (problem,) = read(state(*more), PROJECT, STACK)[1]
    assert problem.kind == kind
    assert words in problem.message


def test_a_resource_that_waits_for_its_deletion_may_share_its_urn() -> None:
    assert _kinds(state(key("a"), key("a", delete=True))) == []


def test_a_manifest_of_another_engine_than_its_cookie_is_told() -> None:
    assert _kinds(SOUND.replace(b"v3.200.0", b"v3.201.0")) == ["manifest"]


def test_operations_under_way_are_read_and_are_no_problem() -> None:
    found, problems = read(state(pending=({"type": "creating", "resource": key("a")},)), PROJECT, STACK)
    assert problems == []
    assert found is not None
    assert found.pending[0]["resource"]["urn"] == urn("a")
    assert ROOT_URN in found.resources[0]["urn"]
