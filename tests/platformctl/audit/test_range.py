"""What is expected in a range: from the trail's beginning on, up to what can have been delivered, in every region."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from platformctl.audit.hours import Window
from platformctl.errors import CommandError
from tests.platformctl.audit.run import SPAN, found, home, run
from tests.platformctl.audit.trail import (
    ACCOUNT,
    BEGAN,
    HOME,
    HOURS,
    OTHER,
    Archive,
    at,
    digest_key,
    log_key,
    packed,
)

SECOND = timedelta(seconds=1)


def until(now: datetime) -> dict[str, object]:
    return {"span": Window(SPAN.start, now), "now": now}


def test_everything_is_counted(archive: Archive, tmp_path: Path) -> None:
    result = run(archive, tmp_path)
    counts = [(r.region, r.expected, r.found, r.valid, len(r.logs)) for r in result.regions]
    assert counts == [(HOME, 13, 13, 13, 26), (OTHER, 13, 13, 13, 26)]
    assert result.trail == "account"


def test_invalid_and_unlinked_digests_do_not_count_as_valid(archive: Archive, tmp_path: Path) -> None:
    archive.edit(digest_key(5), newestEventTime="")
    archive.delete(digest_key(9))
    archive.replace(log_key(11), packed({}))
    region = run(archive, tmp_path).regions[0]
    assert (region.expected, region.found, region.valid) == (13, 12, 10)


@pytest.mark.parametrize(
    ("late", "expected"),
    [(timedelta(0), home("digest-missing", 15)), (-SECOND, [])],
    ids=["an hour after its end", "a second less"],
)
def test_a_digest_is_missed_an_hour_after_its_end(
    archive: Archive, tmp_path: Path, late: timedelta, expected: list[tuple[str, str, str]]
) -> None:
    archive.delete(digest_key(15))
    now = at(17) + late
    result = run(archive, tmp_path, **until(now))
    assert [one for one in found(result) if one[1] == HOME] == expected
    first_pending = 16 if expected else 15
    assert [hour.start for hour in result.regions[0].pending] == [at(h) for h in range(first_pending, 17)]


def test_log_files_of_the_hour_under_way_wait_for_their_digest(archive: Archive, tmp_path: Path) -> None:
    archive.deliver_logs(HOURS)
    result = run(archive, tmp_path, **until(at(HOURS + 0.9)))
    assert found(result) == []
    assert result.regions[0].unsettled == 2


@pytest.mark.parametrize("next_digest", [True, False], ids=["with the next digest", "without"])
def test_log_files_of_the_last_minutes_may_be_named_by_the_next_digest(
    archive: Archive, tmp_path: Path, next_digest: bool
) -> None:
    late = f"{log_key(13).rpartition('/')[0]}/{ACCOUNT}_CloudTrail_{HOME}_20251101T1155Z_Mu0KsOhtH1ar15Z9.json.gz"
    archive.objects[late] = (packed({}), {})
    if not next_digest:
        archive.delete(digest_key(14))
    expected = [("log-unnamed", HOME, "2025-11-01T11:55:00Z")] if next_digest else []
    assert found(run(archive, tmp_path)) == expected


def test_the_next_digest_names_log_files_of_the_last_minutes(archive: Archive, tmp_path: Path) -> None:
    late = log_key(12, 2)  # 11:46, and the range ends at 11:50
    archive.objects[late] = (packed({}), {})
    archive.deliver_digest(13, previous=digest_key(12), logs=[late, log_key(13, 0), log_key(13, 1)])
    archive.deliver(range(14, HOURS), after=13)
    assert found(run(archive, tmp_path, span=Window(SPAN.start, datetime(2025, 11, 1, 11, 50, tzinfo=UTC)))) == []


def test_hours_before_logging_began_are_not_expected(archive: Archive, tmp_path: Path) -> None:
    result = run(archive, tmp_path, span=Window(BEGAN - timedelta(days=2), SPAN.end))
    assert found(result) == []
    assert (result.regions[0].began, result.regions[0].expected) == (BEGAN, 14)


def test_without_the_starting_digest_hours_before_the_first_are_missing(archive: Archive, tmp_path: Path) -> None:
    archive.delete(digest_key(0))
    span = Window(BEGAN - timedelta(hours=1), SPAN.end)
    assert found(run(archive, tmp_path, span=span)) == home("digest-missing", -1, 0)


def test_a_forged_beginning_excuses_nothing(archive: Archive, tmp_path: Path) -> None:
    archive.delete(*map(digest_key, range(5)))
    names = ("S3Bucket", "S3Object", "HashValue", "HashAlgorithm", "Signature")
    archive.edit(digest_key(5), **{f"previousDigest{name}": None for name in names})
    expected = home("chain-broken", 6) + home("digest-missing", 1, 2, 3, 4) + home("signature-invalid", 5)
    assert found(run(archive, tmp_path)) == expected


def test_log_files_from_before_logging_began_have_no_digest(archive: Archive, tmp_path: Path) -> None:
    archive.deliver_logs(-3)
    span = Window(BEGAN - timedelta(days=1), SPAN.end)
    kinds = [kind for kind, *_ in found(run(archive, tmp_path, span=span))]
    assert kinds == ["log-unnamed", "log-unnamed"]


def test_a_region_that_began_after_the_range_is_not_expected(archive: Archive, tmp_path: Path) -> None:
    archive.deliver(range(30, 33), "eu-north-1")
    result = run(archive, tmp_path)
    assert found(result) == []
    assert [(r.region, r.expected) for r in result.regions][1] == ("eu-north-1", 0)


def test_a_region_without_a_trace_is_missed_where_it_is_asked_for(archive: Archive, tmp_path: Path) -> None:
    for kind in ("CloudTrail", "CloudTrail-Digest"):
        archive.delete_under(f"AWSLogs/{ACCOUNT}/{kind}/{OTHER}/")
    assert found(run(archive, tmp_path / "a")) == []
    missed = found(run(archive, tmp_path / "b", regions=frozenset({HOME, OTHER})))
    assert [(kind, region) for kind, region, _ in missed] == [("digest-missing", OTHER)] * 12


def test_an_empty_bucket_misses_every_hour_of_the_home_region(archive: Archive, tmp_path: Path) -> None:
    archive.objects.clear()
    assert [kind for kind, *_ in found(run(archive, tmp_path))] == ["digest-missing"] * 12


def test_several_trails_need_a_choice(archive: Archive, tmp_path: Path) -> None:
    archive.deliver_digest(5, key=digest_key(5, trail="second"))
    with pytest.raises(CommandError, match="several trails wrote digests here: account, second; say which"):
        run(archive, tmp_path)
    assert found(run(archive, tmp_path, trail="account")) == []
    assert ("digest-missing", HOME) in {one[:2] for one in found(run(archive, tmp_path, trail="second"))}


def test_keys_under_a_prefix(archive: Archive, tmp_path: Path) -> None:
    archive.objects.clear()
    previous = None
    for hour in range(HOURS):
        log = f"audit/{log_key(hour)}"
        archive.objects[log] = (packed({}), {})
        previous = archive.deliver_digest(hour, previous=previous, key=f"audit/{digest_key(hour)}", logs=[log])
    result = run(archive, tmp_path, prefix="audit")
    assert found(result) == []
    assert result.regions[0].valid == 13
