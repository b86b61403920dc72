"""What a pattern of actions or resources covers, however it is written."""

from policies.documents import Statement, matches

_WILD = frozenset("*?")


def is_everything(statement: Statement) -> bool:
    """Whether the statement covers all actions, or all but some, on all resources, or all but some."""
    actions = statement.not_actions is not None or any(map(_is_any_action, statement.actions or ()))
    return actions and is_everywhere(statement)


def is_everywhere(statement: Statement) -> bool:
    """Whether the resources are not limited to those of a service."""
    return statement.resources is None or any(map(_is_any_resource, statement.resources))


def covers_service(statement: Statement, service: str) -> bool:
    """Whether every action of the service is covered."""
    if statement.actions is not None:
        return any(_is_service(pattern, service) for pattern in statement.actions)
    return not any(_is_service(pattern, service) for pattern in statement.not_actions or ())


def is_any(text: str) -> bool:
    """Whether the pattern matches whatever is there."""
    return "*" in text and set(text) <= _WILD


def has_wildcard(text: str) -> bool:
    """Whether the text stands for more than itself: by a wildcard, or by a policy variable."""
    return bool(_WILD & set(text)) or "${" in text


def _is_any_action(pattern: str) -> bool:
    service, colon, name = pattern.partition(":")
    return is_any(pattern) or bool(colon and _WILD & set(service) and is_any(name))


def _is_service(pattern: str, service: str) -> bool:
    prefix, colon, name = pattern.partition(":")
    return is_any(pattern) or bool(colon and matches(prefix, service) and is_any(name))


def _is_any_resource(pattern: str) -> bool:
    """Also `arn:aws:*` and the like, whatever region and account they name."""
    parts = pattern.split(":", 5)
    service = parts[2] if len(parts) > 2 else parts[-1]
    return is_any(pattern) or (parts[0] == "arn" and bool(_WILD & set(service)) and is_any(parts[-1]))
