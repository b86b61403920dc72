"""Who can do more than before, from the access matrices of both sides."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from platformctl.review.compared import Compared
from platformctl.review.model import Item
from platformctl.review.reach.documents import opened
from policies import tokens
from policies.access.review import Lines
from policies.graph import Graph
from policies.values import Mistyped, Undecided

_NOT_COMPARED = "access may be wider: what the policies say cannot be compared"
_SHOWN = 6  # ways of one principal to one capability


class _Side(NamedTuple):
    """The lines of the matrix, and by the name that it has for a principal, the principal's resource."""

    lines: Lines
    holders: Mapping[str, str]


def access(compared: Compared) -> Iterator[Item]:
    """One item for each principal and capability that is new or has new ways to it, then for each role that somebody
    new may assume. The chains of both sides are followed (`policies/access`).
    """
    from policies.access.review import differences, is_sure
    from policies.documents import DocumentError

    try:
        before, after = _side(compared.before), _side(compared.after)
    except (DocumentError, Mistyped, Undecided) as error:
        yield compared.item("", _NOT_COMPARED, str(error))
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # of documents and objects in no form at all
        yield compared.item("", _NOT_COMPARED, f"something in a policy or a role has no form ({type(error).__name__})")
    else:
        wider: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in differences(after.lines, before.lines):
            if one.wider:
                wider[one.principal, one.capability].append(one.line)
        for (principal, capability), lines in wider.items():
            had = bool(before.lines.get(principal, {}).get(capability))
            sure = any(map(is_sure, lines))
            yield _item(compared, after.holders.get(principal, ""), principal, capability, lines, (had, sure))
    yield from opened(compared, only=(tokens.ROLE,))


def _item(
    compared: Compared, urn: str, principal: str, capability: str, lines: list[str], known: tuple[bool, bool]
) -> Item:
    from policies.access.matrix import TITLES

    had, sure = known
    title = TITLES[capability]
    words = ("has" if sure else "may have") + " more ways to" if had else "can now" if sure else "may now"
    more = [f"and {len(lines) - _SHOWN} more ways"] if len(lines) > _SHOWN else []
    return compared.item(urn, f"{principal} {words}: {title}", *lines[:_SHOWN], *more)


def _side(graph: Graph) -> _Side:
    """What a matrix says of one graph."""
    from policies.access.estate import Estate
    from policies.access.matrix import matrix_of
    from policies.access.review import lines_of

    estate = Estate(graph)
    holders = {arn: principal.resource.urn for arn, principal in estate.principals.items()}
    holders |= {arn.split(":", 5)[-1]: urn for arn, urn in holders.items()}
    return _Side(lines_of(matrix_of(estate)), holders)
