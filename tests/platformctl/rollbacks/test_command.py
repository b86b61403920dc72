"""The command's own refusals, and services taken back by what their cluster has."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from platformctl.commands import rollback
from platformctl.errors import CommandError, Exit
from platformctl.main import app
from platformctl.releases.rollouts import Name
from platformctl.releases.undo import Undo
from sandbox.cluster.client import ApiError

API, LEDGER = Name("billing-api", "api"), Name("billing-ledger", "ledger")
BACK = Undo(API, 4, {"spec": {}}, "the one before", 7)
LEFT = Undo(LEDGER, 2, None, "it is asked for already")
STUCK = Undo(LEDGER, None, None, "no earlier revision is kept")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--services", "--to", "abc", "--reason", "r"], "so --to has no meaning"),
        (["--reason", " "], "--reason must say why"),
        (["--reason", "r", "--json"], "--json needs --yes"),
    ],
)
def test_what_is_asked_for_must_make_sense(arguments: list[str], why: str) -> None:
    result = CliRunner().invoke(app, ["rollback", "staging", *arguments])
    assert isinstance(result.exception, CommandError)
    assert why in str(result.exception)


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the services' part with these undos; gives the exit code and which were applied."""

    def run(*undos: Undo, yes: bool = True, as_json: bool = False, refuse: Exception | None = None) -> Any:
        applied: list[Name] = []

        def apply(_: Any, one: Undo) -> None:
            if refuse:
                raise refuse
            applied.append(one.name)

        @contextmanager
        def cluster(*_: Any) -> Iterator[None]:
            yield None

        monkeypatch.setattr("platformctl.state.deployment", lambda _: {"resources": []})
        monkeypatch.setattr("platformctl.releases.rollouts.names", lambda _: tuple(one.name for one in undos))
        monkeypatch.setattr("platformctl.releases.reach.cluster", cluster)
        monkeypatch.setattr("platformctl.releases.undo.plan", lambda _, name: {one.name: one for one in undos}[name])
        monkeypatch.setattr("platformctl.releases.undo.apply", apply)
        target: Any = SimpleNamespace(name="staging", place="sandbox", variables={})
        return rollback._services(target, yes, as_json), applied

    return run


def test_every_service_that_can_goes_back(services: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert services(BACK, LEFT) == (Exit.FINE, [API])
    said = capsys.readouterr().out
    assert "billing-api/api: back to revision 4, the one before" in said
    assert "1 of 2 services go back" in said


def test_one_that_cannot_is_a_finding_and_hinders_no_other(services: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert services(BACK, STUCK, as_json=True) == (Exit.FINDINGS, [API])
    rows = json.loads(capsys.readouterr().out)["rollouts"]
    assert [(one["rollout"], one["revision"]) for one in rows] == [
        ("billing-api/api", 4),
        ("billing-ledger/ledger", None),
    ]


def test_nobody_who_can_be_asked_changes_nothing(services: Any) -> None:
    with pytest.raises(CommandError, match="nobody can be asked"):
        services(BACK, yes=False)


def test_without_services_nothing_is_done(services: Any) -> None:
    with pytest.raises(CommandError, match="has no services in a cluster"):
        services()


def test_a_cluster_that_refuses_is_told(services: Any) -> None:
    with pytest.raises(CommandError, match="the cluster did not do it: 403 Forbidden: no") as failed:
        services(BACK, refuse=ApiError(403, "Forbidden", "no"))
    assert failed.value.code is Exit.ENGINE
