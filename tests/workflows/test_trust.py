"""The roles that the workflows take, held against what the foundation's trust policies accept, by our own evaluator.

What a token claims: GitHub docs, "OpenID Connect reference". An environment in the job makes the subject; else the
event does.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from components.account_names import foundation_role_arn, state_bucket_name
from components.ci_identity import AUDIENCE, ISSUER, CiIdentityArgs, role_specs
from components.policy_document import policy_json
from platformctl.github.identity import ROLES, identity
from platformctl.project import Project
from policies.access import Document, Documents, Outcome, Request, decide
from tests.workflows.files import ROOT, jobs

MAIN = "refs/heads/main"
REACH = "./.github/actions/reach"
FOUNDATION = Project(ROOT, "foundation")


@dataclass(frozen=True)
class Taking:
    """One job that takes a role, for one event."""

    job: str
    event: str
    environment: str  # that it reaches
    role: str
    gate: str | None  # GitHub's environment of the job
    checks_ref: bool  # it runs on the main branch alone by its own condition


def _expanded(text: str, job: dict[str, Any], whole: dict[str, Any]) -> list[str]:
    """The values of an environment that is written as a matrix, an input or itself."""
    named = {
        "${{ matrix.environment }}": lambda: job["strategy"]["matrix"]["environment"],
        "${{ inputs.environment }}": lambda: whole["on"]["workflow_dispatch"]["inputs"]["environment"]["options"],
    }
    assert text in named or "${{" not in text, text
    return list(named[text]()) if text in named else [text]


def _checks_ref(name: str, whole: dict[str, Any]) -> bool:
    """Whether the job runs on the main branch alone, by its own condition or that of a job that it needs."""
    job = whole["jobs"][name]
    needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
    return "github.ref == 'refs/heads/main'" in job.get("if", "") or any(_checks_ref(one, whole) for one in needs)


def _takings() -> Iterator[Taking]:
    for workflow, name, job, whole in jobs():
        for step in job["steps"]:
            if step.get("uses") != REACH:
                continue
            gate = job.get("environment")
            for event in whole["on"]:
                for environment in _expanded(step["with"]["environment"], job, whole):
                    if gate:
                        assert gate == step["with"]["environment"], "the approval is for what is reached"
                    checks = _checks_ref(name, whole)
                    yield Taking(
                        f"{workflow}.{name}", event, environment, step["with"]["role"], gate and environment, checks
                    )


TAKINGS = list(_takings())


def _settings(environment: str) -> Any:
    return FOUNDATION.settings(environment)


def _args(environment: str) -> CiIdentityArgs:
    settings = _settings(environment)
    return CiIdentityArgs(
        account_id=settings.account.id,
        region=settings.account.region,
        organisation=settings.account.organisation,
        environment=environment,
        repository=settings.pipeline.repository,
        repository_id=settings.pipeline.repository_id,
        branch=settings.pipeline.branch,
        platform_boundary_arn="arn:aws:iam::1:policy/a",
        pipeline_boundary_arn="arn:aws:iam::1:policy/b",
    )


def _claims(taking: Taking, **changed: str) -> dict[str, str]:
    args = _args(taking.environment)
    ref = {"pull_request": "refs/pull/1/merge"}.get(taking.event, MAIN)
    claims = {"repository": args.repository, "repository_id": args.repository_id, "ref": ref, "aud": AUDIENCE}
    claims |= {"environment": taking.gate} if taking.gate else {}
    claims |= changed
    context = f"ref:{claims['ref']}" if taking.event != "pull_request" else "pull_request"
    context = f"environment:{claims['environment']}" if "environment" in claims else context
    return {**claims, "sub": f"repo:{claims['repository']}:{context}"}


def _outcome(taking: Taking, role: str, claims: dict[str, str], environment: str = "") -> Outcome:
    args = _args(environment or taking.environment)
    (spec,) = [one for one in role_specs(args) if one.role == role]
    written = policy_json(*spec.trust)
    assert isinstance(written, str)
    request = Request(
        principal=f"arn:aws:iam::{args.account_id}:oidc-provider/{ISSUER}",
        action="sts:AssumeRoleWithWebIdentity",
        resource=foundation_role_arn(args.account_id, spec.role),
        context={f"{ISSUER}:{claim}": value for claim, value in claims.items()},
        complete=True,
    )
    return decide(request, Documents(resource=Document.of("trust", json.loads(written)))).outcome


@pytest.mark.parametrize("taking", TAKINGS, ids=lambda taking: f"{taking.job}-{taking.event}-{taking.environment}")
class TestEveryTaking:
    def test_is_accepted_from_the_main_branch(self, taking: Taking) -> None:
        assert _outcome(taking, taking.role, _claims(taking)) is Outcome.ALLOW

    @pytest.mark.parametrize(
        "changed",
        [
            {"ref": "refs/heads/feature"},
            {"ref": "refs/tags/main"},
            {"repository_id": "1"},
            {"repository": "someone/platform"},
            {"aud": "https://github.com/someone"},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_is_refused_to_anything_else(self, taking: Taking, changed: dict[str, str]) -> None:
        assert _outcome(taking, taking.role, _claims(taking, **changed)) is Outcome.DENY

    def test_is_refused_for_every_other_role(self, taking: Taking) -> None:
        others = [role for role in ROLES if role != taking.role]
        assert {_outcome(taking, role, _claims(taking)) for role in others} == {Outcome.DENY}

    def test_is_refused_by_the_other_environments_deploy_role(self, taking: Taking) -> None:
        """Each account trusts its own environment; only what looks is the same for both."""
        other = {"staging": "prod", "prod": "staging"}[taking.environment]
        expected = Outcome.DENY if taking.role == "deploy" else Outcome.ALLOW
        assert _outcome(taking, taking.role, _claims(taking), other) is expected

    def test_nobody_may_choose_another_branch(self, taking: Taking) -> None:
        """A person who starts a run chooses its branch: the job says so itself before the trust refuses."""
        assert taking.event != "workflow_dispatch" or taking.checks_ref or taking.role == "deploy"


def test_each_deploying_job_waits_for_the_environments_approval() -> None:
    assert {taking.gate == taking.environment for taking in TAKINGS if taking.role == "deploy"} == {True}
    assert {taking.role for taking in TAKINGS} == {"deploy", "drift"}


def test_the_sessions_are_no_longer_than_the_roles_allow() -> None:
    for workflow, name, job, _ in jobs():
        for step in job["steps"]:
            if step.get("uses") == REACH:
                (spec,) = [one for one in role_specs(_args("prod")) if one.role == step["with"]["role"]]
                assert int(step["with"].get("seconds", "3600")) <= spec.session_s, (workflow, name)


@pytest.mark.parametrize("environment", ["staging", "prod"])
@pytest.mark.parametrize("role", ROLES)
def test_the_names_are_the_foundations(environment: str, role: Any) -> None:
    account = Project(ROOT).settings(environment).account
    found = identity(account, environment, role)
    bucket = state_bucket_name(account.organisation, environment, account.id)
    assert found["role"] == foundation_role_arn(_settings(environment).account.id, role)
    assert found["backend"] == f"s3://{bucket}?region={account.region}"
    assert found["account"] == _settings(environment).account.id
