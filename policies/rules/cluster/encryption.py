"""Secrets in a cluster are encrypted with a key of ours."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis_eks, pci, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.cluster.examples import KEY, cluster

_CONFIG = "encryptionConfig"


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    config = next(iter(resource.props.blocks(_CONFIG)), None)
    if config is None or not some(config.get("resources", ()), lambda one: one == "secrets"):
        yield Problem(_CONFIG, "secrets are not encrypted with a key of ours")
        return
    path = f"{_CONFIG}.provider.keyArn"
    provider = next(iter(config.blocks("provider")), None)
    if provider is None or "keyArn" not in provider:
        yield Problem(path, "secrets are encrypted with no key")
    elif not graph.references(resource, path, *tokens.KEYS) and str(provider["keyArn"]).endswith("alias/aws/eks"):
        yield Problem(path, "secrets are encrypted with a key of AWS")


def _with(key: object = Ref("key"), *resources: object) -> Node:
    return cluster(encryptionConfig={"provider": {"keyArn": key}, "resources": list(resources or ("secrets",))})


RULES = (
    Rule(
        id="EKS-02",
        name="cluster-secrets-have-our-key",
        summary="Kubernetes secrets are encrypted with a customer key before they are stored.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.EKS_CLUSTER,),
        reads=(_CONFIG,),
        controls=(*pci("L", "3.5.1", "3.6.1"), *cis_eks("5.3.1"), *unverified("soc2", "CC6.1")),
        remedy='Set encryption_config={"provider": {"key_arn": key.arn}, "resources": ["secrets"]}.',
        problems=_problems,
        needs_graph=True,
        passes=(
            (KEY, _with()),
            (_with("arn:aws:kms:eu-central-1:111122223333:key/1"),),
            (KEY, cluster(encryptionConfig=[{"provider": {"keyArn": Ref("key")}, "resources": ["secrets"]}])),
        ),
        fails=(
            (cluster(),),
            (cluster(encryptionConfig={}),),
            (cluster(encryptionConfig={"resources": ["secrets"]}),),
            (cluster(encryptionConfig={"resources": ["secrets"], "provider": {}}),),
            (KEY, _with(Ref("key"), "configmaps")),
            (_with("arn:aws:kms:eu-central-1:111122223333:alias/aws/eks"),),
        ),
        undecided=(
            (_with(Ref("nowhere")),),
            (cluster(encryptionConfig=Ref("nowhere")),),
            (KEY, _with(Ref("key"), Ref("nowhere"))),
        ),
    ),
)
