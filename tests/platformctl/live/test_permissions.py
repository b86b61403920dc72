"""Every call that an audit makes is one of the table, and the foundation's auditor may make each."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from platformctl.live.permissions import NotPermitted, actions, permit
from platformctl.project import Project
from platformctl.render import render
from policies.access import Outcome, Request, decide
from policies.access.gathering import documents_of
from policies.adapters import from_registrations
from policies.graph import Graph
from policies.resource import Resource
from tests.platformctl.live.conftest import AWAY, REGION, Cloud

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = "730218645519"
GLOBAL = "us-east-1"  # where services without regions are asked: IAM user guide, aws:RequestedRegion
NEVER = ("GetSecretValue", "Decrypt", "GetParameter", "GetObject", "ReceiveMessage", "GenerateDataKey")


@cache
def _graph() -> Graph:
    return from_registrations(render(Project(ROOT, "foundation"), "prod"))


def _auditor() -> Resource:
    return next(one for one in _graph().of_type("aws:iam/role:Role") if one.properties["name"] == "auditor")


def _cases() -> Iterator[tuple[str, str]]:
    for (service, _), action in sorted(actions().items()):
        for region in (GLOBAL,) if service == "iam" else (REGION, AWAY):
            yield action, region


@pytest.mark.parametrize(("action", "region"), sorted(set(_cases())))
def test_the_auditor_may_make_every_call(action: str, region: str) -> None:
    request = Request(
        principal=f"arn:aws:iam::{ACCOUNT}:role/foundation/auditor",
        action=action,
        account=ACCOUNT,
        context={"aws:RequestedRegion": region},
        complete=True,
    )
    assert decide(request, documents_of(_graph(), _auditor())).outcome is Outcome.ALLOW


def test_every_call_of_the_table_exists() -> None:
    session = botocore.session.get_session()
    for service in {service for service, _ in actions()}:
        there = {xform_name(name) for name in session.get_service_model(service).operation_names}
        assert {method for one, method in actions() if one == service} <= there


def test_no_call_gives_a_secret_or_changes_anything() -> None:
    names = [action.partition(":")[2] for action in actions().values()]
    assert all(name.startswith(("Describe", "Get", "List")) for name in names)
    assert not set(names) & set(NEVER)


def test_what_is_not_in_the_table_is_never_sent(cloud: Cloud) -> None:
    account = cloud.account
    with pytest.raises(NotPermitted, match=r"secretsmanager\.get_secret_value"):
        account.call("secretsmanager", "get_secret_value", {"SecretId": "processor"})
    assert account.made == set()
    with pytest.raises(NotPermitted):
        permit("kms", "decrypt")
