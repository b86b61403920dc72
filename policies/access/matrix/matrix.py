"""The matrix of an estate: every principal, with or without the chains that it can follow."""

from policies.access.estate import Asker, Estate
from policies.access.matrix.cells import Matrix
from policies.access.matrix.chains import Chains
from policies.access.matrix.direct import Direct
from policies.access.matrix.outsiders import outsiders_of
from policies.access.reach import Reach


def matrix_of(estate: Estate) -> Matrix:
    """What every principal of the estate can do, itself and by the shortest chain that adds a capability, and what it
    gives to others.
    """
    chains = Chains(Direct(estate, Reach(estate)))
    return Matrix({asker.arn: chains.cells(asker) for asker in _askers(estate)}, outsiders_of(chains))


def direct_of(estate: Estate) -> Matrix:
    """What every principal of the estate can do itself; chains are not followed."""
    direct = Direct(estate, Reach(estate))
    return Matrix({asker.arn: direct.cells(asker) for asker in _askers(estate)}, {})


def _askers(estate: Estate) -> list[Asker]:
    return [Asker(arn, known=principal) for arn, principal in sorted(estate.principals.items())]
