"""Volumes that the cluster makes are encrypted with a key of ours."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.keys.own import has_own_key

# The driver of EBS, that of EKS Auto Mode, and the one that was a part of Kubernetes.
_EBS = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "kubernetes.io/aws-ebs")


def _problems(made: Resource, graph: Graph) -> Iterator[Problem]:
    parameters = made.props.block("parameters")
    if parameters.text("encrypted") != "true":  # EBS CSI driver, "CreateVolume parameters": unset is false
        yield Problem(parameters.at("encrypted"), "its volumes are not encrypted, unless the account's default says so")
    elif not has_own_key(made, "parameters.kmsKeyId", graph, parameters):
        yield Problem(parameters.at("kmsKeyId"), "its volumes are not encrypted with a key of ours")


def _is_of_ebs(made: Resource, _: Graph) -> bool:
    return made.props.text("provisioner") in _EBS


_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234"
_KEY = Node(tokens.KEY, "key", {"keyId": "1234", "arn": _ARN})


def _class(encrypted: object = "true", key: object = Ref("key"), provisioner: object = _EBS[0]) -> Example:
    given = {"encrypted": encrypted, "kmsKeyId": key, "type": "gp3"}
    parameters = {name: value for name, value in given.items() if value is not None}
    return (_KEY, Node(tokens.STORAGE_CLASS, "disks", {"provisioner": provisioner, "parameters": parameters}))


RULES = (
    Rule(
        id="K8S-18",
        name="volumes-have-own-key",
        summary="Every StorageClass of EBS encrypts its volumes with a customer key.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.STORAGE_CLASS,),
        reads=("provisioner", "parameters", "encrypted", "kmsKeyId"),
        controls=(*unverified("pci-dss-4.0.1", "3.5.1"), *unverified("soc2", "CC6.1")),
        remedy='Set parameters={"encrypted": "true", "kmsKeyId": key.arn} with the key of an EncryptionKey.',
        problems=_problems,
        applies=_is_of_ebs,
        needs_graph=True,
        passes=(_class(), _class(key=_ARN), _class(provisioner=_EBS[1]), _class(provisioner=_EBS[2])),
        fails=(
            (Node(tokens.STORAGE_CLASS, "disks", {"provisioner": _EBS[0]}),),
            _class(None),
            _class("false"),
            _class("True"),
            _class(True),
            _class(key=None),
            _class(key=""),
            _class(key="alias/aws/ebs"),
            _class(key="arn:aws:kms:eu-central-1:111122223333:alias/aws/ebs"),
        ),
        undecided=(_class(Ref("nobody")), _class(key=Ref("nobody")), _class(provisioner=Ref("nobody"))),
        ignores=(_class(None, None, "efs.csi.aws.com"),),
    ),
)
