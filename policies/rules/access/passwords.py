"""Where passwords exist at all, they are long and new."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity

# The least that is required, and what IAM takes where nothing is said (IAM API, UpdateAccountPasswordPolicy).
_LEAST = {"minimumPasswordLength": (14, 6), "passwordReusePrevention": (24, 0)}


def _problems(policy: Resource, _: Graph) -> Iterator[Problem]:
    for key, (least, default) in _LEAST.items():
        if int(policy.props.get(key, default)) < least:
            yield Problem(key, f"{key} is {policy.props.get(key, default)}, less than {least}")


def _policy(length: object = 14, reuse: object = 24) -> tuple[Node]:
    properties = {"minimumPasswordLength": length, "passwordReusePrevention": reuse}
    return (Node(tokens.PASSWORD_POLICY, "passwords", {k: v for k, v in properties.items() if v is not None}),)


RULES = (
    Rule(
        id="IAM-12",
        name="passwords-are-long-and-new",
        summary="An account's password policy asks for 14 characters and remembers 24 passwords.",
        severity=Severity.LOW,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.PASSWORD_POLICY,),
        reads=tuple(_LEAST),
        controls=(
            *pci("L", "8.3.6", "8.3.7"),
            *cis(("1.8", "1.9"), ("1.7", "1.8")),
            *unverified("soc2", "CC6.1"),
        ),
        remedy="Set minimum_password_length=14 and password_reuse_prevention=24.",
        problems=_problems,
        passes=(_policy(), _policy(128), _policy("14", "24")),
        fails=(_policy(13), _policy(None), _policy(reuse=23), _policy(reuse=None), _policy(reuse=0)),
        undecided=(_policy(Ref("settings")),),
    ),
)
