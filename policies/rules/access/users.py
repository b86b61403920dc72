"""People and programs act in roles: no users, no long-lived keys."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity

_LASTING = {
    tokens.USER: "an IAM user is a login of its own, outside the company's directory",
    tokens.ACCESS_KEY: "an access key works until somebody deletes it",
    "aws:iam/userLoginProfile:UserLoginProfile": "a console password belongs to an IAM user",
    "aws:iam/sshKey:SshKey": "an SSH key belongs to an IAM user",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": "a service's credential belongs to an IAM user",
    "aws:iam/signingCertificate:SigningCertificate": "a signing certificate belongs to an IAM user",
}
# Which property holds the users, or the policies of a user.
_TO_USERS = {
    tokens.USER_POLICY: "user",
    tokens.USER_POLICY_ATTACHMENT: "user",
    tokens.USER_POLICY_ATTACHMENTS: "policyArns",
    tokens.USER_POLICIES: "policyNames",
    tokens.POLICY_ATTACHMENT: "users",
}


def _lasting_problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    if message := _LASTING.get(resource.type):
        yield Problem(None, message)


def _direct_problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    key = _TO_USERS[resource.type]
    if key in resource.props and (held := resource.props[key]):
        who = held if isinstance(held, str) else ", ".join(str(item) for item in held)
        yield Problem(key, f"permissions go straight to a user ({who}), not by a role or group")


RULES = (
    Rule(
        id="IAM-08",
        name="nobody-has-a-lasting-key",
        summary="There are no IAM users, access keys or other credentials that last.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=("aws:iam/*",),
        reads=("type",),
        controls=(*pci("L", "7.2.2", "8.2.1"), *cis(("1.21",), ("1.20",)), *unverified("soc2", "CC6.1")),
        remedy="Let people sign in to roles from the directory, and programs assume roles by OpenID Connect.",
        problems=_lasting_problems,
        passes=((Node(tokens.ROLE, "app"),), (Node(tokens.GROUP, "auditors"),)),
        fails=tuple((Node(type_, "x", {"user": "ada"}),) for type_ in _LASTING),
        ignores=((Node(tokens.BUCKET, "invoices"),),),
    ),
    Rule(
        id="IAM-09",
        name="users-hold-no-policies",
        summary="No policy is attached straight to a user.",
        severity=Severity.MEDIUM,
        pack=Pack.ACCESS_CONTROL,
        types=tuple(_TO_USERS),
        reads=(*dict.fromkeys(_TO_USERS.values()),),
        controls=(*pci("L", "7.2.3", "7.2.4"), *cis(("1.15",), ("1.14",)), *soc2("CC1.3")),
        remedy="Attach the policy to a role that the user may assume.",
        problems=_direct_problems,
        passes=(
            (Node(tokens.POLICY_ATTACHMENT, "a", {"roles": ["app"], "policyArn": "x"}),),
            (Node(tokens.POLICY_ATTACHMENT, "a", {"roles": ["app"], "users": []}),),
            (Node(tokens.USER_POLICIES, "none", {"userName": "ada", "policyNames": []}),),
        ),
        fails=(
            (Node(tokens.USER_POLICY, "a", {"user": "ada", "policy": "{}"}),),
            (Node(tokens.USER_POLICY_ATTACHMENT, "a", {"user": "ada", "policyArn": "x"}),),
            (Node(tokens.USER_POLICY_ATTACHMENTS, "a", {"userName": "ada", "policyArns": ["x"]}),),
            (Node(tokens.USER_POLICIES, "a", {"userName": "ada", "policyNames": ["x"]}),),
            (Node(tokens.POLICY_ATTACHMENT, "a", {"roles": ["app"], "users": ["ada"]}),),
        ),
        undecided=(
            (Node(tokens.POLICY_ATTACHMENT, "a", {"users": Ref("list")}),),
            (Node(tokens.USER_POLICY, "a", {"user": Ref("ada")}),),
        ),
    ),
)
