"""A folder stands for a bucket: the same keys, and never a file outside of it."""

from pathlib import Path

import pytest

from platformctl.audit.chain import check_digest
from platformctl.audit.digest import parse_key
from platformctl.audit.sources import Folder, MissingError
from tests.platformctl.audit.run import found, home, run
from tests.platformctl.audit.trail import BUCKET, Archive, digest_key


@pytest.mark.parametrize(
    "sidecar",
    ["", "[]", "{", '{"Metadata": null}', '{"Metadata": {"signature-algorithm": "SHA256withRSA"}}'],
)
def test_a_sidecar_that_is_not_head_objects_holds_no_signature(archive: Archive, tmp_path: Path, sidecar: str) -> None:
    archive.save(tmp_path)
    (tmp_path / f"{digest_key(5)}.metadata.json").write_text(sidecar)
    archive.objects.clear()
    assert found(run(archive, tmp_path)) == home("signature-missing", 5)


def test_a_file_outside_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    (tmp_path / "copy").mkdir()
    for key in ("../secret", str(tmp_path / "secret")):
        with pytest.raises(MissingError):
            Folder(tmp_path / "copy").open(key)


def test_without_a_bucket_the_digests_word_is_taken(archive: Archive, tmp_path: Path) -> None:
    assert found(run(archive, tmp_path, bucket=None)) == []


def test_another_bucket_than_expected_is_found(archive: Archive, tmp_path: Path) -> None:
    kinds = {kind for kind, *_ in found(run(archive, tmp_path, bucket=f"{BUCKET}-2"))}
    assert kinds == {"digest-moved"}


def test_a_digest_that_goes_while_it_is_checked_is_found(tmp_path: Path) -> None:
    name = parse_key(digest_key(5))
    assert name
    (finding,) = check_digest(Folder(tmp_path), name, {}, None).findings
    assert finding.detail == "it was removed during this check"


@pytest.mark.parametrize("stamp", ["20251301T000000Z", "20251101T000000", ""])
def test_a_key_without_a_time_is_no_digests(stamp: str) -> None:
    end = digest_key(5).rpartition("_")[2].removesuffix(".json.gz")
    assert parse_key(digest_key(5))
    assert parse_key(digest_key(5).replace(end, stamp)) is None
