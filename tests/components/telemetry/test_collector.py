"""What the real collector lets out of what services send, with the configuration that it runs with."""

import json
import random
from collections.abc import Iterator

import pytest

from components.redaction import PATTERNS
from tests.components.telemetry.collector import Collector, collector
from tests.components.telemetry.documents import FULL, log

# Test numbers of the schemes, with and without what stands between their groups.
CARDS = (
    "4111111111111111",
    "4222222222222",
    "4012 8888 8888 1881",
    "5555-5555-5555-4444",
    "2221000000000009",
    "378282246310005",
    "3782 822463 10005",
    "3782-822463-10005",
    "30569309025904",
    "6011.1111.1111.1117",
    "3530111333300000",
    "6304000000000000",
    "6759649826438453",
    "6240008631401148",
    "9792030000000000",
    "4111111111111111110",
    "4111%201111%201111%201111",
    "4111+1111+1111+1111",
    "4111%2D1111%2d1111%2F1111",
    "4111%C2%A01111%C2%A01111%C2%A01111",
    "4111:1111:1111:1111",
    "4111|1111|1111|1111",
    "txn_4111111111111111_x",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111 \u2013 1111 \u2013 1111 \u2013 1111",
    "4111\n1111\n1111\n1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "41-11-11-11-11-11-11-11",
    "\uff14111111111111111",
    "card4111111111111111x",
    ";4111111111111111=29121010000?",
    "2026-11-26 09:07:14 4111 1111 1111 1111",
    "5000 4111 1111 1111 1111",
)
KEPT = (
    "4111111111111112",
    "order 4111-1111-1111-1112",
    "1764148800000",
    "1764148800000000",
    "1764148800000000000",
    "20261126090714",
    "2026-11-26T09:07:14.123456789Z",
    "0.4111111111111111",
    "7a6c1f0e-1111-4222-8333-123456789abc",
    "41111111111111111111111111111111111111ab"[:40],
    "00000000000000000000000000000000000000000000",
    "411111111111",
    "amount=199900 currency=EUR",
    "192.168.100.101:8080",
    "2026-11-26 09:07:14.123 10.32.5.17:50432 10.32.5.18:50433",
    "26/Nov/2026:09:07:14 +0000",
    "rate 50%2034",
    "name@sha256:0000",
    "lodash@4.17.21",
    "DE89370400440532013001",
    "DE89370400440532013001x",
    "tokens_used=7",
    "a bearer of news",
)
SECRETS = {
    "DE89 3704 0044 0532 0130 00": "iban",
    "de89370400440532013000": "iban",
    "GB82-WEST-1234-5698-7654-32": "iban",
    "Bearer abc.def": "bearer",
    "Authorization: Basic dXNlcjpwYXNzd29yZA==": "authorization",
    "basic dXNlcjpwYXNzd29yZA==": "basic",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl": "jwt",
    "AKIA" + "IOSFODNN7EXAMPLE": "aws-key",
    "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc": "issued",
    "postgres://billing:hunter2@db.internal/ledger": "user-information",
    "password=hunter2": "assignment",
    '{"client_secret": "hunter2"}': "assignment",
    "anna.b+tag@mail.example.com": "email",
    "jos\u00e9@b\u00fccher.example": "email",
    "anna%40example.com": "email",
    "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----": "pem",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    with collector(tmp_path_factory.mktemp("collector")) as one:
        yield one


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


@pytest.mark.parametrize("signal", FULL)
def test_no_place_of_a_signal_lets_a_card_number_an_account_or_an_address_out(running: Collector, signal: str) -> None:
    for text in ("4111111111111111", "5555-5555-5555-4444", "DE89370400440532013000", "anna@example.com"):
        sent = FULL[signal](text)
        assert json.dumps(sent).count(text) >= 11
        came = json.dumps(running.through(signal, sent))
        assert text not in came
        assert "[redacted:" in came


def test_a_number_that_is_not_a_card_s_goes_through_every_place_unchanged(running: Collector) -> None:
    for signal, full in FULL.items():
        sent = full("4111111111111112")
        came = json.dumps(running.through(signal, sent))
        assert came.count("4111111111111112") == json.dumps(sent).count("4111111111111112")
        assert "[redacted:" not in came


def test_card_numbers_of_every_scheme_and_spelling_are_masked(running: Collector) -> None:
    came = running.through("logs", log(list(CARDS)))
    bodies = came["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["body"]["arrayValue"]["values"]
    for text, body in zip(CARDS, bodies, strict=True):
        assert "[redacted:pan]" in body["stringValue"], text
        assert len(_digits(body["stringValue"])) <= 14, text  # a date, or what follows a number on a track
        assert "1111" not in body["stringValue"], text


def test_what_only_looks_like_it_stays(running: Collector) -> None:
    came = running.through("logs", log(list(KEPT)))
    bodies = came["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["body"]["arrayValue"]["values"]
    assert tuple(body["stringValue"] for body in bodies) == KEPT


def test_secrets_and_personal_data_are_masked_by_what_they_look_like(running: Collector) -> None:
    came = running.through("logs", log([f"before {text} after" for text in SECRETS]))
    bodies = came["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["body"]["arrayValue"]["values"]
    for (text, name), body in zip(SECRETS.items(), bodies, strict=True):
        assert f"[redacted:{name}]" in body["stringValue"], (text, body)
        assert body["stringValue"].startswith("before "), text
        assert body["stringValue"].endswith(" after"), text
        assert not [part for part in ("hunter2", "MIIB", "anna", "c2lnbm", "dXNl") if part in body["stringValue"]], text
    assert {*SECRETS.values()} == {*PATTERNS, "iban"}


@pytest.mark.parametrize(
    "key", ["http.request.header.authorization", "db.password", "card.number", "cardNumber", "cvv"]
)
def test_of_a_key_that_names_a_secret_nothing_stays(running: Collector, key: str) -> None:
    came = json.dumps(running.through("logs", log({"in": {key: ["hunter2", {"x": "hunter2"}]}}, **{key: "hunter2"})))
    assert "hunter2" not in came
    assert came.count("[redacted:key]") == 2
    assert key in came


@pytest.mark.parametrize("key", ["span.id", "company", "tokens_used", "opinion", "panel", "service.name"])
def test_a_key_that_only_contains_such_a_word_keeps_its_value(running: Collector, key: str) -> None:
    assert "hello" in json.dumps(running.through("logs", log("x", **{key: "hello"})))


def test_numbers_are_read_as_they_would_be_written(running: Collector) -> None:
    values = {"int": 4111111111111111, "float": 4111111111111111.0, "other": 4111111111111112, "time": 1764148800000}
    came = json.dumps(running.through("logs", log(values["int"], **values)))
    assert "4111111111111111" not in came
    assert came.count("[redacted:pan]") == 3
    assert "4111111111111112" in came
    assert "1764148800000" in came


def test_random_numbers_are_masked_by_luhn_alone(running: Collector) -> None:
    """Independent of how the processor counts: the last digit is searched for, not computed."""
    chance = random.Random(8)
    texts, valid = [], []
    for _ in range(400):
        body = "".join(chance.choice("23456789") for _ in range(chance.randint(12, 18)))
        texts += [body + last for last in "0123456789"]
    came = running.through("logs", log(texts))
    bodies = came["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["body"]["arrayValue"]["values"]
    for start in range(0, len(texts), 10):
        masked = [n for n in range(10) if bodies[start + n]["stringValue"] == "[redacted:pan]"]
        assert len(masked) == 1, texts[start]  # one of ten last digits, always
        valid.append(texts[start + masked[0]])
    doubled = [_by_table(one) for one in valid]
    assert doubled == [0] * len(valid)


def _by_table(number: str) -> int:
    table = "0246813579"
    return sum(int(table[int(d)] if n % 2 else d) for n, d in enumerate(reversed(number))) % 10
