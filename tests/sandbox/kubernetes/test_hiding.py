"""What is secret in an object stays so in its state, and in no text."""

from sandbox.kubernetes.hiding import hidden, texts
from sandbox.kubernetes.kinds import Kind
from sandbox.servicer import redacted
from sandbox.wire import is_secret, secret

POD, SECRET = Kind("", "v1", "Pod"), Kind("", "v1", "Secret")


def test_a_secrets_contents_are_hidden_whether_the_program_says_so_or_not() -> None:
    found = hidden(SECRET, {"data": {"a": "Yg=="}, "type": "Opaque"}, {})
    assert is_secret(found["data"])
    assert found["type"] == "Opaque"


def test_the_state_is_secret_where_the_program_was() -> None:
    asked = {"spec": {"env": [{"name": "A", "value": secret("hunter")}], "x": 1}}
    live = {"spec": {"env": [{"name": "A", "value": "hunter"}], "x": 1, "y": 2}}
    assert hidden(POD, live, asked) == {"spec": {"env": [{"name": "A", "value": secret("hunter")}], "x": 1, "y": 2}}


def test_a_list_that_changed_its_length_is_hidden_whole() -> None:
    asked = {"env": [{"value": secret("hunter")}]}
    assert is_secret(hidden(POD, {"env": [{"value": "other"}, {"value": "hunter"}]}, asked)["env"])


def test_texts_are_told_plain_and_coded() -> None:
    found = texts(SECRET, {"stringData": secret({"a": "hunter"}), "data": {"b": "c2VjcmV0"}})
    assert {"hunter", "aHVudGVy", "c2VjcmV0", "secret"} <= set(found)
    assert redacted("no aHVudGVy, hunter or secret", found) == "no [secret], [secret] or [secret]"
