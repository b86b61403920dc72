"""Nobody shares a copy of a disk with everybody."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity

_ALL = "block-all-sharing"  # EC2 API reference, EnableSnapshotBlockPublicAccess; the other leaves old shares open


def _problems(block: Resource, _: Graph) -> Iterator[Problem]:
    if (state := block.props.get("state")) != _ALL:
        yield Problem("state", f"snapshots can be public: the state is {state}")


def _block(state: object) -> Example:
    return (Node(tokens.SNAPSHOT_BLOCK, "snapshots", {"state": state}),)


RULES = (
    Rule(
        id="RES-02",
        name="snapshots-are-never-public",
        summary="What says for an account whether snapshots of disks can be public says that none can.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.SNAPSHOT_BLOCK,),
        reads=("state",),
        controls=(*unverified("pci-dss-4.0.1", "7.3.1"), *unverified("soc2", "CC6.1")),
        remedy=f'Set state="{_ALL}", as components.AccountDefaults does for every region.',
        problems=_problems,
        passes=(_block(_ALL),),
        fails=((Node(tokens.SNAPSHOT_BLOCK, "snapshots"),), _block("block-new-sharing"), _block("unblocked")),
        undecided=(_block(Ref("nowhere")),),
    ),
)
