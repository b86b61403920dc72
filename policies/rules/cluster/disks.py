"""What pods leave on the disks of nodes is encrypted."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.cluster.examples import node_group
from policies.rules.cluster.templates import launch_template
from policies.values import Block

_DISKS = "blockDeviceMappings"


def _problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    if _always(graph):
        return
    template = launch_template(group, graph)
    if template is None:
        outside = "launchTemplate" in group.props
        why = "its launch template is not part of this stack" if outside else "without a launch template"
        yield Problem("launchTemplate", f"nothing says that its disks are encrypted: {why}")
        return
    disks = [one["ebs"] for one in template.props.blocks(_DISKS) if "ebs" in one]
    if not disks:
        yield Problem("launchTemplate", f"nothing says that its disks are encrypted: {template.name} names none")
    yield from decide(disks, lambda disk: _openness(disk, template))


def _always(graph: Graph) -> bool:
    """Whether the account encrypts every disk, which is so unless the setting says no."""
    settings = graph.of_type(tokens.DISK_ENCRYPTION)
    return some(settings, lambda one: one.props.get("enabled", True) is True)


def _openness(disk: Block, template: Resource) -> Iterator[Problem]:
    if disk.get("encrypted") not in (True, "true"):
        yield Problem("launchTemplate", f"a disk of {template.name} is not encrypted")


def _template(*disks: object, **properties: object) -> Node:
    mappings = [{"deviceName": "/dev/xvda", "ebs": disk} for disk in disks]
    return Node(tokens.LAUNCH_TEMPLATE, "template", {_DISKS: mappings} | properties)


_GROUP = node_group(launchTemplate={"id": Ref("template"), "version": "1"})
_BY_DEFAULT = Node(tokens.DISK_ENCRYPTION, "disks", {"enabled": True})


def _with(*disks: object) -> Example:
    return (_template(*disks), _GROUP)


RULES = (
    Rule(
        id="EKS-08",
        name="node-disks-are-encrypted",
        summary="The disks of nodes are encrypted, by their launch template or by the account's default.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.EKS_NODE_GROUP,),
        reads=("launchTemplate", _DISKS, "enabled"),
        controls=(*pci("L", "3.5.1", "3.6.1"), *cis(("2.2.1",), ("5.1.1",)), *soc2("PI1.5")),
        remedy='Name the disks in an ec2.LaunchTemplate, each with "encrypted": "true" and a kms_key_id of ours.',
        problems=_problems,
        needs_graph=True,
        passes=(
            _with({"encrypted": "true", "kmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/1"}),
            _with({"encrypted": True}, {"encrypted": "true"}),
            (_BY_DEFAULT, node_group()),
            (Node(tokens.DISK_ENCRYPTION, "disks"), node_group()),
            (
                Node(tokens.LAUNCH_TEMPLATE, "t", {"name": "t", _DISKS: [{"ebs": {"encrypted": "true"}}]}),
                node_group(launchTemplate={"name": "t"}),
            ),
        ),
        fails=(
            (node_group(),),
            _with(),
            _with({}),
            _with({"encrypted": "false"}),
            _with({"encrypted": "True"}),
            _with({"encrypted": "true"}, {"volumeSize": 20}),
            (node_group(launchTemplate={"id": "lt-elsewhere"}),),
            (Node(tokens.DISK_ENCRYPTION, "disks", {"enabled": False}), node_group()),
        ),
        undecided=(
            _with({"encrypted": Ref("nowhere")}),
            (node_group(launchTemplate={"id": Ref("nowhere")}),),
            (Node(tokens.DISK_ENCRYPTION, "disks", {"enabled": Ref("nowhere")}), node_group()),
        ),
    ),
)
