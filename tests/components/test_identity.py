"""Roles, boundaries and the organisation's policies: arguments, identities, sizes."""

import json
from datetime import date
from typing import Any

import pytest

from components.access_roles import AccessRoles, AccessRolesArgs
from components.account_defaults import AccountDefaults, AccountDefaultsArgs
from components.ci_identity import CiIdentity, CiIdentityArgs
from components.identity.break_glass import BreakGlass
from components.identity.foundation_role import RoleSpec
from components.identity.service_control_policies import POLICY_SIZE as CONTROL_POLICY_SIZE
from components.identity.service_control_policies import service_control_policies
from components.permission_boundary import POLICY_SIZE, PermissionBoundary, PermissionBoundaryArgs
from components.policy_document import trust
from components.service_role import ServiceRole, ServiceRoleArgs
from tests.components.conftest import Built, build

ACCOUNT, IDENTITY = "123456789012", "210987654321"
REGIONS = ("eu-central-1", "eu-west-1")
LEAD = f"arn:aws:iam::{IDENTITY}:user/people/lead"


def _grant(**changes: Any) -> BreakGlass:
    values = {"principals": (LEAD,), "granted": date(2026, 11, 2), "until": date(2027, 1, 31)}
    return BreakGlass(**{**values, "reason": "the pipeline is down", "approver": "head-of-security", **changes})


def _ci(**changes: Any) -> CiIdentityArgs:
    values = {"account_id": ACCOUNT, "region": REGIONS[0], "organisation": "kestrel", "environment": "prod"}
    values |= {"repository": "kestrel/platform", "repository_id": "7", "branch": "main"}
    boundaries = {"platform_boundary_arn": "arn:platform", "pipeline_boundary_arn": "arn:pipeline"}
    return CiIdentityArgs(**{**values, **boundaries, **changes})


