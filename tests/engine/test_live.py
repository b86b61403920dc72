"""The sandbox reached as if it were the real account: change and drift of a stack, and what stands in the way."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.live import BUCKET, Live, live_checkout
from tests.engine.small import FOUNDATION, program

KEYS = """
for name, text in {descriptions!r}.items():
    kms.Key(name, description=text, opts=given(), **sound)
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_checkout(tmp_path_factory.mktemp("live")) as made:
        _program(made, a="one", b="one", c="one")
        made.ctl("up", FOUNDATION, "--yes")
        yield made


def _program(live: Live, **descriptions: str) -> None:
    program(live.checkout, KEYS.format(descriptions=descriptions))


def _previewed(live: Live) -> tuple[dict[str, list[str]], dict[str, dict[str, Any]]]:
    """The changed properties by resource, and the drifted resources."""
    document = json.loads(live.ctl("preview", FOUNDATION, "--json").stdout)
    assert document["review"]["place"] == "the real account"
    assert document["review"]["drift"] == document["drift"]
    sources = {one["name"]: one["source"] for one in document["review"]["changes"]}
    assert all("__main__.py:" in source for source in sources.values()), sources
    changes = {one["name"]: [p["path"] for p in one["properties"]] for one in document["changes"]}
    return changes, {one["name"]: one for one in document["drift"]}


def test_drift_and_change_are_told_apart_and_a_resource_can_have_both(live: Live) -> None:
    kms, before = live.checkout.aws("kms", FOUNDATION), live.state()
    ids = {one["name"]: one["id"] for one in _keys(live)}
    for name in ("b", "c"):
        kms.update_key_description(KeyId=ids[name], Description="by hand")
    try:
        _program(live, a="two", b="two", c="one")
        changes, drift = _previewed(live)
        assert changes == {"a": ["description"], "b": ["description"]}
        assert {
            name: (one["meets"], one["property"], one["state"], one["cloud"], one["planned"])
            for name, one in drift.items()
        } == {
            "b": ("property", "description", "one", "by hand", "two"),
            "c": ("nothing", "description", "one", "by hand", None),
        }
        assert live.state() == before  # nothing is written
        printed = live.ctl("preview", FOUNDATION).stdout
        change, _, rest = printed.partition("Drift: what the cloud has changed since the last update")
        assert "one → two" in change
        assert "by hand" not in change
        assert "the change sets it, too: two" in rest
        assert "an update leaves it as it is" in rest
    finally:
        for name in ("b", "c"):
            kms.update_key_description(KeyId=ids[name], Description="one")
        _program(live, a="one", b="one", c="one")


def _keys(live: Live) -> list[dict[str, Any]]:
    held = json.loads(live.state())["checkpoint"]["latest"]["resources"]
    return [{**one, "name": one["urn"].rpartition("::")[2]} for one in held if one["type"] == "aws:kms/key:Key"]


def test_nothing_runs_while_something_stands_in_the_way(live: Live) -> None:
    away = live.backend_url.replace(BUCKET, "kestrel-billing-staging-state-9")
    for command in (["preview"], ["up", "--yes"], ["destroy", "--yes"], ["drift"]):
        told = live.ctl(command[0], FOUNDATION, *command[1:], code=2, PULUMI_BACKEND_URL=away).stderr
        assert "names the bucket kestrel-billing-staging-state-9, not the environment's" in told
        assert "remedy: export PULUMI_BACKEND_URL" in told
    assert (
        "this shell has no AWS credentials"
        in live.ctl(
            "preview", FOUNDATION, code=2, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None, AWS_SESSION_TOKEN=None
        ).stderr
    )


def test_a_damaged_state_is_refused_before_any_call_and_restored_by_one_command(live: Live) -> None:
    from sandbox import process

    sound = live.state()
    for damaged, word in (
        (sound[: len(sound) // 2], "unreadable"),
        (sound.replace(b'"description": "one"', b'"description": "onf"', 1), "altered"),
        (_older(live), "rolled-back"),
    ):
        live.put_state(damaged)
        calls = process.status(live.checkout.sandbox)["calls"]
        refused = live.ctl("up", FOUNDATION, "--yes", code=2)
        assert word in refused.stderr
        assert process.status(live.checkout.sandbox)["calls"] - calls < 15  # of STS and the bucket alone
        live.ctl("state", "verify", FOUNDATION, code=1)
        live.ctl("state", "restore", FOUNDATION, "--yes")
        assert live.state() == sound
        live.ctl("state", "verify", FOUNDATION)


def _older(live: Live) -> bytes:
    """The version with one resource less."""
    from tests.engine.live import STATE

    versions = live.s3.list_object_versions(Bucket=BUCKET, Prefix=STATE)["Versions"]
    for version in versions:
        content: bytes = live.s3.get_object(Bucket=BUCKET, Key=STATE, VersionId=version["VersionId"])["Body"].read()
        if version["Key"] == STATE and content.count(b'"aws:kms/key:Key"') == 2:
            return content
    raise AssertionError("no version has two keys")


def test_protection_taken_off_by_hand_is_found_before_anything_is_destroyed(live: Live) -> None:
    sound = live.state()
    live.pulumi("state", "unprotect", "--all", "--yes")
    assert "unprotected by hand" in live.ctl("destroy", FOUNDATION, "--yes", code=2).stderr
    live.ctl("state", "restore", FOUNDATION, "--yes")
    assert live.state() == sound
