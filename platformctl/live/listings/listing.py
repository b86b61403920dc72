"""One line of the table: the call that lists a type, and what its answer says of each one's import id."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Listing:
    """Where the resources of one type are found.

    call: boto3's name of the operation; without one there is one resource for each of `of`, or one called `fixed`.
    found: JMESPath of a page's list of ids; `{id}` is the id of the one that it hangs on.
    own: JMESPath of those that AWS made itself; they help to read the rest, and are not judged.
    of: the type that it hangs on: the call is made for each of those, with its id in `args` as `{id}`.
    form: the import id, made of `{found}`, `{id}` (that of the one that it hangs on) and what this id tells.
    anywhere: services without regions, asked once.
    """

    token: str
    call: str = ""
    found: str = ""
    _: KW_ONLY
    own: str = ""
    of: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    form: str = "{found}"
    fixed: str = ""
    anywhere: bool = False


def of(parent: str, token: str, call: str = "", found: str = "", /, **more: Any) -> Listing:
    """What there is for each of `parent`: one, or those that the call lists."""
    return Listing(token, call, found, of=parent, **more)


def named(operation: str, key: str, found: str, form: str, parent: str, token: str, **more: Any) -> Listing:
    """What is listed by the name of what it hangs on."""
    return of(parent, token, operation, found, args={key: "{id}"}, form=form, **more)