def _access() -> AccessRolesArgs:
    values: dict[str, Any] = {
        "account_id": ACCOUNT,
        "region": REGIONS[0],
        "organisation": "kestrel",
        "environment": "prod",
    }
    boundaries: dict[str, Any] = {"platform_boundary_arn": "arn:platform", "pipeline_boundary_arn": "arn:pipeline"}
    people: dict[str, Any] = {
        "organisation_id": "o-a1b2c3d4e5",
        "identity_account_id": IDENTITY,
        "break_glass": _grant(),
    }
    return AccessRolesArgs(**values, **boundaries, **people)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"repository": "kestrel/*"}, r"repository must be owner/name, without wildcards, got 'kestrel/\*'"),
        ({"repository": "platform"}, "repository must be owner/name"),
        ({"repository_id": "x"}, "repository_id must be the repository's number, got 'x'"),
        ({"branch": "*"}, r"branch must be the name of one branch, got '\*'"),
    ],
)
def test_rejects_a_pipeline_that_is_not_one(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _ci(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"principals": ()}, "break-glass needs principals, a reason and an approver"),
        ({"reason": " "}, "break-glass needs principals, a reason and an approver"),
        ({"principals": ("*",)}, r"ARNs of users without wildcards, got '\*'"),
        (
            {"until": date(2027, 2, 3)},
            "must be 2026-11-02 to 2027-02-02, a quarter after it was granted, got 2027-02-03",
        ),
        ({"until": date(2026, 11, 1)}, "got 2026-11-01"),
    ],
)
def test_rejects_a_grant_without_reason_or_end(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _grant(**changes)


def _identities(component: str, name: str, children: dict[str, tuple[str, ...]]) -> set[str]:
    found = {f"platform:identity:{component}::{name}"}
    for kind, names in children.items():
        token = f"aws:iam/{kind[0].lower()}{kind[1:]}:{kind}"
        found |= {f"platform:identity:{component}${token}::{child}" for child in names}
    return found


def test_the_pipeline_is_a_provider_and_three_roles_each_with_policies_of_its_own() -> None:
    built = build(lambda: CiIdentity("ci", _ci()))
    looks = ("ci-preview-read", "ci-preview-no-data", "ci-drift-read", "ci-drift-no-data")
    policies = (*looks, "ci-drift-tell", "ci-deploy-read", "ci-deploy-deploy")
    assert built.identities() == _identities(
        "CiIdentity",
        "ci",
        {
            "OpenIdConnectProvider": ("ci",),
            "Role": ("ci-preview", "ci-drift", "ci-deploy"),
            "Policy": policies,
            "RolePolicyAttachment": policies,
        },
    )
    assert _limits(built) == {
        "ci-preview": (3600, "arn:platform"),
        "ci-drift": (3600, "arn:platform"),
        "ci-deploy": (7200, "arn:pipeline"),
    }
    _fits(built)


def test_people_have_five_roles_whose_sessions_are_as_long_as_their_work() -> None:
    built = build(lambda: AccessRoles("access", _access()))
    assert _limits(built) == {
        "access-engineer": (28_800, "arn:platform"),
        "access-on-call": (14_400, "arn:platform"),
        "access-auditor": (28_800, "arn:platform"),
        "access-key-administrator": (3600, "arn:pipeline"),
        "access-break-glass": (3600, "arn:pipeline"),
    }
    assert {made.inputs["path"] for made in built.all("Role")} == {"/foundation/"}
    _fits(built)


def _limits(built: Built) -> dict[str, tuple[int, str]]:
    return {
        made.name: (made.inputs["maxSessionDuration"], made.inputs["permissionsBoundary"]) for made in built.all("Role")
    }


def _fits(built: Built) -> None:
    for made in built.all("Policy"):
        text = json.dumps(json.loads(made.inputs["policy"]), separators=(",", ":"))
        assert len(text) <= POLICY_SIZE, made.name


def test_a_session_lasts_between_one_and_twelve_hours() -> None:
    for seconds in (3599, 43_201):
        with pytest.raises(ValueError, match=f"session_s of engineer must be 3600 to 43200, got {seconds}"):
            RoleSpec(role="engineer", description="", trust=(), permissions={}, session_s=seconds)


def test_both_boundaries_hold_the_same_denials_and_fit() -> None:
    args = PermissionBoundaryArgs(account_id=ACCOUNT, organisation="kestrel", regions=REGIONS)
    built = build(lambda: PermissionBoundary("boundary", args))
    names = ("boundary-platform", "boundary-pipeline")
    assert built.identities() == _identities("PermissionBoundary", "boundary", {"Policy": names})
    denials = []
    for name in names:
        made = built.one("Policy", name)
        assert made.inputs["path"] == "/foundation/"
        denials.append([s for s in json.loads(made.inputs["policy"])["Statement"] if s["Effect"] == "Deny"])
    assert denials[0] == denials[1]
    assert len(denials[0]) == 14
    _fits(built)


def test_the_organisations_policies_leave_administrators_alone_out() -> None:
    admin = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
    policies = service_control_policies(ACCOUNT, "kestrel", REGIONS, (admin,))
    assert set(policies) == {"keep-evidence", "keep-boundary", "no-root"}
    for name, text in policies.items():
        assert len(text) <= CONTROL_POLICY_SIZE
        for statement in json.loads(text)["Statement"]:
            assert statement["Effect"] == "Deny"
            if name != "no-root" and statement["Sid"] != "AllowedRegions":
                assert admin in statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    assert "KeepData" in policies["keep-evidence"]
    thrown_away = service_control_policies(ACCOUNT, "kestrel", REGIONS, (admin,), throw_away=True)
    assert "KeepData" not in str(thrown_away)
    with pytest.raises(ValueError, match="must be at most 5120 characters"):
        service_control_policies(ACCOUNT, "kestrel", REGIONS, tuple(f"{admin}{n}" for n in range(20)))


def test_defaults_hold_in_every_region() -> None:
    built = build(lambda: AccountDefaults("account", AccountDefaultsArgs(regions=REGIONS)))
    for kind in ("EncryptionByDefault", "SnapshotBlockPublicAccess", "InstanceMetadataDefaults"):
        assert {made.inputs["region"] for made in built.all(kind)} == {*REGIONS}
    assert {made.inputs["httpTokens"] for made in built.all("InstanceMetadataDefaults")} == {"required"}
    (password,) = built.all("AccountPasswordPolicy")
    assert (password.inputs["minimumPasswordLength"], password.inputs["passwordReusePrevention"]) == (14, 24)


def _role(**changes: Any) -> ServiceRoleArgs:
    values: dict[str, Any] = {"role_name": "prod-config", "account_id": ACCOUNT, "description": "records settings"}
    values |= {"trust": (trust("Config", "config.amazonaws.com", ACCOUNT),)}
    return ServiceRoleArgs(
        **{**values, "managed_policies": ("arn:aws:iam::aws:policy/service-role/AWS_ConfigRole",), **changes}
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"role_name": "a b"}, "role_name must be 1 to 64 of"),
        ({"trust": ()}, "trust of prod-config must say who may take the role"),
        ({"managed_policies": ()}, "prod-config needs permissions or managed_policies"),
    ],
)
def test_rejects_a_service_role_for_nobody_or_nothing(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _role(**changes)


def test_every_service_role_is_inside_the_boundary() -> None:
    built = build(lambda: ServiceRole("config", _role()))
    assert built.identities() == _identities(
        "ServiceRole", "config", {"Role": ("config",), "RolePolicyAttachment": ("config-AWS_ConfigRole",)}
    )
    role = built.one("Role", "config").inputs
    assert role["permissionsBoundary"] == f"arn:aws:iam::{ACCOUNT}:policy/foundation/permission-boundary"
    assert role["path"] == "/platform/"
    (statement,) = json.loads(role["assumeRolePolicy"])["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
