"""Documents are replaced only by who saw them as they are, in a folder and in a bucket alike."""

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from platformctl.errors import CommandError
from platformctl.locks import folder
from platformctl.locks.backend import store_of
from platformctl.locks.bucket import BucketStore
from platformctl.locks.folder import FolderStore
from platformctl.locks.store import Conflict, Unreachable
from tests.platformctl.locks.conftest import OpenStore

NEAR = timedelta(seconds=30)


def test_a_document_is_made_once_and_replaced_only_as_it_was_seen(open_store: OpenStore) -> None:
    one, other, name = open_store(), open_store(), f"p/{secrets.token_hex(4)}"
    assert one.read(name).content is None
    first = one.replace(name, b"1", None)
    with pytest.raises(Conflict):
        other.replace(name, b"2", None)
    seen = other.read(name)
    assert (seen.content, seen.version) == (b"1", first.version)
    other.replace(name, b"3", seen.version)
    with pytest.raises(Conflict):
        one.replace(name, b"4", first.version)
    assert one.read(name).content == b"3"


def test_nothing_is_replaced_that_is_not_there(open_store: OpenStore) -> None:
    with pytest.raises(Conflict):
        open_store().replace(f"p/{secrets.token_hex(4)}", b"1", '"0123456789abcdef0123456789abcdef"')


def test_each_answer_tells_the_stores_time(open_store: OpenStore) -> None:
    store, name = open_store(), f"p/{secrets.token_hex(4)}"
    for seen in (store.read(name), store.replace(name, b"1", None), store.read(name)):
        assert abs(seen.now - datetime.now(UTC)) < NEAR
        assert seen.now.utcoffset() == timedelta(0)


def test_a_deleted_document_can_be_made_again(cloud: dict[str, str]) -> None:
    store, name = store_of(cloud), f"p/{secrets.token_hex(4)}"
    assert isinstance(store, BucketStore)
    store.replace(name, b"1", None)
    store.client.delete_object(Bucket=store.bucket, Key=f"team/.platform/{name}.json")
    assert store.read(name).content is None
    store.replace(name, b"2", None)
    assert store.read(name).content == b"2"


def test_the_stores_that_a_backends_url_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for url in (f"file://{tmp_path}/s?metadata=skip", "file://~/s", "file://s", "file://./s"):
        store = store_of({"PULUMI_BACKEND_URL": url})
        assert isinstance(store, FolderStore)
        assert Path(os.path.normpath(store.root)) == tmp_path / "s", url
    plain = store_of(
        {"PULUMI_BACKEND_URL": "s3://b?region=eu-west-1&awssdk=v2", "AWS_ENDPOINT_URL": "http://localhost:1"}
    )
    assert isinstance(plain, BucketStore)
    assert (plain.bucket, plain.prefix) == ("b", "")
    assert plain.client.meta.endpoint_url == "https://s3.eu-west-1.amazonaws.com"
    own = store_of(
        {"PULUMI_BACKEND_URL": "s3://b/a/b/?endpoint=localhost:9&disableSSL=true", "AWS_REGION": "eu-west-1"}
    )
    assert isinstance(own, BucketStore)
    assert (own.prefix, own.client.meta.endpoint_url) == ("a/b/", "http://localhost:9")


@pytest.mark.parametrize("url", ["", "https://api.pulumi.com", "gs://bucket", "s3://", "azblob://c"])
def test_a_backend_that_keeps_no_locks_is_named(url: str) -> None:
    with pytest.raises(CommandError, match="PULUMI_BACKEND_URL"):
        store_of({"PULUMI_BACKEND_URL": url})


def test_a_store_that_does_not_answer_is_unreachable(tmp_path: Path) -> None:
    nobody = {"PULUMI_BACKEND_URL": "s3://b?region=eu-west-1&endpoint=127.0.0.1:9&disableSSL=true"}
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"):
        store_of({**nobody, **keys}).read("p/e")
    (tmp_path / "file").write_text("")
    with pytest.raises(Unreachable, match="file"):
        store_of({"PULUMI_BACKEND_URL": f"file://{tmp_path}/file"}).read("p/e")


def test_a_bucket_that_is_not_there_or_denied_is_unreachable(cloud: dict[str, str]) -> None:
    url = cloud["PULUMI_BACKEND_URL"].replace("s3://states", "s3://nothing")
    with pytest.raises(Unreachable, match="NoSuchBucket"):
        store_of({**cloud, "PULUMI_BACKEND_URL": url}).read("p/e")


def test_a_process_that_was_stopped_in_a_folder_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_PATIENCE_S", 0.1)
    store = FolderStore(tmp_path)
    with store._alone(), pytest.raises(Unreachable, match=r"another process has been in it for .* stopped there"):
        store.read("p/e")
    assert store.read("p/e").content is None
