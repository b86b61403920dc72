"""Questions on states written by hand, whose answers the IAM user guide gives."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from platformctl.access.questions import Questions
from policies.access.estate import Estate
from policies.adapters import from_state
from tests.policies.access.states import (
    ACCOUNT,
    OTHER,
    attach,
    bucket,
    document,
    item,
    key,
    policy,
    role,
    says,
    state,
    trusts,
    user,
)

_OBJECT = "arn:aws:s3:::invoices/2026/1.pdf"
_INVOICES = "arn:aws:s3:::invoices/*"
_READ = says("s3:GetObject", _INVOICES)
_KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/money"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
_ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
_QUEUE = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:work"
_SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:card-AbCdEf"
_AWS = "arn:aws:iam::aws:policy/"
_TLS = {"Bool": {"aws:SecureTransport": "false"}}
_DELEGATING = says("kms:*", "*", Principal=_ROOT)
_LAMBDA = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:bill"


@dataclass(frozen=True)
class Case:
    says: str
    state: tuple[Any, ...]
    question: tuple[str, str, str]
    answer: str
    context: dict[str, Any] = field(default_factory=dict)


_READER = role("app", _READ)
_ASK = ("app", "s3:GetObject", _OBJECT)
_DECRYPT = ("app", "kms:Decrypt", _KEY)
_ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def _queue(*statements: dict[str, Any]) -> dict[str, Any]:
    return item(
        "aws:sqs/queue:Queue", "work", "https://sqs/work", name="work", arn=_QUEUE, policy=document(*statements)
    )


def _secret(**outputs: Any) -> dict[str, Any]:
    return item("aws:secretsmanager/secret:Secret", "card", _SECRET, name="card", arn=_SECRET, **outputs)


def _limited(*boundary: dict[str, Any]) -> tuple[Any, ...]:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/limit"
    return role("app", _READ, permissionsBoundary=arn), policy("limit", *boundary), bucket("invoices")


def _function(**permission: Any) -> tuple[Any, ...]:
    made = item("aws:lambda/function:Function", "bill", "bill", name="bill", arn=_LAMBDA)
    allowed = {"function": "bill", "action": "lambda:InvokeFunction", "statementId": "s"} | permission
    return made, item("aws:lambda/permission:Permission", "call", **allowed)


def _assumed(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    return role("target", assumeRolePolicy=document(*statements))


_TARGET = f"arn:aws:iam::{ACCOUNT}:role/target"
_TAKE = says("sts:AssumeRole", _TARGET)


def _grant(operation: str, **constraint: Any) -> dict[str, Any]:
    constraints = [constraint] if constraint else []
    return item(
        "aws:kms/grant:Grant",
        "g",
        keyId="money",
        granteePrincipal=_ROLE,
        operations=[operation],
        constraints=constraints,
    )


def _control(target: str, *statements: dict[str, Any]) -> list[dict[str, Any]]:
    type_ = "aws:organizations/policy:Policy"
    return [
        item(type_, "limit", "p-1", name="limit", type="SERVICE_CONTROL_POLICY", content=document(*statements)),
        item("aws:organizations/policyAttachment:PolicyAttachment", "a", policyId="p-1", targetId=target),
    ]


def _full(target: str) -> dict[str, Any]:
    type_ = "aws:organizations/policyAttachment:PolicyAttachment"
    return item(type_, "full", policyId="p-FullAWSAccess", targetId=target)


def _public(*more: Any) -> tuple[Any, ...]:
    return role("app"), *more, bucket("invoices", _READ | {"Principal": "*"})


def _blocked() -> dict[str, Any]:
    type_ = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    return item(type_, "block", bucket="invoices", restrictPublicBuckets=True)


CASES = (
    # identity policies
    Case("an inline policy allows", (_READER, bucket("invoices")), _ASK, "allow"),
    Case("a bucket that is not in the state is the asker's", (_READER,), _ASK, "allow"),
    Case("another action", (_READER, bucket("invoices")), ("app", "s3:PutObject", _OBJECT), "deny"),
    Case("another resource", (_READER,), ("app", "s3:GetObject", "arn:aws:s3:::other/1"), "deny"),
    Case("actions in any case", (role("app", says("S3:getobject", _INVOICES)),), _ASK, "allow"),
    Case("wildcards in actions", (role("app", says("s3:Get*", _INVOICES)),), _ASK, "allow"),
    Case("one character in actions", (role("app", says("s3:GetObjec?", _INVOICES)),), _ASK, "allow"),
    Case("lists of actions", (role("app", says(["s3:List*", "s3:GetObject"], [_INVOICES])),), _ASK, "allow"),
    Case("everything but", (role("app", says(None, "*", NotAction="iam:*")),), _ASK, "allow"),
    Case("everything but this", (role("app", says(None, "*", NotAction=["s3:Get*"])),), _ASK, "deny"),
    Case("every resource but", (role("app", says("s3:*", None, NotResource="arn:aws:s3:::audit/*")),), _ASK, "allow"),
    Case("every resource but this", (role("app", says("s3:*", None, NotResource=_INVOICES)),), _ASK, "deny"),
    Case("a denial wins", (role("app", _READ, says("s3:*", "*", "Deny")),), _ASK, "deny"),
    Case("a denial of all but", (role("app", _READ, says(None, "*", "Deny", NotAction="s3:*")),), _ASK, "allow"),
    Case("a denial elsewhere", (role("app", _READ, says("s3:*", "arn:aws:s3:::audit/*", "Deny")),), _ASK, "allow"),
    Case("nothing at all", (role("app"),), _ASK, "deny"),
    Case(
        "a managed policy",
        (role("app"), policy("read", _READ), attach("app", f"arn:aws:iam::{ACCOUNT}:policy/read")),
        _ASK,
        "allow",
    ),
    Case("a policy of AWS that allows all", (role("app"), attach("app", _ADMIN)), _ASK, "allow"),
    Case("a policy of AWS that reads", (role("app"), attach("app", f"{_AWS}AmazonS3ReadOnlyAccess")), _ASK, "allow"),
    Case(
        "a policy of AWS that only reads",
        (role("app"), attach("app", f"{_AWS}AmazonS3ReadOnlyAccess")),
        ("app", "s3:PutObject", _OBJECT),
        "deny",
    ),
    Case(
        "a policy that nobody knows", (role("app"), attach("app", f"arn:aws:iam::{ACCOUNT}:policy/lost")), _ASK, "may"
    ),
    Case(
        "a policy of ours named like one of AWS",
        (role("app"), policy("AdministratorAccess", _READ), attach("app", _ADMIN)),
        ("app", "iam:CreateUser", "*"),
        "allow",
    ),
    Case(
        "another account's policy, named like one of ours",
        (role("app"), policy("read", _READ), attach("app", f"arn:aws:iam::{OTHER}:policy/read")),
        _ASK,
        "may",
    ),
    Case(
        "inline policies of the role itself",
        (role("app", inlinePolicies=[{"name": "a", "policy": document(_READ)}]),),
        _ASK,
        "allow",
    ),
    Case(
        "managed policies of the role itself",
        (role("app", managedPolicyArns=[f"arn:aws:iam::{ACCOUNT}:policy/read"]), policy("read", _READ)),
        _ASK,
        "allow",
    ),
    Case(
        "one attachment for many",
        (
            role("app"),
            policy("read", _READ),
            item(
                "aws:iam/policyAttachment:PolicyAttachment",
                "a",
                roles=["app"],
                users=["ada"],
                policyArn=f"arn:aws:iam::{ACCOUNT}:policy/read",
            ),
        ),
        _ASK,
        "allow",
    ),
    # users and groups
    Case("a user's own policy", (user("ada", _READ),), ("ada", "s3:GetObject", _OBJECT), "allow"),
    Case("a user without", (user("ada"),), ("ada", "s3:GetObject", _OBJECT), "deny"),
    Case(
        "a user's attachment",
        (user("ada"), policy("read", _READ), attach("ada", f"arn:aws:iam::{ACCOUNT}:policy/read", "user")),
        ("ada", "s3:GetObject", _OBJECT),
        "allow",
    ),
    Case(
        "a group's policy",
        (
            user("ada"),
            item("aws:iam/group:Group", "staff", name="staff", arn=f"arn:aws:iam::{ACCOUNT}:group/staff"),
            item("aws:iam/groupPolicy:GroupPolicy", "p", group="staff", policy=document(_READ)),
            item("aws:iam/userGroupMembership:UserGroupMembership", "m", user="ada", groups=["staff"]),
        ),
        ("ada", "s3:GetObject", _OBJECT),
        "allow",
    ),
    Case(
        "a group's attachment, listed from the group",
        (
            user("ada"),
            item("aws:iam/group:Group", "staff", name="staff", arn=f"arn:aws:iam::{ACCOUNT}:group/staff"),
            policy("read", _READ),
            attach("staff", f"arn:aws:iam::{ACCOUNT}:policy/read", "group"),
            item("aws:iam/groupMembership:GroupMembership", "m", group="staff", users=["bob", "ada"]),
        ),
        ("ada", "s3:GetObject", _OBJECT),
        "allow",
    ),
    Case(
        "a group of others",
        (
            user("ada"),
            user("bob"),
            item("aws:iam/group:Group", "staff", name="staff", arn=f"arn:aws:iam::{ACCOUNT}:group/staff"),
            item("aws:iam/groupPolicy:GroupPolicy", "p", group="staff", policy=document(_READ)),
            item("aws:iam/userGroupMembership:UserGroupMembership", "m", user="bob", groups=["staff"]),
        ),
        ("ada", "s3:GetObject", _OBJECT),
        "deny",
    ),
    Case(
        "a home of one's own",
        (user("ada", says("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*")),),
        ("ada", "s3:GetObject", "arn:aws:s3:::home/ada/x"),
        "allow",
    ),
    Case(
        "another's home",
        (user("ada", says("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*")),),
        ("ada", "s3:GetObject", "arn:aws:s3:::home/bob/x"),
        "deny",
    ),
    # conditions
    Case(
        "a condition not told",
        (role("app", _READ | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}),),
        _ASK,
        "may",
    ),
    Case(
        "a condition met",
        (role("app", _READ | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}),),
        _ASK,
        "allow",
        {"aws:SourceIp": "10.1.2.3"},
    ),
    Case(
        "a condition not met",
        (role("app", _READ | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}),),
        _ASK,
        "deny",
        {"aws:SourceIp": "192.0.2.1"},
    ),
    Case(
        "a denial that may apply",
        (role("app", _READ, says("s3:*", "*", "Deny", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})),),
        _ASK,
        "may",
    ),
    Case(
        "a denial that does not apply",
        (role("app", _READ, says("s3:*", "*", "Deny", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})),),
        _ASK,
        "allow",
        {"aws:MultiFactorAuthPresent": True},
    ),
    Case(
        "a key known to be absent",
        (role("app", _READ | {"Condition": {"Null": {"aws:TokenIssueTime": "true"}}}),),
        _ASK,
        "allow",
        {"aws:TokenIssueTime": None},
    ),
    Case(
        "any of several values",
        (role("app", _READ | {"Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}}),),
        _ASK,
        "allow",
        {"aws:TagKeys": ["x", "b"]},
    ),
    Case(
        "a user's tag",
        (
            user(
                "ada",
                _READ | {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "billing"}}},
                tags={"team": "billing"},
            ),
        ),
        ("ada", "s3:GetObject", _OBJECT),
        "allow",
    ),
    Case(
        "a tag that the user lacks",
        (user("ada", _READ | {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "billing"}}}),),
        ("ada", "s3:GetObject", _OBJECT),
        "deny",
    ),
    Case(
        "a resource's region",
        (role("app", says("sqs:*", "*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})),),
        ("app", "sqs:SendMessage", _QUEUE),
        "deny",
    ),
    # boundaries
    Case("a boundary that allows", _limited(says("s3:*")), _ASK, "allow"),
    Case("a boundary that does not", _limited(says("sqs:*")), _ASK, "deny"),
    Case("a boundary that denies", _limited(says("*"), says("s3:GetObject", "*", "Deny")), _ASK, "deny"),
    Case("a boundary alone grants nothing", (*_limited(says("*")),), ("app", "s3:PutObject", _OBJECT), "deny"),
    Case(
        "a boundary that nobody knows",
        (role("app", _READ, permissionsBoundary=f"arn:aws:iam::{ACCOUNT}:policy/lost"),),
        _ASK,
        "may",
    ),
    Case(
        "no boundary, as states say it",
        (role("app", _READ, permissionsBoundary="", inlinePolicies=[{"name": "", "policy": ""}]),),
        _ASK,
        "allow",
    ),
    Case(
        "a boundary of a user",
        (
            user("ada", _READ, permissionsBoundary=f"arn:aws:iam::{ACCOUNT}:policy/limit"),
            policy("limit", says("sqs:*")),
        ),
        ("ada", "s3:GetObject", _OBJECT),
        "deny",
    ),
    Case(
        "a region's bucket",
        (
            role(
                "app",
                says("*"),
                says("*", "*", "Deny", Condition={"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}),
            ),
            item(
                "aws:s3/bucket:Bucket",
                "invoices",
                bucket="invoices",
                arn="arn:aws:s3:::invoices",
                region="eu-central-1",
            ),
        ),
        _ASK,
        "allow",
    ),
    Case(
        "a role without ARN, as programs have it",
        (
            role("b"),
            item("aws:iam/role:Role", "app", name="app", path="/"),
            item("aws:iam/rolePolicy:RolePolicy", "p", role="app", policy=document(_READ)),
        ),
        _ASK,
        "allow",
    ),
    Case(
        "anyone", (bucket("invoices", _READ | {"Principal": "*"}), role("b")), ("*", "s3:GetObject", _OBJECT), "allow"
    ),
    # bucket policies
    Case(
        "a bucket that allows the role",
        (role("app"), bucket("invoices", _READ | {"Principal": {"AWS": _ROLE}})),
        _ASK,
        "allow",
    ),
    Case(
        "a bucket that allows the account",
        (role("app"), bucket("invoices", _READ | {"Principal": _ROOT})),
        _ASK,
        "deny",
    ),
    Case("a bucket that allows everyone", (role("app"), bucket("invoices", _READ | {"Principal": "*"})), _ASK, "allow"),
    Case(
        "a bucket that allows another",
        (role("app"), role("b"), bucket("invoices", _READ | {"Principal": {"AWS": _ROLE[:-3] + "b"}})),
        _ASK,
        "deny",
    ),
    Case(
        "a bucket that denies",
        (_READER, bucket("invoices", says("s3:*", _INVOICES, "Deny", Principal="*"))),
        _ASK,
        "deny",
    ),
    Case(
        "a bucket that denies all others",
        (
            _READER,
            bucket(
                "invoices",
                says("s3:*", _INVOICES, "Deny", Principal="*", Condition={"ArnNotEquals": {"aws:PrincipalArn": _ROLE}}),
            ),
        ),
        _ASK,
        "allow",
    ),
    Case(
        "plain HTTP not told",
        (_READER, bucket("invoices", says("s3:*", "*", "Deny", Principal="*", Condition=_TLS))),
        _ASK,
        "may",
    ),
    Case(
        "no plain HTTP",
        (_READER, bucket("invoices", says("s3:*", "*", "Deny", Principal="*", Condition=_TLS))),
        _ASK,
        "allow",
        {"aws:SecureTransport": "true"},
    ),
    Case(
        "the bucket's own property",
        (
            role("app"),
            item(
                "aws:s3/bucketV2:BucketV2",
                "invoices",
                bucket="invoices",
                arn="arn:aws:s3:::invoices",
                policy=document(_READ | {"Principal": {"AWS": _ROLE}}),
            ),
        ),
        _ASK,
        "allow",
    ),
    # across accounts
    Case(
        "another account's role, both allow",
        (
            role("far", _READ, account=OTHER),
            role("app"),
            bucket("invoices", _READ | {"Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"}}),
        ),
        ("far", "s3:GetObject", _OBJECT),
        "allow",
    ),
    Case(
        "another account's role, the bucket does not allow",
        (role("far", _READ, account=OTHER), role("app"), role("b"), bucket("invoices")),
        ("far", "s3:GetObject", _OBJECT),
        "deny",
    ),
    Case(
        "another account's unknown role, the bucket allows",
        (_READER, bucket("invoices", _READ | {"Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"}})),
        (f"arn:aws:iam::{OTHER}:role/far", "s3:GetObject", _OBJECT),
        "may",
    ),
    Case(
        "another account's unknown role, the bucket does not",
        (_READER, bucket("invoices")),
        (f"arn:aws:iam::{OTHER}:role/far", "s3:GetObject", _OBJECT),
        "deny",
    ),
    Case(
        "another account, the bucket allows",
        (_READER, bucket("invoices", _READ | {"Principal": {"AWS": OTHER}})),
        (OTHER, "s3:GetObject", _OBJECT),
        "allow",
    ),
    Case(
        "our policy on another's queue",
        (role("app", says("sqs:*")),),
        ("app", "sqs:SendMessage", f"arn:aws:sqs:eu-central-1:{OTHER}:w"),
        "deny",
    ),
    # keys
    Case(
        "a key that delegates", (role("app", says("kms:Decrypt", _KEY)), key("money", _DELEGATING)), _DECRYPT, "allow"
    ),
    Case("a key that delegates, no policy", (role("app"), key("money", _DELEGATING)), _DECRYPT, "deny"),
    Case(
        "a key that does not delegate",
        (role("app", says("kms:*")), key("money", says("kms:Decrypt", Principal={"AWS": _ROLE[:-3] + "b"}))),
        _DECRYPT,
        "deny",
    ),
    Case(
        "a key that names the role",
        (role("app"), key("money", says("kms:Decrypt", Principal={"AWS": _ROLE}))),
        _DECRYPT,
        "allow",
    ),
    Case(
        "a key that denies",
        (role("app", says("kms:*")), key("money", _DELEGATING, says("kms:Decrypt", "*", "Deny", Principal="*"))),
        _DECRYPT,
        "deny",
    ),
    Case("a key that is not in the state", (role("app", says("kms:*")),), _DECRYPT, "may"),
    Case(
        "a key that leaves only some to the account",
        (role("app", says("kms:*")), key("money", says("kms:Describe*", Principal=_ROOT))),
        _DECRYPT,
        "deny",
    ),
    Case(
        "a key used through a service",
        (
            role("app", says("kms:*")),
            key(
                "money",
                says(
                    "kms:*",
                    Principal=_ROOT,
                    Condition={"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}},
                ),
            ),
        ),
        _DECRYPT,
        "may",
    ),
    Case(
        "a key by its alias",
        (
            role("app", says("kms:Decrypt", _KEY)),
            key("money", _DELEGATING),
            item("aws:kms/alias:Alias", "money-alias", "alias/money", name="alias/money", targetKeyId="money"),
        ),
        ("app", "kms:Decrypt", f"arn:aws:kms:eu-central-1:{ACCOUNT}:alias/money"),
        "allow",
    ),
    Case(
        "a grant",
        (role("app"), key("money", _DELEGATING), _grant("Decrypt")),
        _DECRYPT,
        "allow",
    ),
    Case("a grant for something else", (role("app"), key("money", _DELEGATING), _grant("Encrypt")), _DECRYPT, "deny"),
    Case(
        "a grant with a context",
        (role("app"), key("money", _DELEGATING), _grant("Decrypt", encryptionContextEquals={"order": "1"})),
        _DECRYPT,
        "may",
    ),
    # organisations
    Case("an organisation that denies", (_READER, _control("111122223333", says("s3:*", "*", "Deny"))), _ASK, "deny"),
    Case("an organisation that denies elsewhere", (_READER, _control(OTHER, says("s3:*", "*", "Deny"))), _ASK, "allow"),
    Case("an organisation's root", (_READER, _control("r-abcd", says("s3:*", "*", "Deny"))), _ASK, "deny"),
    Case("what an organisation lists", (_READER, _control(ACCOUNT, says("sqs:*"))), _ASK, "deny"),
    Case("what it lists besides all", (_READER, _control(ACCOUNT, says("sqs:*")), _full(ACCOUNT)), _ASK, "allow"),
    Case(
        "a unit above the account",
        (
            _READER,
            item("aws:organizations/account:Account", "prod", ACCOUNT, parentId="ou-1"),
            _control("ou-1", says("s3:*", "*", "Deny")),
        ),
        _ASK,
        "deny",
    ),
    Case(
        "the management account",
        (
            _READER,
            item("aws:organizations/organization:Organization", "o", masterAccountId=ACCOUNT),
            _control(ACCOUNT, says("s3:*", "*", "Deny")),
        ),
        _ASK,
        "allow",
    ),
    # public access
    Case("everyone of another account", _public(), (OTHER, "s3:GetObject", _OBJECT), "allow"),
    Case("blocked for another account", _public(_blocked()), (OTHER, "s3:GetObject", _OBJECT), "deny"),
    Case("not blocked for our own", _public(_blocked()), _ASK, "allow"),
    # queues, secrets, functions
    Case(
        "a queue's policy",
        (role("app"), _queue(says("sqs:SendMessage", _QUEUE, Principal={"AWS": _ROLE}))),
        ("app", "sqs:SendMessage", _QUEUE),
        "allow",
    ),
    Case(
        "a queue for a service",
        (role("app"), _queue(says("sqs:SendMessage", _QUEUE, Principal={"Service": "sns.amazonaws.com"}))),
        ("sns.amazonaws.com", "sqs:SendMessage", _QUEUE),
        "allow",
    ),
    Case(
        "a queue for another service",
        (role("app"), _queue(says("sqs:SendMessage", _QUEUE, Principal={"Service": "sns.amazonaws.com"}))),
        ("s3.amazonaws.com", "sqs:SendMessage", _QUEUE),
        "deny",
    ),
    Case(
        "a secret's policy denies",
        (
            role("app", says("secretsmanager:GetSecretValue")),
            _secret(),
            item(
                "aws:secretsmanager/secretPolicy:SecretPolicy",
                "p",
                secretArn=_SECRET,
                policy=document(says("secretsmanager:GetSecretValue", "*", "Deny", Principal={"AWS": _ROLE})),
            ),
        ),
        ("app", "secretsmanager:GetSecretValue", _SECRET),
        "deny",
    ),
    Case(
        "a secret's tag",
        (
            role(
                "app",
                says(
                    "secretsmanager:GetSecretValue",
                    "*",
                    Condition={"StringEquals": {"secretsmanager:ResourceTag/team": "a"}},
                ),
            ),
            _secret(tags={"team": "a"}),
        ),
        ("app", "secretsmanager:GetSecretValue", _SECRET),
        "allow",
    ),
    Case(
        "a function's permission",
        (*_function(principal="events.amazonaws.com"),),
        ("events.amazonaws.com", "lambda:InvokeFunction", _LAMBDA),
        "allow",
    ),
    Case(
        "a permission for one source",
        (*_function(principal="s3.amazonaws.com", sourceArn="arn:aws:s3:::invoices"),),
        ("s3.amazonaws.com", "lambda:InvokeFunction", _LAMBDA),
        "may",
    ),
    Case(
        "a permission for one account",
        (*_function(principal=OTHER),),
        (OTHER, "lambda:InvokeFunction", _LAMBDA),
        "allow",
    ),
    # roles to assume
    Case(
        "a trusted role", (role("app"), _assumed(trusts({"AWS": _ROLE}))), ("app", "sts:AssumeRole", _TARGET), "allow"
    ),
    Case(
        "the account is trusted",
        (role("app", _TAKE), _assumed(trusts(_ROOT))),
        ("app", "sts:AssumeRole", _TARGET),
        "allow",
    ),
    Case(
        "the account is trusted, no policy",
        (role("app"), _assumed(trusts(_ROOT))),
        ("app", "sts:AssumeRole", _TARGET),
        "deny",
    ),
    Case(
        "nobody trusts it",
        (role("app", says("sts:*")), _assumed(trusts({"Service": "ec2.amazonaws.com"}))),
        ("app", "sts:AssumeRole", _TARGET),
        "deny",
    ),
    Case(
        "a service is trusted",
        (_assumed(trusts({"Service": "ec2.amazonaws.com"})),),
        ("ec2.amazonaws.com", "sts:AssumeRole", _TARGET),
        "allow",
    ),
    Case(
        "a secret word is asked for",
        (role("app", _TAKE), _assumed(trusts(_ROOT, Condition={"StringEquals": {"sts:ExternalId": "x"}}))),
        ("app", "sts:AssumeRole", _TARGET),
        "may",
    ),
    Case(
        "the secret word",
        (role("app", _TAKE), _assumed(trusts(_ROOT, Condition={"StringEquals": {"sts:ExternalId": "x"}}))),
        ("app", "sts:AssumeRole", _TARGET),
        "allow",
        {"sts:ExternalId": "x"},
    ),
    Case(
        "another account is trusted",
        (_assumed(trusts({"AWS": f"arn:aws:iam::{OTHER}:root"})),),
        (f"arn:aws:iam::{OTHER}:root", "sts:AssumeRole", _TARGET),
        "allow",
    ),
    Case(
        "a session is who its role is",
        (_READER,),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/app/i-1", "s3:GetObject", _OBJECT),
        "allow",
    ),
    Case(
        "the root user",
        (_READER, bucket("invoices")),
        (f"arn:aws:iam::{ACCOUNT}:root", "s3:GetObject", _OBJECT),
        "allow",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_answer_is_known(case: Case) -> None:
    questions = Questions(Estate(from_state(state(*case.state))))
    context = {k: tuple(v) if isinstance(v, list) else v for k, v in case.context.items()}
    told = {k: str(v).lower() if isinstance(v, bool) else v for k, v in context.items()}
    answer = questions.can(*case.question, told)
    assert answer["decision"] == case.answer, answer
    assert answer["decision"] == "deny" or answer["statements"] or case.question[0].endswith(":root")
