"""States written by hand, as `pulumi stack export` prints them."""

import json
from typing import Any

ACCOUNT, OTHER = "111122223333", "444455556666"
_IAM = f"arn:aws:iam::{ACCOUNT}"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def says(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A statement; None leaves a part out, as `Resource` in trust policies."""
    whole = {"Effect": effect, "Action": action, "Resource": resource} | more
    return {key: value for key, value in whole.items() if value is not None}


def trusts(principal: Any, action: Any = "sts:AssumeRole", **more: Any) -> dict[str, Any]:
    return says(action, None, Principal=principal, **more)


def item(type_: str, name_: str, id_: str = "", /, **outputs: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::shop::{type_}::{name_}"
    return {"urn": urn, "type": type_, "custom": True, "id": id_ or name_, "inputs": {}, "outputs": outputs}


def role(name: str, *statements: dict[str, Any], account: str = ACCOUNT, **outputs: Any) -> list[dict[str, Any]]:
    """A role, and its inline policy if there are statements."""
    outputs.setdefault("assumeRolePolicy", document(trusts({"Service": "ec2.amazonaws.com"})))
    made = [item("aws:iam/role:Role", name, name=name, arn=f"arn:aws:iam::{account}:role/{name}", **outputs)]
    if statements:
        made.append(item("aws:iam/rolePolicy:RolePolicy", f"{name}-own", role=name, policy=document(*statements)))
    return made


def user(name: str, *statements: dict[str, Any], **outputs: Any) -> list[dict[str, Any]]:
    made = [item("aws:iam/user:User", name, name=name, arn=f"{_IAM}:user/{name}", **outputs)]
    if statements:
        made.append(item("aws:iam/userPolicy:UserPolicy", f"{name}-own", user=name, policy=document(*statements)))
    return made


def policy(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    arn = f"{_IAM}:policy/{name}"
    return item("aws:iam/policy:Policy", name, arn, name=name, arn=arn, policy=document(*statements))


def attach(holder: str, arn: str, kind: str = "role") -> dict[str, Any]:
    type_ = f"aws:iam/{kind}PolicyAttachment:{kind.capitalize()}PolicyAttachment"
    return item(type_, f"{holder}-{arn.rsplit('/', 1)[-1]}", **{kind: holder, "policyArn": arn})


def bucket(name: str, *statements: dict[str, Any]) -> list[dict[str, Any]]:
    made = [item("aws:s3/bucket:Bucket", name, bucket=name, arn=f"arn:aws:s3:::{name}")]
    if statements:
        made.append(
            item("aws:s3/bucketPolicy:BucketPolicy", f"{name}-policy", bucket=name, policy=document(*statements))
        )
    return made


def key(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    arn = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/{name}"
    return item("aws:kms/key:Key", name, name, keyId=name, arn=arn, policy=document(*statements))


def state(*parts: Any) -> dict[str, Any]:
    resources = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    return {"version": 3, "deployment": {"manifest": {}, "resources": resources}}
