"""Types that moto does not have: kept in this process as they were asked for, by account and region."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.model import NOTHING, Property, ResourceType, Step, Tagging
from sandbox.resource import Resource
from sandbox.retry import AwsError

WHY = "recorded only: moto has no such resource"
_Place = tuple[str, str, str]  # account, region, type


class Records:
    """What was recorded: id -> properties, for each account, region and type."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[_Place, dict[str, dict[str, Any]]] = {}

    def add(self, it: Resource, key: str, overwrites: bool) -> None:
        with self._lock:
            kept = self._kept.setdefault(_place(it), {})
            if key in kept and not overwrites:
                raise AwsError("create", "ResourceAlreadyExists", f"{it.type.token} {key} exists")
            kept[key] = dict(it.inputs)

    def put(self, it: Resource) -> None:
        with self._lock:
            kept = self._kept.get(_place(it), {})
            if it.id not in kept:
                raise AwsError("update", "ResourceNotFound", f"{it.type.token} {it.id} does not exist")
            kept[it.id] = dict(it.inputs)

    def get(self, it: Resource) -> dict[str, Any] | None:
        with self._lock:
            found = self._kept.get(_place(it), {}).get(it.id)
            return None if found is None else dict(found)

    def remove(self, it: Resource) -> None:
        with self._lock:
            self._kept.get(_place(it), {}).pop(it.id, None)

    def like(self, kind: ResourceType, account: str, region: str, inputs: Mapping[str, Any]) -> list[str]:
        """The ids of what is recorded with these inputs, as far as a change of them would replace it."""
        telling = [name for name, prop in kind.inputs.items() if prop.replace]
        with self._lock:
            kept = self._kept.get((account, region, kind.token), {})
            return [id_ for id_, one in kept.items() if all(one.get(name) == inputs.get(name) for name in telling)]

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def counts(self) -> Iterator[tuple[str, Counter[str]]]:
        """(account, {"eks:addon": 1}) of each place where something is recorded."""
        with self._lock:
            held = [(account, kind, len(kept)) for (account, _, kind), kept in self._kept.items()]
        for account, kind, number in held:
            yield account, Counter({kind.split(":")[1].replace("/", ":"): number})


RECORDS = Records()


def recorded(
    token: str,
    inputs: Mapping[str, Property],
    *,
    id: str = "",  # noqa: A002  the word of the model
    chosen: Mapping[str, str] = NOTHING,
    tagged: bool = False,
    overwrites: bool = False,
    why: str = WHY,
    needs: Callable[[Resource], None] | None = None,
    also: tuple[Step, ...] = (),
    outputs: tuple[str, ...] = (),
    **options: Any,
) -> ResourceType:
    """A type that is kept as asked for.

    id: a template for it; without one AWS would choose, and so does the sandbox.
    chosen: what AWS answers where the program says nothing, as templates; also the computed properties.
    overwrites: AWS has one call to create and to change it, so that what exists is no error.
    needs: fails with AWS's own error where what it hangs on does not exist, before it is made and when it is read.
    also: further steps of the reading; `outputs` are the computed properties that these tell.
    options: the other fields of ResourceType, such as `formats`, `autoname` and `unique`.
    """
    prefix = token.split(":")[1].split("/")[1]

    def create(it: Resource) -> str:
        if needs:
            needs(it)
        key = str(it.fill(id)) if id else f"{prefix}-{secrets.token_hex(8)}"
        RECORDS.add(it, key, overwrites)
        return key

    def read(it: Resource) -> dict[str, Any] | None:
        if needs:
            needs(it)
        found = RECORDS.get(it)
        return None if found is None else {**{key: it.fill(value, found) for key, value in chosen.items()}, **found}

    return ResourceType(
        token,
        "",
        inputs=inputs,
        create=(create,),
        read=(read, *also),
        update=(RECORDS.put,),
        delete=(RECORDS.remove,),
        outputs=(*(name for name in chosen if name not in inputs), *outputs),
        tags=_TAGS if tagged else None,
        recorded=why,
        **options,
    )


_TAGS = Tagging(  # they stand in the record with everything else
    on_create=lambda _, __: {}, change=lambda _, __, ___: None, read=lambda _, answer: answer.get("tagsAll") or {}
)


def _place(it: Resource) -> _Place:
    return it.session.account, it.region, it.type.token
