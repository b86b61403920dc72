"""Who is let in and is no principal of the estate: other accounts, identities of elsewhere, everyone."""

from policies.access.estate import Asker
from policies.access.matrix.cells import ALL, Cells
from policies.access.matrix.chains import Chains
from policies.access.reach.steps import TAKING

_OF_CLUSTERS = ":oidc-provider/oidc.eks."  # its tokens are those of service accounts, which chains follow


def outsiders_of(chains: Chains) -> dict[str, Cells]:
    """What the estate gives to those whom it names and does not hold, by their ARN, `*` for everyone.

    Their own policies are not known: of what those must allow, too, it is said that it may be. Services of AWS act for
    somebody and are left out.
    """
    found = {name: chains.cells(asker) for name, asker in sorted(_named(chains).items())}
    return {name: cells for name, cells in found.items() if cells}


def _named(chains: Chains) -> dict[str, Asker]:
    estate, direct = chains.direct.estate, chains.direct
    found: dict[str, Asker] = {}
    for guarded in dict.fromkeys(guarded for capability in ALL for guarded in capability.guarded if guarded.types):
        for resource in direct.targets.all(guarded):
            for action in guarded.actions:
                found |= estate.admitted(resource, action)
    for principal in estate.principals.values():
        for action in TAKING if principal.trust is not None else ():
            found |= estate.admitted(principal.resource, action)
    found |= {arn: Asker(arn) for arn in direct.reach.steps.clusters.strangers()}
    return {name: asker for name, asker in found.items() if _OF_CLUSTERS not in name}
