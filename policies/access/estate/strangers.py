"""Whom policies name who is no principal of the graph."""

import re
from collections.abc import Iterator, Mapping

from policies.access.document import Document
from policies.access.estate.asking import HAS_POLICIES, SOMEBODY, Asker, NotFound, asker_of
from policies.access.estate.principals import Principal as Known
from policies.documents import Principal

_ROOT = re.compile(r"arn:[a-z-]+:iam::\d+:root")


def strangers(policy: Document | None, known: Mapping[str, Known], *, services: bool = True) -> dict[str, Asker]:
    """Whom a resource's policy allows something, by name: `*` for everyone."""
    named: dict[str, Asker] = {}
    for principal in _allowed(policy):
        value = str.__str__(principal.value)
        if principal.everyone or "*" in value:
            named["*"] = SOMEBODY
        elif services or principal.kind != "Service":
            named |= stranger(principal.kind, value, known)
    return named


def stranger(kind: str, value: str, known: Mapping[str, Known]) -> dict[str, Asker]:
    """Whom a principal means, by name. Nothing for one that is `known`, for what IAM refuses as a principal, and for
    the id of one that is deleted or that nothing else names.
    """
    if kind == "AWS" and not re.fullmatch(r"arn:.*|\d{12}", value):
        return {}
    try:
        asker = asker_of(value, known)
    except NotFound:
        return {}
    if asker.known is not None or (kind == "AWS" and not _is_somebody(asker.arn)):
        return {}
    return {value if asker.session else asker.arn: asker}


def _is_somebody(arn: str) -> bool:
    return bool(HAS_POLICIES.match(arn) or _ROOT.fullmatch(arn))


def _allowed(document: Document | None) -> Iterator[Principal]:
    for statement in (document.statements or ()) if document else ():
        if statement.allows:
            yield from statement.principals or ()
            if statement.not_principals is not None:
                yield Principal("*", "*")
