"""A plan's file is one document that nobody can change unseen, and that holds no secret."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platformctl.errors import CommandError
from platformctl.plans import approvals, check
from platformctl.plans.bundle import Bundle, approved, read, write
from platformctl.plans.secrecy import exposed
from platformctl.signing.local import local_key
from tests.platformctl.plans.bundles import NOW, URN, bundle
from tests.platformctl.records.chains import key

TRUST = check.Trusted(key().trust, key().trust)
LOSS = [{"urn": URN, "operation": "delete", "why": "holds data"}]
REASON = "the replica has taken over"


def _approved() -> Bundle:
    made = bundle(needs_approval=LOSS)
    return approved(made, approvals.approve(made, [URN], REASON, {"name": "Grace"}, NOW, key()))


def _is_refused(file: Path) -> bool:
    try:
        return bool(check.authenticity(read(file), TRUST))
    except CommandError:
        return True


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "a.plan.json"
    write(_approved(), file)
    assert read(file) == _approved()
    assert not _is_refused(file)
    assert [one.name for one in tmp_path.iterdir()] == ["a.plan.json"]


@given(st.data())
def test_any_changed_byte_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    file = tmp_path_factory.mktemp("plan") / "a.plan.json"
    write(_approved(), file)
    content = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(bytes(content))
    assert _is_refused(file)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not JSON"),
        (b"[]", "its kind is not"),
        (b'{"kind":"platformctl.plan","schema":2}', "reads 1"),
        (b'{"kind":"platformctl.plan","schema":1}', "no whole plan"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_plan_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "a.plan.json"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=told):
        read(file)
    with pytest.raises(CommandError, match="cannot be read"):
        read(tmp_path / "none")


def test_a_plan_without_a_signature_or_with_a_strangers_is_refused(tmp_path: Path) -> None:
    (unsigned,) = check.authenticity(Bundle(bundle().plan, None), TRUST)
    assert (unsigned.item, unsigned.found) == ("signature", "it is not signed")
    (strange,) = check.authenticity(bundle(), check.Trusted(local_key(tmp_path).trust, {}))
    assert "not trusted" in strange.found


def test_an_approval_of_another_plan_or_by_nobody_we_know_does_not_count(tmp_path: Path) -> None:
    moved = approved(bundle(needs_approval=LOSS, reason="another"), _approved().approvals[0])
    (found,) = check.authenticity(moved, TRUST)
    assert "of another plan" in found.found
    (found,) = check.authenticity(_approved(), check.Trusted(key().trust, local_key(tmp_path).trust))
    assert (found.item, "not trusted" in found.found) == ("approval", True)


def test_an_approval_is_of_a_resource_that_waits_for_one_and_says_why() -> None:
    made = bundle(needs_approval=LOSS)
    with pytest.raises(CommandError, match="needs no approval"):
        approvals.approve(made, ["urn:other"], REASON, {"name": "Grace"}, NOW, key())
    with pytest.raises(CommandError, match="--reason 'ok'"):
        approvals.approve(made, [URN], "ok", {"name": "Grace"}, NOW, key())


CIPHER = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"a": [{"b": "AKIAIOSFODNN7EXAMPLE"}]}, "a[0].b"),
        ({"inputs": {"masterPassword": "hunter2-hunter2"}}, "inputs.masterPassword"),
        ({"text": "psql postgres://u:sekret99@host/db"}, "text"),
        ({"script": "export DB_PASSWORD=hunter2-hunter2\n"}, "script"),
        ({"x": {**CIPHER, "plaintext": '"p"'}}, "x"),
        ({"AKIAIOSFODNN7EXAMPLE": 1}, ""),
    ],
)
def test_a_credential_anywhere_is_found_and_its_value_is_not_told(document: Any, path: str) -> None:
    ((where, kind),) = exposed(document)
    assert where == path
    assert "hunter2" not in kind + where


def test_where_a_secret_is_put_is_none_unless_it_is_only_called_so() -> None:
    assert not list(exposed({"secretKey": "api-token-of-mail", "remoteRef": {"key": "mail"}}))
    assert list(exposed({"secretKey": "api-token-of-mail"}))


@pytest.mark.parametrize(
    "value", [CIPHER, "[secret]", "(known after the update)", "arn:aws:secretsmanager:x:y", "", None]
)
def test_what_is_encrypted_unknown_or_a_reference_is_none(value: Any) -> None:
    assert not list(exposed({"password": value}))
