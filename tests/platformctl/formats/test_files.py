"""A report is written whole or not at all."""

import json
import os
import stat
from pathlib import Path

import pytest

from platformctl.errors import CommandError
from platformctl.formats import Format, encode, render, to_file
from policies.graph import Edge
from tests.platformctl.formats.reports import HOSTILE, finding, judgement


def test_a_file_is_replaced_and_keeps_its_mode_and_its_links(tmp_path: Path) -> None:
    file, link = tmp_path / "report.json", tmp_path / "link.json"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    to_file("né💳", link)
    assert link.is_symlink()
    assert file.read_bytes() == "né💳".encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "report.json"]


def test_a_new_file_is_as_the_mask_says(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        to_file("x", tmp_path / "new")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_what_fails_half_way_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CommandError, match="No space left on device"):
        to_file("new", file)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("name", "why"), [("none/report", "No such file"), (".", "that is a folder")])
def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        to_file("x", tmp_path / name)


def test_a_pipe_is_written_to_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        to_file("x", pipe)
        assert os.read(reader, 10) == b"x"
    finally:
        os.close(reader)


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.CSV])
def test_what_connects_two_resources_is_told(form: Format) -> None:
    edge = Edge("urn:pulumi:prod::p::t::rule", "securityGroupId", "urn:pulumi:prod::p::t::web")
    text = render(judgement(finding(edges=(edge,))), form)
    parts = (
        ("rule", "securityGroupId", "web") if form in (Format.JSON, Format.SARIF) else ("rule securityGroupId → web",)
    )
    assert all(part in text for part in parts)


@pytest.mark.parametrize("form", list(Format))
def test_every_form_is_utf_8_and_the_same_each_time(form: Format) -> None:
    found = [finding(name=text, message=text, urn=f"urn:{text}") for text in HOSTILE]
    once = encode(render(judgement(*found), form))
    assert encode(render(judgement(*reversed(found)), form)) == once
    once.decode()


def test_json_is_the_report_itself() -> None:
    one = judgement(*(finding(message=text) for text in HOSTILE))
    assert json.loads(encode(render(one, Format.JSON))) == one.report


def test_text_cannot_move_the_cursor() -> None:
    text = render(judgement(finding(message="\x1b[2Jgone\rhidden \u202etxt [red]x[/]")), Format.TEXT)
    assert "invoices (components/bucket.py:12): \\x1b[2Jgone hidden \\u202etxt [red]x[/]" in text
