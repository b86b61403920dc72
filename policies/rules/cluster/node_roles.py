"""A node's role, which a pod could take, may do no more than a node needs."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis_eks, unverified
from policies.documents import statements
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.access.documents import allow, attached, aws_policy, text
from policies.rules.cluster.examples import node_group
from policies.values import Place

# EKS user guide, "Amazon EKS node IAM role": what joins, what gives pods addresses, what pulls images.
_NEEDED = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPullOnly",
)
_ATTACHMENTS = {
    tokens.POLICY_ATTACHMENT: "roles",
    tokens.ROLE_POLICY_ATTACHMENT: "role",
    tokens.ROLE_POLICY_ATTACHMENTS: "roleName",
}


def _problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    role = graph.resolve(group, "nodeRoleArn", tokens.ROLE)
    if role is None:
        yield Problem("nodeRoleArn", "what its role may do is not known: it is not part of this stack")
        return
    holders: list[Resource] = [role]
    hidden: list[Place] = []
    for type_, key in (*_ATTACHMENTS.items(), (tokens.ROLE_POLICY, "role")):
        found = graph.possible_referrers(role, type_, key)
        holders += found
        hidden += found.undecided
    yield from decide(holders, lambda holder: _excess(holder, role, graph))
    if hidden:
        raise role.undecided("name")


def _excess(holder: Resource, role: Resource, graph: Graph) -> Iterator[Problem]:
    def check(arn: str) -> Iterator[Problem]:
        if aws_policy(arn) not in _NEEDED:
            yield Problem("nodeRoleArn", f"{role.name} has {arn.rpartition('/')[2]}, which every pod could use")

    yield from decide(attached(holder, graph), check)
    if any(graph.references(holder, key, tokens.POLICY) for key in ("policyArn", "policyArns", "managedPolicyArns")):
        yield Problem("nodeRoleArn", f"{role.name} has a policy of ours, which every pod could use")
    documents = [holder.props["policy"]] if holder.type == tokens.ROLE_POLICY and "policy" in holder.props else []
    documents += [block["policy"] for block in holder.props.blocks("inlinePolicies") if "policy" in block]
    if any(statement.allows for document in documents for statement in statements(document)):
        yield Problem("nodeRoleArn", f"{role.name} has permissions of its own, which every pod could use")


_AWS = "arn:aws:iam::aws:policy"
_ROLE = Node(tokens.ROLE, "node", {"name": "node"})
_GROUP = node_group(nodeRoleArn=Ref("node"))


def _attach(policy: object, name: str = "attachment") -> Node:
    arn = policy if isinstance(policy, Ref) else f"{_AWS}/{policy}"
    return Node(tokens.ROLE_POLICY_ATTACHMENT, name, {"role": Ref("node"), "policyArn": arn})


def _attach_all(*policies: str) -> Node:
    arns = [f"{_AWS}/{policy}" for policy in policies]
    return Node(tokens.ROLE_POLICY_ATTACHMENTS, "attachments", {"roleName": Ref("node"), "policyArns": arns})


def _with(*nodes: Node) -> Example:
    return (_ROLE, *nodes, _GROUP)


RULES = (
    Rule(
        id="EKS-09",
        name="node-role-is-small",
        summary="A node's role joins the cluster, gives addresses to pods and pulls images, and does nothing else.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.EKS_NODE_GROUP,),
        reads=(
            "nodeRoleArn",
            "role",
            "roles",
            "policyArn",
            "policyArns",
            "managedPolicyArns",
            "inlinePolicies",
            "policy",
            "roleName",
        ),
        controls=(*unverified("pci-dss-4.0.1", "7.2.5"), *cis_eks("5.1.3"), *unverified("soc2", "CC6.3")),
        remedy=f"Attach none but {', '.join(_NEEDED)}; what pods do, their own roles do, by pod identity.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _with(),
            _with(*(_attach(name, name) for name in _NEEDED)),
            (Node(tokens.ROLE, "node", {"managedPolicyArns": [f"{_AWS}/{_NEEDED[0]}"]}), _GROUP),
            _with(_attach_all(_NEEDED[0])),
            _with(Node(tokens.ROLE_POLICY, "none", {"role": "node", "policy": text(allow(Effect="Deny"))})),
            _with(Node(tokens.ROLE_POLICY, "other", {"role": "app", "policy": text(allow())})),
            (_ROLE, node_group(nodeRoleArn="arn:aws:iam::111122223333:role/node")),
        ),
        fails=(
            _with(_attach("AdministratorAccess")),
            _with(_attach("AmazonEC2ContainerRegistryPowerUser")),
            _with(Node(tokens.POLICY_ATTACHMENT, "all", {"roles": ["node"], "policyArn": f"{_AWS}/PowerUserAccess"})),
            _with(_attach("service-role/AmazonEBSCSIDriverPolicy")),
            _with(_attach("AmazonSSMManagedInstanceCore")),
            _with(_attach_all(_NEEDED[0], "AmazonS3FullAccess")),
            _with(_attach(_NEEDED[0]), _attach("AmazonS3FullAccess", "more")),
            _with(_attach(Ref("own")), Node(tokens.POLICY, "own", {"policy": text(allow())})),
            _with(Node(tokens.ROLE_POLICY, "own", {"role": "node", "policy": text(allow())})),
            (Node(tokens.ROLE, "node", {"managedPolicyArns": [f"{_AWS}/PowerUserAccess"]}), _GROUP),
            (Node(tokens.ROLE, "node", {"inlinePolicies": [{"name": "own", "policy": text(allow())}]}), _GROUP),
            (node_group(nodeRoleArn="arn:aws:iam::111122223333:role/elsewhere"),),
            (_ROLE, node_group()),
        ),
        undecided=(
            (node_group(nodeRoleArn=Ref("nowhere")),),
            _with(_attach(Ref("nowhere"))),
            _with(Node(tokens.ROLE_POLICY, "own", {"role": Ref("nowhere"), "policy": text(allow())})),
            _with(Node(tokens.ROLE_POLICY, "own", {"role": "node", "policy": Ref("nowhere")})),
        ),
    ),
)
