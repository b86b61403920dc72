"""The command as people and CI start it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from platformctl.errors import CommandError
from platformctl.main import app
from tests.policies.access.states import ACCOUNT, bucket, document, item, role, says, state, trusts, user

_OBJECT = "arn:aws:s3:::invoices/1.pdf"
_APP = f"arn:aws:iam::{ACCOUNT}:role/app"
_STATE = state(
    role(
        "app",
        says("s3:GetObject", "arn:aws:s3:::invoices/*"),
        assumeRolePolicy=document(trusts({"AWS": f"arn:aws:iam::{ACCOUNT}:user/ada"})),
    ),
    role("app-2"),
    user("ada"),
    bucket("invoices", says("s3:GetObject", "*", Principal={"AWS": "444455556666"})),
)


@pytest.fixture(name="run")
def _run(tmp_path: Path) -> Any:
    file = tmp_path / "state.json"
    file.write_text(json.dumps(_STATE))

    def run(*arguments: str, stdin: str = "") -> Any:
        return CliRunner().invoke(app, ["access", "--state", str(file), *arguments], input=stdin)

    return run


def test_can_answers_with_the_statements_that_decide(run: Any) -> None:
    answer = json.loads(run("--can", "app", "s3:GetObject", _OBJECT, "--format", "json").stdout)
    statement = {"document": "inline policy app-own", "statement": "statement 0", "effect": "Allow", "certain": True}
    assert answer == {"schema": 1, "decision": "allow", "statements": [statement], "path": []}


def test_a_chain_is_told_and_the_decision_stays_deny(run: Any) -> None:
    answer = json.loads(run("--can", "ada", "s3:GetObject", _OBJECT, "--format", "json").stdout)
    assert answer["decision"] == "deny"
    assert answer["path"] == [{"from": "ada", "to": "app", "by": "sts:AssumeRole", "decision": "allow"}]


def test_who_can_lists_principals_outsiders_and_chains(run: Any) -> None:
    answer = json.loads(run("--who-can", "s3:GetObject", _OBJECT, "--format", "json").stdout)
    found = [(entry["principal"], entry["decision"]) for entry in answer["principals"]]
    assert found == [(_APP, "allow"), ("arn:aws:iam::444455556666:root", "allow")]
    assert [entry["principal"] for entry in answer["by_chain"]] == [f"arn:aws:iam::{ACCOUNT}:user/ada"]


def test_text_says_the_same(run: Any) -> None:
    shown = run("--can", "ada", "s3:GetObject", _OBJECT).stdout
    assert shown.startswith(f"deny ada s3:GetObject {_OBJECT}\n")
    assert "but by a chain: sts:AssumeRole to app" in shown


def test_queries_are_answered_in_order_and_a_bad_line_by_an_error(run: Any) -> None:
    good = json.dumps({"principal": "app", "action": "s3:GetObject", "resource": _OBJECT})
    bad = (
        "nonsense",
        "[]",
        json.dumps({"principal": "app", "action": "s3:GetObject"}),
        json.dumps({"principal": "app", "action": "s3:*", "resource": _OBJECT}),
        json.dumps({"principal": "app", "action": "s3:GetObject", "resource": "invoices"}),
        json.dumps({"principal": "nobody", "action": "s3:GetObject", "resource": _OBJECT}),
        json.dumps({"principal": "app", "action": "s3:GetObject", "resource": _OBJECT, "extra": 1}),
        json.dumps({"principal": "app", "action": "s3:GetObject", "resource": _OBJECT, "context": {"a": {}}}),
    )
    done = run("--queries", "-", stdin="\n".join((good, "", *bad, good)))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 2
    assert answers[0]["decision"] == answers[-1]["decision"] == "allow"
    assert [answer["error"].split(":")[0] for answer in answers[1:-1]] == [f"line {n}" for n in range(3, 11)]
    assert "known: ada, app, app-2" in answers[6]["error"]


def test_a_good_file_of_queries_ends_well(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "queries"
    file.write_text(
        json.dumps({"principal": _APP, "action": "s3:PutObject", "resource": _OBJECT, "context": {"a:b": None}})
    )
    done = run("--queries", str(file))
    assert (done.exit_code, json.loads(done.stdout)["decision"]) == (0, "deny")


def test_lines_end_where_json_lines_do(run: Any) -> None:
    odd = json.dumps(
        {"principal": "app", "action": "s3:GetObject", "resource": f"{_OBJECT}\u2028x"}, ensure_ascii=False
    )
    done = run("--queries", "-", stdin=f"{odd}\r\n{odd}\n")
    assert [json.loads(line)["decision"] for line in done.stdout.split("\n") if line] == ["allow", "allow"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--can", "app", "s3:GetObject", _OBJECT, "--who-can", "s3:GetObject", _OBJECT), "exclude each other"),
        (("--can", "app", "s3:GetObject", _OBJECT, "--context", "x"), "KEY=VALUE"),
        (("--context", "a=b"), "--context goes with"),
        (("--check",), "has no reviewed file"),
        (("--queries", "/nowhere"), "No such file"),
        (("prod",), "exclude each other"),
        (("--can", "nobody", "s3:GetObject", _OBJECT), "no role or user 'nobody'"),
    ],
)
def test_bad_input_is_named(run: Any, arguments: tuple[str, ...], message: str) -> None:
    assert message in str(run(*arguments).exception)


def test_the_matrix_of_a_state_names_what_is_guarded(run: Any) -> None:
    content = json.loads(run("--format", "json").stdout)
    ways = content["principals"][_APP]["read-customer-data"]["ways"]
    assert ways == [{"path": "direct", "what": "s3:GetObject on invoices", "decision": "allow"}]
    assert content["principals"][f"arn:aws:iam::{ACCOUNT}:user/ada"]["read-customer-data"]["access"] == "allow"
    assert content["principals"][f"arn:aws:iam::{ACCOUNT}:role/app-2"] == {}


@pytest.mark.parametrize("arguments", [(), ("--can", "app", "s3:GetObject", _OBJECT)], ids=["matrix", "question"])
def test_a_policy_that_is_no_document_is_an_error_with_its_name(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Of a resource, too, which is read when it is asked for."""
    file = tmp_path / "state.json"
    policy = item("aws:s3/bucketPolicy:BucketPolicy", "open", "invoices", bucket="invoices", policy="{")
    financial = item(
        "aws:s3/bucket:Bucket", "invoices", "invoices", bucket="invoices", tags={"data-class": "financial"}
    )
    file.write_text(json.dumps(state(role("app", says("s3:GetObject", "*")), [financial, policy])))
    ran = CliRunner().invoke(app, ["access", "--state", str(file), *arguments])
    assert isinstance(ran.exception, CommandError), ran.output
    assert "open is no policy document" in str(ran.exception)
