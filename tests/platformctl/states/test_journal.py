"""What the bucket does not take is kept in full, nothing is begun meanwhile, and it is put back once."""

import http.client
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from platformctl.errors import CommandError
from platformctl.states import journal
from platformctl.states.backend import Folder
from platformctl.states.examine import backend_of, demand
from platformctl.states.integrity import digest
from platformctl.states.journal import Journal, journal_of, replay, through
from platformctl.states.relay import Answer, Asked, relay
from tests.platformctl.states.sample import KEYS, key, state, target

ONE, TWO, THREE = (state(*map(key, names), minute=n) for n, names in enumerate(("a", "ab", "abc")))
BEGINS = state(key("a"), minute=2, pending=({"type": "creating", "resource": key("b")},))
PREFIX = "team/"


class Bucket:
    """A bucket that can go away; keeps what it is given."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.there, self.asked = True, 0

    def __call__(self, asked: Asked) -> Answer:
        self.asked += 1
        if not self.there:
            return Answer(503)
        if asked.method == "PUT":
            self.held[asked.key] = asked.body
        return Answer(200)


@pytest.fixture
def made(tmp_path: Path) -> tuple[Any, Bucket, Callable[..., int], Any]:
    """A target, its bucket, a way to save as the engine does, and what stands between."""
    of, bucket = target(tmp_path), Bucket()
    start = Journal(journal._file(of), digest(ONE), "", backend_of(of).url, "2026-11-26T10:00:00")
    keeper = journal._Keeper(bucket, KEYS, PREFIX, start, patience_s=0)

    def save(content: bytes, name: str = KEYS.state, method: str = "PUT") -> int:
        return keeper(Asked(method, f"/b/{PREFIX}{name}", PREFIX + name, {}, content)).status

    return of, bucket, save, keeper


def test_what_the_bucket_takes_leaves_no_journal(made: Any) -> None:
    of, bucket, save, _ = made
    assert save(BEGINS) == 200
    assert save(TWO) == 200
    assert bucket.held == {PREFIX + KEYS.state: TWO}
    assert journal_of(of) is None


def test_while_the_bucket_is_gone_ends_are_kept_and_beginnings_refused(made: Any) -> None:
    of, bucket, save, _ = made
    assert save(b"{}", f"{KEYS.locks}1.json") == 200
    assert save(BEGINS) == 200
    bucket.there = False
    assert save(TWO) == 200  # what was under way has ended, and the engine need not repeat it
    again = state(key("a"), key("b"), minute=4, pending=({"type": "creating", "resource": key("c")},))
    for _ in range(3):
        assert save(again) == 403
    waiting = journal_of(of)
    assert waiting is not None
    assert waiting.file.read_bytes() == TWO
    assert (waiting.base, waiting.lock) == (digest(BEGINS), f"{KEYS.locks}1.json")
    with pytest.raises(CommandError, match="state replay"):
        demand(of)


def test_a_beginning_that_finds_the_bucket_gone_is_kept_without_what_did_not_begin(made: Any) -> None:
    of, bucket, save, _ = made
    assert save(TWO) == 200
    bucket.there = False
    assert save(BEGINS) == 403
    assert journal_of(of) is None  # the bucket has all there is


def test_a_lock_that_could_not_be_taken_away_is_remembered_with_the_state_that_the_bucket_has(made: Any) -> None:
    of, bucket, save, keeper = made
    save(b"{}", f"{KEYS.locks}1.json")
    save(TWO)
    bucket.there = False
    save(BEGINS)
    keeper.end()
    waiting = journal_of(of)
    assert waiting is not None
    assert (waiting.file.read_bytes(), waiting.lock) == (TWO, f"{KEYS.locks}1.json")


def test_a_bucket_that_comes_back_takes_the_next_save_and_ends_the_journal(made: Any) -> None:
    of, bucket, save, _ = made
    bucket.there = False
    assert save(TWO) == 200
    bucket.there = True
    assert save(BEGINS) == 200
    assert journal_of(of) is None


def test_reading_is_refused_at_once_when_the_bucket_is_known_to_be_gone(made: Any) -> None:
    _, bucket, save, _ = made
    bucket.there = False
    save(TWO)
    before = bucket.asked
    assert save(b"", ".pulumi/meta.yaml", "GET") == 403
    assert bucket.asked == before


def test_the_journal_is_put_back_over_the_state_that_the_update_had_begun_from(made: Any) -> None:
    of, bucket, save, _ = made
    backend = backend_of(of)
    backend.write(KEYS.state, ONE)
    backend.write(f"{KEYS.locks}1.json", b"{}")
    save(b"{}", f"{KEYS.locks}1.json")
    bucket.there = False
    save(TWO)
    waiting = journal_of(of)
    assert waiting is not None
    replay(of, waiting)
    assert backend.read(KEYS.state) == TWO
    assert backend.entries(KEYS.locks) == []
    assert journal_of(of) is None
    demand(of)


def test_what_the_bucket_took_without_an_answer_is_known_as_ours(made: Any) -> None:
    of, bucket, save, _ = made
    bucket.there = False
    save(TWO)
    save(BEGINS)
    waiting = journal_of(of)
    assert waiting is not None
    backend_of(of).write(KEYS.state, BEGINS)
    replay(of, waiting)
    assert backend_of(of).read(KEYS.state) == TWO


def test_a_bucket_that_refuses_is_told_of_by_the_engine_and_what_it_refused_is_kept(made: Any) -> None:
    of, _, _, keeper = made
    keeper._forward = lambda asked: Answer(403, {}, b"AccessDenied")
    said = keeper(Asked("PUT", "/b/k", PREFIX + KEYS.state, {}, TWO))
    assert (said.status, said.body) == (403, b"AccessDenied")
    waiting = journal_of(of)
    assert waiting is not None
    assert waiting.file.read_bytes() == TWO


def test_a_state_that_somebody_wrote_meanwhile_is_not_written_over(made: Any) -> None:
    of, bucket, save, _ = made
    bucket.there = False
    save(TWO)
    waiting = journal_of(of)
    assert waiting is not None
    backend_of(of).write(KEYS.state, THREE)
    with pytest.raises(CommandError, match="written meanwhile by somebody else"):
        replay(of, waiting)
    assert backend_of(of).read(KEYS.state) == THREE
    assert waiting.file.exists()
    of.variables = {"PULUMI_BACKEND_URL": "file:///elsewhere"}
    with pytest.raises(CommandError, match="belongs to"):
        replay(of, waiting)


def test_the_relay_passes_on_what_the_engine_asks_and_nobody_else() -> None:
    got: list[Asked] = []

    def answer(asked: Asked) -> Answer:
        got.append(asked)
        return Answer(200, {"ETag": '"1"', "x-amz-version-id": "v"}, b"body")

    frames = (
        b"3;chunk-signature=0",
        b"abc",
        b"2;chunk-signature=0",
        b"de",
        b"0;chunk-signature=0",
        b"x-amz-checksum:A=",
    )
    chunked = b"\r\n".join((*frames, b"", b""))
    with relay(answer) as url:
        parts = urlsplit(url)
        for path, headers, body in (
            (f"{parts.path}/b/a%20key?x=1", {"x-amz-meta-a": "1", "Authorization": "theirs"}, b"plain"),
            (f"{parts.path}/b/k", {"x-amz-decoded-content-length": "5", "Content-Encoding": "aws-chunked"}, chunked),
        ):
            connection = http.client.HTTPConnection(parts.netloc, timeout=10)
            connection.request("PUT", path, body, headers)
            said = connection.getresponse()
            assert (said.status, said.read(), said.headers["x-amz-version-id"]) == (200, b"body", "v")
            connection.close()
        stranger = http.client.HTTPConnection(parts.netloc, timeout=10)
        stranger.request("GET", "/guess/b/k")
        assert stranger.getresponse().status == 403
        stranger.close()
    assert [(one.method, one.target, one.key, one.body) for one in got] == [
        ("PUT", "/b/a%20key?x=1", "a key", b"plain"),
        ("PUT", "/b/k", "k", b"abcde"),
    ]
    assert got[0].headers == {"x-amz-meta-a": "1"}
    assert "Content-Encoding" not in got[1].headers


def test_the_engine_is_sent_through_the_relay_with_all_else_that_the_url_says() -> None:
    url = "s3://b/team?region=eu-central-1&profile=p&awssdk=v2&endpoint=s3.example"
    sent = urlsplit(through("http://127.0.0.1:7/w", {"PULUMI_BACKEND_URL": url}))
    assert (sent.scheme, sent.netloc, sent.path) == ("s3", "b", "/team")
    assert dict(parse_qsl(sent.query)) == {
        "region": "eu-central-1",
        "profile": "p",
        "awssdk": "v2",
        "endpoint": "http://127.0.0.1:7/w",
        "disableSSL": "true",
        "s3ForcePathStyle": "true",
    }


def test_a_folder_needs_no_journal(tmp_path: Path) -> None:
    of = target(tmp_path)
    with journal.journalled(of) as around:
        assert around is of
    assert isinstance(backend_of(of), Folder)
