"""Resources that a principal's own policies name, for questions that are about no resource in particular."""

import re

from policies.access.estate.principals import Principal


def named(principal: Principal, action: str) -> list[str]:
    """The patterns of the resources that the principal's policies allow `action` on; `*` for what is not known."""
    found: dict[str, None] = {}
    for document in principal.on(action).identity:
        if document.statements is None:
            found["*"] = None
        for statement in document.statements or ():
            if statement.allows:
                found |= dict.fromkeys(map(str.__str__, statement.resources or ("*",)))
    return list(found)


def filled(pattern: str, account: str, region: str) -> str:
    """One resource that the pattern matches, with something for each wildcard."""
    parts = pattern.split(":", 5)
    if len(parts) < 6:
        return "*"
    parts[3] = region if "*" in parts[3] else parts[3]
    parts[4] = account if "*" in parts[4] else parts[4]
    return ":".join((*parts[:5], re.sub(r"[*?]", "x", parts[5])))


def literal_head(pattern: str) -> str:
    """How everything begins that the pattern matches."""
    return re.split(r"[*?]|\$\{", pattern, maxsplit=1)[0]
