"""The form of a document: its version, its elements, and which of them its kind needs."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

from policies.access.lint import statement as of_statement
from policies.documents import Statement, loaded, statements

_VERSION = "2012-10-17"
# IAM user guide, IAM JSON policy elements reference.
_DOCUMENT = frozenset({"Version", "Id", "Statement"})
_STATEMENT = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)


class Kind(Enum):
    """Where a document stands, which decides what a statement must say and must not."""

    IDENTITY = ("a policy of an identity", ("resource",), ("principal",))
    TRUST = ("a trust policy", ("principal",), ("resource",))
    RESOURCE = ("a policy of a resource", ("principal",), ())


def problems(document: Any, kind: Kind) -> Iterator[str]:
    """What is wrong with the document, given as JSON text or an object, in words that follow its name.

    Raises DocumentError if it is no policy document at all, and Undecided if a part of it is not known yet.
    """
    read = statements(document)
    content = loaded(document)
    if not content:
        return
    if (version := content.get("Version")) != _VERSION:
        yield f"has {f'Version {version}' if version else 'no Version'}: write {_VERSION}, the only one with variables"
    yield from _strangers("", content, _DOCUMENT)
    written = content["Statement"] if isinstance(content["Statement"], list) else [content["Statement"]]
    for one, item in zip(read, written, strict=True):
        yield from _strangers(f"{one.label} ", item, _STATEMENT)
        yield from (f"{one.label} {message}" for message in _statement_problems(one, kind))
    sids = [item["Sid"] for item in written if item.get("Sid")]
    for sid in dict.fromkeys(sid for sid in sids if sids.count(sid) > 1):
        yield f"names several statements {sid}"


def _strangers(where: str, item: Mapping[str, Any], known: Iterable[str]) -> Iterator[str]:
    for name in item:
        if name not in known:
            yield f"{where}has the element {name}, which IAM does not know"


@lru_cache(maxsize=4096)
def _statement_problems(statement: Statement, kind: Kind) -> tuple[str, ...]:
    return (*_form(statement, kind), *of_statement.problems(statement))


def _form(statement: Statement, kind: Kind) -> Iterator[str]:
    name, needed, forbidden = kind.value
    for part in needed:
        if not _has(statement, part):
            yield f"names no {part.capitalize()}, which {name} must"
    for part in forbidden:
        if _has(statement, part):
            yield f"names a {part.capitalize()}, which {name} cannot"


def _has(statement: Statement, part: str) -> bool:
    return any(getattr(statement, name) is not None for name in (f"{part}s", f"not_{part}s"))
