"""Every change is handed over once, whatever fails: none is lost, none is written twice, and no two take one number."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from platformctl.records import places, writer
from platformctl.records.chain import check
from platformctl.records.journal import Journal, this_process
from platformctl.records.stores import BucketStore, FolderStore, Store, Unreachable
from tests.platformctl.records.chains import STACK, body, key

DEAD = {**this_process(), "started": 1}


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = SimpleNamespace(
        sandbox=SimpleNamespace(directory=tmp_path),
        project=SimpleNamespace(name=STACK[0]),
        environment=STACK[1],
        variables={"PULUMI_BACKEND_URL": f"file://{tmp_path}/state?metadata=skip"},
    )
    monkeypatch.setattr(writer, "signer", lambda target: key())
    monkeypatch.setattr(places, "archive", lambda target: None)
    return made


def _enter(target: Any, *numbers: int, ended: bool = True) -> Journal:
    journal = Journal(places.journal_folder(target))
    for number in numbers:
        record = {**body(number), "engine": {"steps": []}}
        journal.write(f"{number:04}", {"ended": ended, "process": DEAD, "record": record})
    return journal


def _ids(store: Store) -> list[str]:
    found = check({name: store.read(name) or b"" for name in store.names()}, STACK, key().trust)
    assert not found.findings, found.findings
    return [str(record["id"]) for record in found.records]


def test_what_waits_is_handed_over_in_order_and_no_longer_waits(target: Any) -> None:
    journal = _enter(target, 1, 2, 3)
    assert writer.hand_over(target) == []
    assert writer.hand_over(target) == []
    assert _ids(places.beside_state(target)) == ["change-1", "change-2", "change-3"]
    assert not journal.waiting()


def test_a_command_that_was_killed_leaves_its_steps(target: Any) -> None:
    journal = _enter(target, 1, ended=False)
    step = {"urn": "urn:a", "operation": "create", "outcome": "begun"}
    journal.step("0001", step)
    journal.step("0001", {**step, "outcome": "done"})
    with (journal.folder / "0001.steps").open("a") as sink:
        sink.write('{"urn": "urn:b", "oper')  # killed in the middle of a line
    writer.hand_over(target)
    content = places.beside_state(target).read("00000001.json")
    assert json.loads(content or b"")["record"]["engine"]["steps"] == [{**step, "outcome": "done"}]


def test_a_command_that_still_runs_is_left_alone(target: Any) -> None:
    journal = Journal(places.journal_folder(target))
    journal.write("0001", {"ended": False, "process": this_process(), "record": body(1)})
    writer.hand_over(target)
    assert _ids(places.beside_state(target)) == []


def test_a_store_that_does_not_answer_loses_nothing(target: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = _enter(target, 1)

    def fails(*_: Any) -> bool:
        raise Unreachable("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "add", fails)
        (line,) = writer.hand_over(target)
    assert str(journal.folder) in line
    assert "no answer" in line
    writer.hand_over(target)
    assert _ids(places.beside_state(target)) == ["change-1"]


def test_a_record_whose_answer_was_lost_is_not_written_twice(target: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _enter(target, 1)
    add = FolderStore.add

    def lost(store: FolderStore, name: str, content: bytes) -> bool:
        add(store, name, content)
        raise Unreachable("the answer was lost")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "add", lost)
        assert writer.hand_over(target)
    assert writer.hand_over(target) == []
    assert _ids(places.beside_state(target)) == ["change-1"]


def test_writers_on_many_machines_make_one_chain(target: Any, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "shared")

    def machine(number: int) -> None:
        journal = Journal(tmp_path / f"machine-{number}")
        for change in range(5):
            entry = {"record": body(number * 100 + change)}
            writer._append(store, journal, "entry", entry, key())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(machine, range(8)))
    assert len(set(_ids(store))) == 40


def test_a_broken_record_stops_the_writer_and_names_the_command_that_tells(target: Any) -> None:
    _enter(target, 1)
    writer.hand_over(target)
    store = places.beside_state(target)
    (Path(store.place) / "00000001.json").write_bytes(b"{}")
    _enter(target, 2)
    (line,) = writer.hand_over(target)
    assert "platformctl changes verify" in line
    assert store.read("00000002.json") is None


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="eu-central-1")
        client.create_bucket(Bucket="archive", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield client


def test_a_bucket_takes_each_name_once(s3: Any) -> None:
    store = BucketStore(s3, "archive", "deployments/p/s/")
    assert store.add("00000001.json", b"one")
    assert not store.add("00000001.json", b"two")
    assert store.read("00000001.json") == b"one"
    assert store.read("00000002.json") is None
    s3.put_object(Bucket="archive", Key="deployments/p/s/deeper/1.json", Body=b"")
    assert store.names() == ["00000001.json"]
    with pytest.raises(Unreachable, match="s3://none/"):
        BucketStore(s3, "none", "").names()


def test_the_archive_gets_what_it_lacks_and_another_content_is_told(
    target: Any, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = BucketStore(s3, "archive", "deployments/p/s/")
    _enter(target, 1)
    writer.hand_over(target)  # before there is an archive
    monkeypatch.setattr(places, "archive", lambda target: archive)
    _enter(target, 2)
    assert writer.hand_over(target) == []
    assert _ids(archive) == ["change-1", "change-2"]
    _enter(target, 3)
    archive.add("00000003.json", b"of somebody else")
    assert writer.hand_over(target) == []  # looked at once, by name
