"""Roles, policies and who may take them, through the IAM API."""

from __future__ import annotations

from typing import Any

from sandbox.forms import either, written
from sandbox.model import Call, ResourceType, Tagging, fields, keyed
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_VERSIONS = 5  # of a managed policy, IAM quotas


def _tags(what: str) -> Tagging:
    return service_tags(put=f"tag_{what}", remove=f"untag_{what}", read=f"list_{what}_tags")


def _let_go(it: Resource) -> None:
    """Instance profiles let go of a role always, policies only with forceDetachPolicies: provider documentation."""
    for one in it.call("list_instance_profiles_for_role", RoleName=it.id)["InstanceProfiles"]:
        profile = one["InstanceProfileName"]
        it.call("remove_role_from_instance_profile", InstanceProfileName=profile, RoleName=it.id)
    if it.inputs.get("forceDetachPolicies"):
        for one in it.call("list_attached_role_policies", RoleName=it.id)["AttachedPolicies"]:
            it.call("detach_role_policy", RoleName=it.id, PolicyArn=one["PolicyArn"])
        for name in it.call("list_role_policies", RoleName=it.id)["PolicyNames"]:
            it.call("delete_role_policy", RoleName=it.id, PolicyName=name)


_BOUNDARY = ("put_role_permissions_boundary", "delete_role_permissions_boundary")
_TRUST = {"RoleName": "{id}", "PolicyDocument": "{assumeRolePolicy}"}
ROLE = ResourceType("aws:iam/role:Role", "iam",
    # namePrefix and path replace, here and below: provider documentation
    inputs=fields("""name*@RoleName namePrefix*% path*=/ assumeRolePolicy:json!@AssumeRolePolicyDocument description
           permissionsBoundary maxSessionDuration:int=3600 forceDetachPolicies:bool%=false"""),
    remedy="use aws.iam.RolePolicy and aws.iam.RolePolicyAttachment for its policies",
    autoname="name", id="{name}",
    create=(Call("create_role"),),
    read=(keyed("get_role", "RoleName",
                "Role.merge(@, {permissionsBoundary: PermissionsBoundary.PermissionsBoundaryArn, uniqueId: RoleId})"),),
    update=(Call("update_role", args={"RoleName": "{id}"}, send=("description", "maxSessionDuration")),
            Call("update_assume_role_policy", args=_TRUST, send=()),
            either("permissionsBoundary", *_BOUNDARY, "RoleName")),
    delete=(_let_go, keyed("delete_role", "RoleName")),
    outputs=("arn", "uniqueId"),
    tags=_tags("role"),
)  # fmt: skip


def _versions(it: Resource) -> list[str]:
    """The versions that are not in force, oldest first."""
    found = it.call("list_policy_versions", PolicyArn=it.id)["Versions"]
    old = [one["VersionId"] for one in found if not one["IsDefaultVersion"]]
    return sorted(old, key=lambda version: int(version[1:]))


def _drop_versions(it: Resource, keep: int = 0) -> None:
    old = _versions(it)
    for version in old[: max(0, len(old) - keep)]:
        it.call("delete_policy_version", PolicyArn=it.id, VersionId=version)


def _write_version(it: Resource) -> None:
    if "policy" in it.changed:
        _drop_versions(it, keep=_VERSIONS - 2)
        it.call("create_policy_version", PolicyArn=it.id, PolicyDocument=it.inputs["policy"], SetAsDefault=True)


def _read_policy(it: Resource) -> Any:
    found = it.call("get_policy", PolicyArn=it.id)["Policy"]
    version = it.call("get_policy_version", PolicyArn=it.id, VersionId=found["DefaultVersionId"])["PolicyVersion"]
    return {**found, "policy": version["Document"]}


POLICY = ResourceType("aws:iam/policy:Policy", "iam",
    # the description replaces: provider documentation
    inputs=fields("""name*@PolicyName namePrefix*% path*=/ policy:json!@PolicyDocument description*
           delayAfterPolicyCreationInMs:int%"""),
    autoname="name",
    create=(Call("create_policy", result="Policy.Arn"),),
    read=(_read_policy,),
    update=(_write_version,),
    delete=(_drop_versions, keyed("delete_policy", "PolicyArn")),
    outputs=("arn", "policyId", "attachmentCount"),
    tags=_tags("policy"),
)  # fmt: skip

