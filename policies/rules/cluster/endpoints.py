"""The Kubernetes API is out of the internet's reach."""

from collections.abc import Iterator

from policies import tokens
from policies.cidr import is_internet, networks
from policies.controls import cis_eks, pci, unverified
from policies.examples import Example, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.cluster.examples import cluster

_CLIENTS = "publicAccessCidrs"


def _problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    config = resource.props.get("vpcConfig")
    if config is not None and config.get("endpointPublicAccess", True) is False:
        return
    path = f"vpcConfig.{_CLIENTS}"
    listed = list(config.get(_CLIENTS, ())) if config is not None else []
    if not listed:  # API reference, VpcConfigRequest: public unless told otherwise, and then for 0.0.0.0/0
        yield Problem(path, "the API can be reached from everywhere: it is public, without a list of clients")
        return
    try:
        wide = is_internet(networks(listed))
    except ValueError as error:
        yield Problem(path, f"the API's clients cannot be told: {error}")
        return
    if wide:
        yield Problem(path, "the API can be reached from everywhere: its clients are the internet")


def _open(*clients: object, **more: object) -> Example:
    return (cluster(vpcConfig={"endpointPublicAccess": True, _CLIENTS: list(clients)} | more),)


RULES = (
    Rule(
        id="EKS-01",
        name="cluster-api-is-closed",
        summary="The Kubernetes API is private, or public for listed networks that are not the internet.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.EKS_CLUSTER,),
        reads=("vpcConfig",),
        controls=(
            *pci("H", "1.4.4"),
            *pci("L", "1.3.1", "1.4.2"),
            *cis_eks("5.4.1", "5.4.2"),
            *unverified("soc2", "CC6.6"),
        ),
        remedy="Leave out public_clients of components.KubernetesCluster, or name the networks of offices and runners.",
        problems=_problems,
        passes=(
            (cluster(vpcConfig={"endpointPublicAccess": False}),),
            (cluster(vpcConfig={"endpointPublicAccess": False, "endpointPrivateAccess": True}),),
            (cluster(vpcConfig={"endpointPublicAccess": False, _CLIENTS: ["0.0.0.0/0"]}),),
            _open("198.51.100.7/32"),
            _open("198.51.100.0/24", "2001:db8::/48", endpointPrivateAccess=True),
        ),
        fails=(
            (cluster(),),
            (cluster(vpcConfig={"subnetIds": []}),),
            (cluster(vpcConfig={"endpointPrivateAccess": True}),),
            (cluster(vpcConfig={"endpointPublicAccess": True}),),
            (cluster(vpcConfig={"endpointPublicAccess": "false"}),),
            _open(),
            _open("0.0.0.0/0"),
            _open("198.51.100.7/32", "0.0.0.0/0"),
            _open("::/0"),
            _open("0.0.0.0/1", "128.0.0.0/1"),
            _open("128.0.0.0/1"),
            _open("office"),
        ),
        undecided=(
            (cluster(vpcConfig=Ref("nowhere")),),
            (cluster(vpcConfig={"endpointPublicAccess": Ref("nowhere")}),),
            _open(Ref("nowhere")),
        ),
    ),
)
