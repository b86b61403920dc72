"""What the commands say to GitHub: one comment, one issue, whatever GitHub answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from platformctl.errors import CommandError, Exit
from platformctl.github import comment, issue
from platformctl.github.api import Api
from platformctl.main import app
from tests.workflows.github_server import BOT, REPOSITORY, TOKEN, Failure, GitHub

MARKER = "<!-- platformctl:diff:staging -->"
SHA = "1f" * 20
FORK = {"full_name": "someone/platform", "owner": {"login": "someone"}}
OWN = {"full_name": REPOSITORY, "owner": {"login": "kestrel-billing"}}


@pytest.fixture
def api(github: GitHub) -> Api:
    return Api(github.url, TOKEN, sleep=lambda _: None)


@pytest.fixture
def ctl(github: GitHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[Any, str]]:
    """Runs a command as part of a workflow's run: (its error or exit code, what it printed)."""
    variables = {
        "GITHUB_API_URL": github.url,
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": "77",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("platformctl.github.api.time.sleep", lambda _: None)

    def run(*arguments: str, event: Any = None) -> tuple[Any, str]:
        (tmp_path / "event.json").write_text(
            json.dumps(event or {"number": 5, "pull_request": {"head": {"repo": OWN}}})
        )
        result = CliRunner().invoke(app, ["github", *arguments])
        error = result.exception if isinstance(result.exception, CommandError) else None
        return error or result.exit_code, result.output

    return run


def after(repository: dict[str, Any], sha: str = SHA) -> dict[str, Any]:
    """The event after a run for a pull request."""
    return {
        "workflow_run": {
            "head_repository": repository,
            "head_branch": "feature/a b",
            "head_sha": sha,
            "pull_requests": [],
        }
    }


def pull(number: int, sha: str = SHA, owner: str = "someone", state: str = "open") -> dict[str, Any]:
    return {"number": number, "state": state, "head": {"sha": sha, "label": f"{owner}:feature/a b"}}


def report(tmp_path: Path, text: str = "two changes", marker: str = MARKER) -> str:
    file = tmp_path / "diff.md"
    file.write_text(f"{marker}\n{text}\n")
    return str(file)


def test_a_comment_is_made_and_then_changed_in_place(github: GitHub, ctl: Any, tmp_path: Path) -> None:
    github.comment(5, f"{MARKER}\nsomebody says the same", author="somebody")
    github.comment(5, "<!-- platformctl:diff:prod -->\nanother environment's")
    assert ctl("comment", report(tmp_path, "first"), "--marker", "diff:staging")[0] == 0
    assert ctl("comment", report(tmp_path, "second"), "--marker", "diff:staging")[0] == 0
    assert [body.partition("\n")[2].strip() for body in github.bodies(5)] == [
        "somebody says the same",
        "another environment's",
        "second",
    ]


def test_the_comment_is_found_behind_many_pages_of_others(github: GitHub, api: Api) -> None:
    for number in range(250):
        github.comment(5, f"talk {number}", author="somebody")
    ours = github.comment(5, f"{MARKER}\nold")
    assert comment.put(api, REPOSITORY, 5, MARKER, f"{MARKER}\nnew")[0] == "updated"
    assert github.comments[ours]["body"] == f"{MARKER}\nnew"
    assert github.requests.count(("GET", f"/repos/{REPOSITORY}/issues/5/comments")) == 3


def test_of_several_the_oldest_stays(github: GitHub, api: Api) -> None:
    first, second = github.comment(5, f"{MARKER}\na"), github.comment(5, f"{MARKER}\nb")
    comment.put(api, REPOSITORY, 5, MARKER, f"{MARKER}\nc")
    assert github.comments[first]["body"] == f"{MARKER}\nc"
    assert second not in github.comments


@pytest.mark.parametrize("done_all_the_same", [True, False])
@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_lost_answer_leaves_one_comment(github: GitHub, api: Api, status: int, done_all_the_same: bool) -> None:
    github.failures = [("GET", Failure(status)), ("POST", Failure(status, after=done_all_the_same))]
    done, address = comment.put(api, REPOSITORY, 5, MARKER, f"{MARKER}\nbody")
    assert done == ("updated" if done_all_the_same else "created")
    assert address.startswith("https://github.com/")
    assert github.bodies(5) == [f"{MARKER}\nbody"]


def test_nobody_is_asked_forever(github: GitHub, api: Api) -> None:
    github.failures = [("GET", Failure(503))] * 5
    with pytest.raises(CommandError, match=r"does not work now .*status 503.*again later") as failed:
        comment.put(api, REPOSITORY, 5, MARKER, MARKER)
    assert failed.value.code == Exit.ENGINE
    github.failures = [("POST", Failure(502))] * 3
    with pytest.raises(CommandError, match="did not answer whether the comment was made"):
        comment.put(api, REPOSITORY, 5, MARKER, MARKER)
    with pytest.raises(CommandError, match="no answer"):
        Api("http://127.0.0.1:9", TOKEN, sleep=lambda _: None).get("/x")


@pytest.mark.parametrize(
    ("failure", "waited"),
    [
        (Failure(429, {"Retry-After": "7"}), 7),
        (Failure(403, {"Retry-After": "60"}), 60),
        (Failure(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1090"}), 91),
        (Failure(429), 60),
        (Failure(502), 1),
    ],
)
def test_a_limit_is_waited_for_as_github_says(github: GitHub, failure: Failure, waited: float) -> None:
    waits: list[float] = []
    github.failures = [("GET", failure)]
    api = Api(github.url, TOKEN, sleep=waits.append, now=lambda: 1000.0)
    assert list(api.pages(f"/repos/{REPOSITORY}/issues")) == []
    assert waits == [waited]


def test_a_limit_that_ends_too_late_ends_the_command(github: GitHub, api: Api) -> None:
    github.failures = [("GET", Failure(403, {"Retry-After": "3600"}))]
    with pytest.raises(CommandError, match="run this again later"):
        api.get(f"/repos/{REPOSITORY}/issues")


def test_a_page_outside_of_the_api_is_not_followed(github: GitHub, api: Api) -> None:
    """The token goes to nobody else."""
    github.failures = [("GET", Failure(200, {"Link": '<http://127.0.0.2/x>; rel="next"'}))]
    with pytest.raises(CommandError, match="outside of its API"):
        list(api.pages(f"/repos/{REPOSITORY}/issues"))


def test_a_token_that_only_reads_is_explained(github: GitHub, ctl: Any, tmp_path: Path) -> None:
    github.may_write = False
    error, _ = ctl("comment", report(tmp_path), "--marker", "diff:staging")
    assert "403" in str(error)
    assert "from a fork, whose token only reads" in str(error)
    assert error.code == Exit.USAGE


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_EVENT_PATH"])
def test_what_a_run_has_and_this_process_lacks_is_named(
    ctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)
    error, _ = ctl("comment", report(tmp_path), "--marker", "diff:staging")
    assert f"{name} is not set" in str(error)


def test_after_a_run_of_a_fork_the_pull_request_is_found_by_githubs_own_words(
    github: GitHub, ctl: Any, tmp_path: Path
) -> None:
    github.pulls = [pull(7, sha="0" * 40), pull(8), pull(9, owner="another"), pull(10, state="closed")]
    code, _ = ctl("comment", report(tmp_path), "--marker", "diff:staging", event=after(FORK))
    assert code == 0
    assert len(github.bodies(8)) == 1
    assert len(github.comments) == 1


def test_a_pull_request_that_has_moved_on_gets_no_comment(github: GitHub, ctl: Any, tmp_path: Path) -> None:
    github.pulls = [pull(7, sha="0" * 40), pull(10, state="closed")]
    code, said = ctl("comment", report(tmp_path), "--marker", "diff:staging", event=after(FORK))
    assert code == 0
    assert "has newer commits" in said
    assert github.comments == {}


def test_what_a_fork_wrote_is_defused_and_what_we_wrote_is_not(github: GitHub, ctl: Any, tmp_path: Path) -> None:
    text = (
        'to @billing/security &#64;team &#x40;you #12 <img src="http://x/y"> ![a](http://x) <details><b>x</b></details>'
    )
    github.pulls = [pull(8), pull(9, owner="kestrel-billing")]
    ctl("comment", report(tmp_path, text), "--marker", "diff:staging", event=after(FORK))
    ctl("comment", report(tmp_path, text), "--marker", "diff:staging", event=after(OWN))
    foreign, own = github.bodies(8)[0], github.bodies(9)[0]
    assert own.partition("\n")[2].strip() == text
    assert foreign.startswith(f"{MARKER}\n")
    assert foreign.partition("\n")[2].strip() == (
        "to @&#8203;billing/security &#64;&#8203;team &#x40;&#8203;you #&#8203;12 "
        '&lt;img src="http://x/y"> !\u200b[a](http://x) <details><b>x</b></details>'
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no marker", "the first line must be the marker"),
        (f"{MARKER.replace('staging', 'prod')}\nanother's".encode(), "the first line must be the marker"),
        (f"{MARKER}\n\x1b[31m".encode(), "control characters"),
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * 4_000_001, "4000001 bytes"),
    ],
)
def test_a_report_that_is_none_is_refused(github: GitHub, ctl: Any, tmp_path: Path, content: bytes, why: str) -> None:
    github.pulls = [pull(8)]
    file = tmp_path / "diff.md"
    file.write_bytes(content)
    error, _ = ctl("comment", str(file), "--marker", "diff:staging", event=after(FORK))
    assert why in str(error)
    assert github.requests == []


def test_a_report_that_is_a_link_is_refused(github: GitHub, ctl: Any, tmp_path: Path) -> None:
    (tmp_path / "diff.md").symlink_to("/etc/passwd")
    error, _ = ctl("comment", str(tmp_path / "diff.md"), "--marker", "diff:staging", event=after(FORK))
    assert "not a regular file" in str(error)


def test_what_is_too_long_is_cut_and_stays_whole_markdown(github: GitHub, ctl: Any, tmp_path: Path) -> None:
    text = "<details>\n<summary>all</summary>\n\n```\n" + "a line of the report \U0001f600\n" * 5000 + "```\n</details>"
    assert ctl("comment", report(tmp_path, text), "--marker", "diff:staging")[0] == 0
    body = github.bodies(5)[0]
    assert 64_000 < len(body.encode("utf-16-le")) // 2 <= 65_536
    assert "\n```\n</details>\n\n**Cut here" in body
    assert "https://github.com/kestrel-billing/platform/actions/runs/77" in body


def difference(kind: str, **values: Any) -> dict[str, Any]:
    base = {"urn": "urn:a", "type": "aws:s3/bucket:Bucket", "name": "a|b @x", "property": "p", "state": 1, "cloud": 2}
    return {**base, "class": kind, **values}


def drift(tmp_path: Path, *differences: dict[str, Any]) -> str:
    file = tmp_path / "drift.json"
    file.write_text(json.dumps({"schema": 1, "environment": "staging", "differences": differences}))
    return str(file)


def test_one_issue_is_opened_changed_and_closed(github: GitHub, ctl: Any, tmp_path: Path) -> None:
    assert ctl("drift-issue", drift(tmp_path))[0] == 0
    assert github.issues == {}
    assert ctl("drift-issue", drift(tmp_path, difference("ours"), difference("harmless", property="")))[0] == 0
    assert github.issues[1]["title"] == "Drift in staging: 2 differences"
    assert [label["name"] for label in github.issues[1]["labels"]] == ["drift"]
    assert (
        "| harmless | <code>a&#124;b &#64;x</code> aws&#58;s3/bucket&#58;Bucket | the resource is gone | | |"
        in (github.issues[1]["body"])
    )
    assert ctl("drift-issue", drift(tmp_path, difference("ours"), difference("security")))[0] == Exit.DRIFT
    assert list(github.issues) == [1]
    assert github.issues[1]["title"] == "Security drift in staging: 2 differences"
    assert [label["name"] for label in github.issues[1]["labels"]] == ["drift", "security"]
    assert "@billing/platform" in github.issues[1]["body"]
    assert github.issues[1]["body"].index("| security |") < github.issues[1]["body"].index("| ours |")
    assert "security=true" in (tmp_path / "outputs").read_text()
    assert ctl("drift-issue", drift(tmp_path))[0] == 0
    assert github.issues[1]["state"] == "closed"
    assert ctl("drift-issue", drift(tmp_path, difference("ours")))[0] == 0
    assert [one["state"] for one in github.issues.values()] == ["closed", "open"]


def test_people_are_paged_once_for_one_state_of_things(
    github: GitHub, ctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[tuple[str, str]] = []

    def page(_variables: Any, environment: str, account: Any, subject: str, message: str) -> str:
        assert (environment, account.id) == ("staging", "418295703364")
        pages.append((subject, message))
        return "nobody was paged: not allowed" if len(pages) == 3 else ""

    monkeypatch.setattr("platformctl.locks.paging.page", page)
    one = difference("security", name="door", state="a secret", cloud="another")
    ctl("drift-issue", drift(tmp_path, difference("ours")), "--page")
    assert pages == []
    ctl("drift-issue", drift(tmp_path, difference("ours"), one), "--page")
    ctl("drift-issue", drift(tmp_path, one), "--page")
    ((subject, message),) = pages
    assert subject == "Security drift in staging: 2 differences"
    assert message == f"door p\nhttps://github.com/{REPOSITORY}/issues/1"
    ctl("drift-issue", drift(tmp_path, {**one, "cloud": "a third"}), "--page")
    assert len(pages) == 2
    code, said = ctl("drift-issue", drift(tmp_path, one, {**one, "name": "gate"}), "--page")
    assert code == Exit.DRIFT
    assert "nobody was paged" in said
    ctl("drift-issue", drift(tmp_path, {**one, "name": "wall"}))
    assert len(pages) == 3


def test_the_issue_names_who_made_what_is_urgent_once_and_as_data(github: GitHub, ctl: Any, tmp_path: Path) -> None:
    made = [{"who": "arn:aws:sts::1:assumed-role/x/@all</code>", "what": "PutRolePolicy", "at": "2026-11-26T03:04:05"}]
    two = [difference("security", name="door", property=name, made_by=made) for name in ("p", "q")]
    ctl("drift-issue", drift(tmp_path, *two, difference("ours", made_by=[])))
    body = github.issues[1]["body"]
    assert body.count("PutRolePolicy") == 1
    assert "- <code>door</code>: <code>arn&#58;aws&#58;sts" in body
    assert "@all" not in body
    ctl("drift-issue", drift(tmp_path, difference("ours")))
    assert "Made by" not in github.issues[1]["body"]


def test_a_lost_answer_opens_one_issue(github: GitHub, api: Api) -> None:
    github.failures = [("POST", Failure(502, after=True))]
    marker = "<!-- platformctl:drift:staging -->"
    assert issue.put(api, REPOSITORY, marker, "t", marker, ["drift"])[0] == "updated"
    assert list(github.issues) == [1]


def test_somebody_elses_issue_is_left_alone(github: GitHub, api: Api) -> None:
    marker = "<!-- platformctl:drift:staging -->"
    github.answer("POST", f"/repos/{REPOSITORY}/issues", {}, {"title": "t", "body": marker, "labels": ["drift"]})
    github.issues[1]["user"] = {"login": "somebody"}
    assert issue.put(api, REPOSITORY, marker, "t", marker, ["drift"])[0] == "opened"
    assert issue.close(api, REPOSITORY, marker, "drift", "over")[0] == "closed"
    assert {number: one["state"] for number, one in github.issues.items()} == {1: "open", 2: "closed"}
    assert github.issues[2]["user"]["login"] == BOT


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("[]", "schema must be 1"),
        ('{"schema": 2}', "schema must be 1"),
        ('{"schema": 1, "environment": "staging"}', "differences are missing"),
        ('{"schema": 1, "environment": "staging", "differences": [{"class": "new"}]}', "unknown class 'new'"),
        ("{", "not JSON"),
    ],
)
def test_a_drift_report_that_is_none_is_refused(ctl: Any, tmp_path: Path, document: str, why: str) -> None:
    (tmp_path / "drift.json").write_text(document)
    error, _ = ctl("drift-issue", str(tmp_path / "drift.json"))
    assert why in str(error)


def test_an_output_of_several_lines_is_refused(ctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from platformctl.github.run import WorkflowRun

    with pytest.raises(CommandError, match="another output could hide"):
        WorkflowRun({"GITHUB_OUTPUT": str(tmp_path / "outputs")}).set_outputs({"a": "1\nb=2"})
    assert not (tmp_path / "outputs").exists()
