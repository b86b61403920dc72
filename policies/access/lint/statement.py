"""What a statement says of actions and resources that AWS does not have, or that have nothing to do with each other."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from policies.access import catalogue
from policies.access.lint import keys
from policies.access.overlap import overlap, widest
from policies.documents import Statement

_WILD = re.compile(r"[*?]+")
_SERVICE = re.compile(r"[a-z0-9-]+")
_ARN = re.compile(r"arn:([^:]*:){4}.+|(arn:.*)?[*?].*", re.DOTALL)


def problems(statement: Statement) -> Iterator[str]:
    """What is wrong with it, in words that follow its label."""
    unknown = dict(_unknown_actions(statement))
    yield from unknown.values()
    for resource in (*(statement.resources or ()), *(statement.not_resources or ())):
        if not _ARN.fullmatch(widest(resource)):
            yield f"names the resource {resource}, which is no ARN"
    known = [action for action in statement.actions or () if str.__str__(action) not in unknown]
    if statement.resources:
        for action in known:
            if not _acts_on_one(str.__str__(action), statement.resources):
                yield f"lets {action} act on resources of other types: it acts on {_types(str.__str__(action))}"
    yield from keys.problems(statement, [str.__str__(action) for action in known])


def _unknown_actions(statement: Statement) -> Iterator[tuple[str, str]]:
    for action in (*(statement.actions or ()), *(statement.not_actions or ())):
        if message := _wrong_action(str.__str__(action)):
            yield str.__str__(action), f"names the action {action}, {message}"


def _wrong_action(pattern: str) -> str | None:
    service, colon, name = pattern.partition(":")
    if set(service) == {"*"} and (not colon or set(name) == {"*"}):
        return None
    if not colon or not _SERVICE.fullmatch(service) or ":" in name:
        return "which is not written SERVICE:NAME"
    if not catalogue.has_service(service):
        return "whose service does not exist"
    if catalogue.expand(pattern):
        return None
    close = get_close_matches(pattern, {one.lower(): one for one in catalogue.expand(f"{service}:*")}, n=1)
    return "which does not exist" + (f": did you mean {catalogue.find(close[0]).name}?" if close else "")


def _acts_on_one(pattern: str, resources: tuple[str, ...]) -> bool:
    patterns = [widest(resource) for resource in resources]
    if any(map(_WILD.fullmatch, patterns)) or _WILD.fullmatch(pattern) or pattern == "*:*":
        return True
    formats = dict.fromkeys(arn for action in catalogue.expand(pattern) for arn in catalogue.arns(action))
    return any(overlap(resource, arn) for resource in patterns for arn in formats)


def _types(pattern: str) -> str:
    found = sorted({type_ for action in catalogue.expand(pattern) for type_ in catalogue.resource_types(action)})
    return ", ".join(found) if found else "no resource, so that Resource must be *"
