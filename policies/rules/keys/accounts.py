"""Keys are for our own accounts."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import ACCOUNT, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.confinement import stays_inside
from policies.rules.keys.documents import ADMIN, APP, LOGS, PROVIDER, ROOT, grant, key_statements, policy


def _principal_problems(key: Resource, graph: Graph) -> Iterator[Problem]:
    own = graph.account(key)
    for statement in key_statements(key):
        if not statement.allows:
            continue
        if statement.principals is None:
            yield Problem("policy", f"{statement.label} allows everyone but those it names")
        inside = stays_inside(statement, own)
        if inside:
            continue
        for principal in statement.principals or ():
            if inside is None and principal.kind != "Service":
                raise key.undecided("policy")
            if "*" in principal.value or "?" in principal.value:
                yield Problem("policy", f"{statement.label} allows {principal.value} without naming our organisation")
            elif principal.kind == "Service":
                continue
            elif principal.account is None:
                yield Problem("policy", f"{statement.label} allows {principal.value}, which belongs to no account")
            elif own is None:
                raise key.undecided("policy")
            elif principal.account != own:
                yield Problem("policy", f"{statement.label} allows {principal.value} of another account")


_ROOT = policy(grant(ROOT))[1].props
_FOREIGN = {"AWS": "arn:aws:iam::999999999999:role/app"}
_ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}

RULES = (
    Rule(
        id="KMS-02",
        name="key-is-for-our-accounts",
        summary="No key policy allows everyone, or another account outside our organisation.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(*tokens.KEYS, tokens.KEY_POLICY),
        reads=("policy", "allowedAccountIds", "arn"),
        controls=(*pci("L", "3.6.1.3", "7.2.2"), *unverified("soc2", "CC6.1")),
        remedy="Name roles of this account in components.EncryptionKey (administrators=, users=), or limit"
        ' the statement by {"StringEquals": {"aws:PrincipalOrgID": ...}}.',
        problems=_principal_problems,
        passes=(
            (PROVIDER, Node(tokens.KEY, "key", provider="aws")),
            (Node(tokens.KEY, "key", {"arn": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1", **_ROOT}),),
            policy(grant(ROOT), grant(ADMIN), grant(APP), grant(LOGS)),
            policy(grant({"AWS": ACCOUNT})),
            policy(grant(APP), key=tokens.KEY_REPLICA),
            policy(grant({"AWS": "*"}, Condition=_ORGANISATION)),
            policy(grant(_FOREIGN, Condition=_ORGANISATION)),
            policy(grant("*", Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}})),
            policy(grant("*", Effect="Deny")),
            (Node(tokens.KEY, "key", {"policy": policy(grant(LOGS))[1].props["policy"]}),),
        ),
        fails=(
            policy(grant("*")),
            *(policy(grant("*"), key=type_) for type_ in tokens.KEYS[1:]),
            policy(grant({"AWS": "*"})),
            policy(grant({"AWS": [ROOT["AWS"], "*"]})),
            policy(grant(_FOREIGN)),
            policy(grant(_FOREIGN), key=tokens.KEY_POLICY),
            policy(grant({"AWS": "999999999999"})),
            policy(grant({"Service": "*"})),
            policy(grant("*", Condition={"StringEquals": {"aws:PrincipalTag/account": ACCOUNT}})),
            policy(grant("*", Condition={"StringNotEquals": {"kms:CallerAccount": ACCOUNT}})),
            policy(grant({"AWS": "AIDACKCEVSQ6C2EXAMPLE"})),
            policy(grant({"AWS": f"arn:aws:iam::{ACCOUNT[:-1]}?:root"})),
            policy(grant({"Federated": "accounts.example.com"})),
            policy({"NotPrincipal": _FOREIGN, "Action": "kms:*"}),
            policy(grant("*", Condition={"StringEquals": {"kms:CallerAccount": "999999999999"}})),
            policy(grant("*", Condition={"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}})),
            policy(grant("*", Condition={"StringLike": {"aws:PrincipalOrgID": "*"}})),
            policy(grant("*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}})),
        ),
        undecided=(
            (PROVIDER, Node(tokens.KEY, "key", {"policy": Ref("role")}, provider="aws")),
            (Node(tokens.KEY, "key", {"policy": policy(grant(ADMIN))[1].props["policy"]}),),
        ),
    ),
)
