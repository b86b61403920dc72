"""Endpoints pass our principals to our resources, and of AWS's own what the service needs."""

import json
from typing import Any, get_args

import pytest

from components.networks.endpoint_policy import endpoint_policy
from components.networks.endpoint_services import GatewayService, InterfaceService

OURS = "123456789012"
SERVICES = (*get_args(GatewayService), *get_args(InterfaceService))


def _statements(service: str, region: str = "eu-central-1") -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(endpoint_policy(service, region, (OURS,)))["Statement"]
    return statements


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_not_named_exactly_is_bound_to_our_account(service: str) -> None:
    ours, *others = _statements(service)
    assert ours["Condition"]["StringEquals"] == {
        "aws:PrincipalAccount": [OURS],
        "aws:ResourceAccount": [OURS],
    }
    assert ours["Action"] != ["*"]
    for statement in others:
        assert not any("*" in action for action in statement["Action"])
        assert "Condition" in statement or statement["Resource"] != ["*"]


def test_services_are_called_as_iam_calls_them() -> None:
    actions = {service: _statements(service)[0]["Action"] for service in SERVICES}
    differing = {service: action for service, action in actions.items() if action != [f"{service}:*"]}
    assert differing == {"ecr.api": ["ecr:*"], "ecr.dkr": ["ecr:*"], "monitoring": ["cloudwatch:*"]}


def test_image_layers_come_through_the_s3_endpoint() -> None:
    assert _statements("s3")[1] == {
        "Sid": "ImageLayersOfEcr",
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": ["arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"],
    }


@pytest.mark.parametrize(("region", "account"), [("eu-central-1", "602401143452"), ("eu-south-1", "590381155156")])
def test_images_of_eks_add_ons_can_be_pulled_and_nothing_else_of_that_account(region: str, account: str) -> None:
    images = _statements("ecr.dkr", region)[-1]
    assert images["Resource"] == [f"arn:aws:ecr:{region}:{account}:repository/*"]
    assert images["Condition"] == {"StringEquals": {"aws:PrincipalAccount": [OURS]}}


def test_service_accounts_may_take_our_roles_before_they_are_anybody() -> None:
    federated = _statements("sts")[-1]
    assert federated["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    assert federated["Condition"] == {"StringEquals": {"aws:ResourceAccount": [OURS]}}
