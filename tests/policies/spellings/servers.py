"""Databases and clusters: numbers that come as such, as texts or as the wire's floats, and maps of Kubernetes."""

from policies import tokens
from policies.examples import Example, Node, Ref
from tests.policies.spellings import Spellings


def _forced(value: object, name: str = "rds.force_ssl") -> Example:
    group = {"name": "g", "family": "postgres14", "parameters": [{"name": name, "value": value}]}
    database = {"engine": "postgres", "parameterGroupName": Ref("g")}
    return (Node(tokens.DATABASE_PARAMETERS, "g", group), Node(tokens.DATABASE_INSTANCE, "d", database))


def _auth(roles: str, kind: str = tokens.CONFIG_MAP) -> Example:
    return (
        Node(kind, "auth", {"metadata": {"name": "aws-auth", "namespace": "kube-system"}, "data": {"mapRoles": roles}}),
    )


_ROLE = "arn:aws:iam::111122223333:role"


def _rotated(**properties: object) -> Example:
    rotation = {"secretId": Ref("s"), "rotationRules": {"automaticallyAfterDays": 30}, **properties}
    return (Node(tokens.SECRET, "s", {"name": "s"}), Node(tokens.SECRET_ROTATION, "r", rotation))


SPELLINGS: Spellings = {
    ("SEC-02", "pass"): {"a function": _rotated(rotationLambdaArn="arn:aws:lambda:eu:1:function:f")},
    ("SEC-02", "fail"): {"no function": _rotated(), "an empty text for none": _rotated(rotationLambdaArn="")},
    ("RDS-04", "pass"): {
        "as text": _forced("1"),
        "as a number": _forced(1),
        "as a number of the wire": _forced(1.0),
        "in upper case": _forced("1", "RDS.FORCE_SSL"),
    },
    ("RDS-04", "fail"): {"as text": _forced("0"), "as a number": _forced(0), "as a number of the wire": _forced(0.0)},
    ("EKS-06", "fail"): {
        "block list": _auth(f"- rolearn: {_ROLE}/a\n  groups:\n  - system:masters\n"),
        "flow list": _auth(f"- rolearn: {_ROLE}/a\n  groups: [system:nodes, system:masters]\n"),
        "quoted": _auth(f"- rolearn: {_ROLE}/a\n  groups: ['system:masters']\n"),
        "JSON": _auth(f'[{{"rolearn": "{_ROLE}/a", "groups": ["system:masters"]}}]'),
        "no YAML that can be read": _auth("- groups: [system:masters"),
        "patch": _auth(f"- rolearn: {_ROLE}/a\n  groups: [system:masters]\n", "kubernetes:core/v1:ConfigMapPatch"),
    },
    ("EKS-06", "pass"): {
        "another group": _auth(f"- rolearn: {_ROLE}/a\n  groups: [system:masters-readers]\n"),
        "a comment": _auth(f"# nobody is in system:masters\n- rolearn: {_ROLE}/a\n  groups: [system:nodes]\n"),
    },
}