ROLE_POLICY = written("aws:iam/rolePolicy:RolePolicy", "iam",
    fields("role!*@RoleName name*@PolicyName namePrefix*% policy:json!@PolicyDocument"),
    autoname="name", id="{role}:{name}",
    put=Call("put_role_policy"),
    get=Call("get_role_policy", send=("role", "name")),
    delete=Call("delete_role_policy", send=("role", "name")),
)  # fmt: skip

_ATTACHED = "AttachedPolicies[?PolicyArn == '{policyArn}'].merge(@, {role: '{role}'}) | [0]"
ROLE_POLICY_ATTACHMENT = ResourceType("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "iam",
    inputs=fields("role!*@RoleName policyArn!*"),
    id="{role}/{policyArn}",
    create=(Call("attach_role_policy"),),
    read=(Call("list_attached_role_policies", send=("role",), result=_ATTACHED),),
    delete=(Call("detach_role_policy"),),
)  # fmt: skip


def _read_oidc(it: Resource) -> Any:
    """IAM answers the URL without its scheme."""
    found = it.call("get_open_id_connect_provider", OpenIDConnectProviderArn=it.id)
    return {**found, "Url": f"https://{found['Url'].removeprefix('https://')}"}


def _move_clients(it: Resource) -> None:
    old, new = (set(inputs.get("clientIdLists") or []) for inputs in (it.old, it.inputs))
    for verb, names in (("add_client_id_to", new - old), ("remove_client_id_from", old - new)):
        for name in sorted(names):
            it.call(f"{verb}_open_id_connect_provider", OpenIDConnectProviderArn=it.id, ClientID=name)


_OIDC = "OpenIDConnectProviderArn"
OPEN_ID_CONNECT_PROVIDER = ResourceType("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "iam",
    inputs=fields("url!* clientIdLists:list! thumbprintLists:list~"),
    create=(Call("create_open_id_connect_provider", result=_OIDC),),
    read=(_read_oidc,),
    update=(Call("update_open_id_connect_provider_thumbprint", args={_OIDC: "{id}"}, send=("thumbprintLists",),
                 only="thumbprintLists"), _move_clients),
    delete=(keyed("delete_open_id_connect_provider", _OIDC),),
    formats={"arn": "{id}"},
    tags=_tags("open_id_connect_provider"),
    unique=True,
)  # fmt: skip

ACCOUNT_PASSWORD_POLICY = written("aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "iam",
    fields("""allowUsersToChangePassword:bool=true minimumPasswordLength:int=6 maxPasswordAge:int~ hardExpiry:bool~
           passwordReusePrevention:int~ requireLowercaseCharacters:bool~ requireNumbers:bool~ requireSymbols:bool~
           requireUppercaseCharacters:bool~"""),
    id="iam-account-password-policy",
    put=Call("update_account_password_policy"),
    get=Call("get_account_password_policy", result="PasswordPolicy"),
    delete=Call("delete_account_password_policy"),
    outputs=("expirePasswords",),
)  # fmt: skip


def _change_role(it: Resource) -> None:
    old, new = it.old.get("role"), it.inputs.get("role")
    if old and old != new:
        it.call("remove_role_from_instance_profile", InstanceProfileName=it.id, RoleName=old)
    if new and new != old:
        it.call("add_role_to_instance_profile", InstanceProfileName=it.id, RoleName=new)


def _let_role_go(it: Resource) -> None:
    for role in it.call("get_instance_profile", InstanceProfileName=it.id)["InstanceProfile"]["Roles"]:
        it.call("remove_role_from_instance_profile", InstanceProfileName=it.id, RoleName=role["RoleName"])


_PROFILE = "InstanceProfile.merge(@, {role: Roles[0].RoleName, uniqueId: InstanceProfileId})"
INSTANCE_PROFILE = ResourceType("aws:iam/instanceProfile:InstanceProfile", "iam",
    inputs=fields("name*@InstanceProfileName namePrefix*% path*=/ role"),  # the role in place: provider documentation
    autoname="name", id="{name}",
    create=(Call("create_instance_profile"), _change_role),
    read=(keyed("get_instance_profile", "InstanceProfileName", _PROFILE),),
    update=(_change_role,),
    delete=(_let_role_go, keyed("delete_instance_profile", "InstanceProfileName")),
    outputs=("arn", "uniqueId"),
    tags=service_tags(put="tag_instance_profile", remove="untag_instance_profile", read=""),
)  # fmt: skip

TYPES = (ROLE, POLICY, ROLE_POLICY, ROLE_POLICY_ATTACHMENT, OPEN_ID_CONNECT_PROVIDER, ACCOUNT_PASSWORD_POLICY,
         INSTANCE_PROFILE)  # fmt: skip
