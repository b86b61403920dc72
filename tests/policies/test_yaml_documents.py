"""YAML and JSON are read as kubectl reads them, and nothing that is written there can hurt."""

import time
from typing import Any

import pytest

from policies.yaml_documents import DEEPEST, YamlError, read, resolve


def _values(text: str | bytes) -> list[Any]:
    return [document.value for document in read(text.encode() if isinstance(text, str) else text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, True) for text in ("true", "True", "yes", "YES", "y", "on", "On")),
        *((text, False) for text in ("false", "no", "N", "off", "OFF")),
        *((text, None) for text in ("", "~", "null", "NULL")),
        *((text, text) for text in ("tRUE", "nope", "1:30", "2001-01-01", "-", "+", "0x", "1e", "0b2", "1.2.3")),
        ("0777", 511),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", 3),
        ("-5", -5),
        ("+5", 5),
        ("08", 8),
        ("1_000", 1000),
        ("1e3", 1000),
        ("1.0", 1),
        ("1.5", 1.5),
        (".5", 0.5),
        ("18446744073709551615", 2**64 - 1),
    ],
)
def test_plain_scalars_mean_what_kubectl_takes_them_for(text: str, value: object) -> None:
    found = resolve(text)
    assert (found, type(found)) == (value, type(value))


def test_quotes_and_tags_make_text() -> None:
    assert _values("[\"true\", '5', !!str true, !!binary aGk=, !!int '5']") == [["true", "5", "true", "aGk=", 5]]


def test_keys_become_text_as_in_json() -> None:
    assert _values("1: a\ntrue: b\n'c': d\n") == [{"1": "a", "true": "b", "c": "d"}]


def test_anchors_and_merge_keys_are_followed() -> None:
    text = "a: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, b: 3}\nf: {<<: [{b: 4}, *x]}\n"
    assert _values(text) == [
        {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 2}, "e": {"b": 3, "c": 2}, "f": {"b": 4, "c": 2}}
    ]


def test_documents_know_their_lines() -> None:
    found = list(read(b"# first\na: 1\n---\n---\n\nb:\n  - c\n"))
    assert [(document.value, document.line) for document in found] == [({"a": 1}, 2), (None, 4), ({"b": ["c"]}, 6)]


def test_json_documents_may_follow_each_other() -> None:
    assert _values('{"a": "\\ud83d\\ude00"}\n{"b": [1.5, true]}') == [{"a": "😀"}, {"b": [1.5, True]}]


def test_other_encodings_are_recognized() -> None:
    assert _values("\ufeffa: 1") == [{"a": 1}]
    assert _values("a: 1".encode("utf-16")) == [{"a": 1}]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice"),
        ("a:\n  b: 1\n  c: {d: 1,\n      d: 2}\n", 4, "the key 'd' stands twice"),
        ("a:\n\tb: 1\n", 2, "a tab stands where only spaces may indent"),
        ("a: b: c\n", 1, "mapping values are not allowed"),
        ("x: 1\ny: 'z\n", 3, "found unexpected end of stream"),
        ("a: 1\nb: *nope\n", 2, "the alias *nope has no anchor"),
        ("a: &x [*x]\n", 1, "stands inside its own"),
        ("a: !Ref x\n", 1, "the tag !Ref"),
        ("a: !!python/object:os.system x\n", 1, "python/object"),
        ("a: !!int x\n", 1, "cannot be read as !!int"),
        ("a: 1\nb: .inf\n", 2, "is no number that JSON has"),
        ("? [a]\n: b\n", 1, "a key must be text"),
        ("a: 1\nb: \x01\n", 2, "control character"),
        ("<<: 5\n", 1, "<< takes a mapping"),
        ('{"a": 1,\n "a": 2}', 1, "the key 'a' stands twice"),
        ('{"a": NaN}', 1, "is no number that JSON has"),
        ("a:\n- " + "[" * 500 + "]" * 500, 2, "nested more than"),
    ],
)
def test_errors_name_the_line(text: str, line: int, message: str) -> None:
    with pytest.raises(YamlError, match=r".") as caught:
        _values(text)
    assert caught.value.line == line
    assert message in caught.value.message


def test_text_that_is_not_utf8_is_an_error() -> None:
    with pytest.raises(YamlError, match="is not UTF-8 text") as caught:
        _values(b"a: 1\nb: \xff\n")
    assert caught.value.line == 2


def test_documents_before_an_error_are_read() -> None:
    found = []
    try:
        for document in read(b"a: 1\n---\nb: [\n"):
            found.append(document.value)  # noqa: PERF401  # what was read before the error is kept
    except YamlError:
        pass
    assert found == [{"a": 1}]


@pytest.mark.parametrize(
    "bomb",
    [
        "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)),
        "a0: &a0 {b: c}\n" + "".join(f"a{n}: &a{n} {{b: *a{n - 1}}}\n" for n in range(1, 2 * DEEPEST)),
        "[" * 100_000,
        '{"a":' * 50_000 + "1" + "}" * 50_000,
        "- " * 50_000,
    ],
    ids=["billion laughs", "deep aliases", "brackets", "json", "dashes"],
)
def test_bombs_are_errors_at_once(bomb: str) -> None:
    started = time.process_time()
    with pytest.raises(YamlError):
        _values(bomb)
    assert time.process_time() - started < 5
