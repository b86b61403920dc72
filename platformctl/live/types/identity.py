"""Users, groups and what they hold, which the environments have none of; an analyzer of access."""

from typing import Any

from platformctl.live.types.reader import reader, tags
from policies import tokens
from sandbox.model import Call, ResourceType, fields, keyed
from sandbox.resource import Resource


def _policies(kind: str, written: str, attached: str) -> tuple[ResourceType, ResourceType]:
    """Inline policies and attachments of users and of groups differ in one word."""
    name, mine = f"{kind.title()}Name", {f"{kind.title()}Name": f"{{{kind}}}"}
    found = f"AttachedPolicies[?PolicyArn == '{{policyArn}}'].merge(@, {{{kind}: '{{{kind}}}'}}) | [0]"
    document = Call(f"get_{kind}_policy", args={**mine, "PolicyName": "{name}"}, send=())
    inputs = fields(f"{kind}!@{name} name@PolicyName policy:json!@PolicyDocument")
    return (
        reader(written, "iam", inputs, document, id=f"{{{kind}}}:{{name}}"),
        reader(
            attached,
            "iam",
            fields(f"{kind}!@{name} policyArn!"),
            Call(f"list_attached_{kind}_policies", args=mine, send=(), result=found),
            id=f"{{{kind}}}/{{policyArn}}",
        ),
    )


USER = reader(
    tokens.USER,
    "iam",
    fields("name@UserName path permissionsBoundary"),
    keyed("get_user", "UserName", "User.merge(@, {permissionsBoundary: PermissionsBoundary.PermissionsBoundaryArn})"),
    outputs=("arn",),
    tags=tags("list_user_tags", "UserName"),
)
GROUP = reader(
    tokens.GROUP, "iam", fields("name@GroupName path"), keyed("get_group", "GroupName", "Group"), outputs=("arn",)
)


def _access_key(it: Resource) -> Any:
    told = it.type.told_by(it.id)
    keys = it.call("list_access_keys", UserName=told["user"])["AccessKeyMetadata"]
    return next((one for one in keys if one["AccessKeyId"] == told["key"]), None)


ACCESS_KEY = reader(
    tokens.ACCESS_KEY, "iam", fields("user@UserName status"), _access_key, import_id="(?P<user>[^/]+)/(?P<key>.+)"
)
LOGIN_PROFILE = reader(
    tokens.LOGIN_PROFILE, "iam", fields("user@UserName"), keyed("get_login_profile", "UserName", "LoginProfile")
)


def _analyzer(it: Resource) -> Any:
    found = it.call("list_analyzers")["analyzers"]
    return next((one | {"analyzerName": one["name"]} for one in found if one["name"] == it.id), None)


ANALYZER = reader(
    tokens.ACCESS_ANALYZER, "accessanalyzer", fields("analyzerName type"), _analyzer, outputs=("arn", "status")
)

TYPES = (
    *_policies("user", tokens.USER_POLICY, tokens.USER_POLICY_ATTACHMENT),
    *_policies("group", tokens.GROUP_POLICY, tokens.GROUP_POLICY_ATTACHMENT),
    *(USER, GROUP, ACCESS_KEY, LOGIN_PROFILE, ANALYZER),
)
