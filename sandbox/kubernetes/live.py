"""Objects in the control plane: applied server-side, waited for, read as they are, deleted."""

from __future__ import annotations

import base64
import copy
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandbox import wire
from sandbox.cluster import ControlPlane
from sandbox.cluster.client import ApiError
from sandbox.kubernetes import differences, failures, ownership
from sandbox.kubernetes.api import Api, NoSuchKindError, Strike
from sandbox.kubernetes.asked import ADDED, Asked
from sandbox.kubernetes.hiding import is_secret_kind
from sandbox.kubernetes.inputs import PATCH_FORCE, PROPAGATION, SKIP_AWAIT, annotation, id_of
from sandbox.kubernetes.recorded import RECORDS, Recorded, addressed
from sandbox.kubernetes.waiting import until_gone, until_ready
from sandbox.retry import CloudError

APPEARS_S = 15.0  # how long a definition or a namespace of the same update is waited for; the official provider: 31 s
_PAUSE_S = 0.25
TAKES = 10
_POLICIES = {"orphan": "Orphan", "background": "Background"}
_OF_THE_SERVER = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid",
                  "deletionTimestamp", "deletionGracePeriodSeconds")  # fmt: skip
_SKIPS_DELETION = {("", "Namespace"), ("", "Pod"), ("apps", "DaemonSet"), ("apps", "Deployment"),
                   ("apps", "StatefulSet"), ("batch", "Job")}  # fmt: skip


class Live:
    """What the provider does with objects in a control plane."""

    def __init__(self, plane: ControlPlane, strike: Strike | None = None):
        self.api = Api(plane, strike)

    def preview(self, it: Asked) -> dict[str, Any]:
        """The state as applying would make it, by a dry run; the inputs where that cannot be told yet."""
        if wire.contains_unknown(it.inputs):
            return self._unchecked(it, "values are not known yet")
        with _explained(it):
            try:
                found = self._try(it)
            except NoSuchKindError:
                return self._unchecked(it, f"the API server has no {it.kind.name} of {it.kind.api_version} yet")
            except ApiError as error:
                if failures.is_missing_namespace(error):
                    return self._unchecked(it, f"namespace {it.namespace} does not exist yet")
                raise
        found.pop("status", None)  # programs would take what is not there yet for empty
        return it.kept(_shown(found))

    def create(self, it: Asked) -> dict[str, Any]:
        """Makes the object, or takes up the one that this same resource made before a killed engine could know."""
        with _explained(it):
            self._patiently(it, lambda: self._place(it))
            it.id = id_of(it.inputs)
            existing = self.api.get(it.kind, it.namespace, it.name)
            if existing and existing["metadata"].get("deletionTimestamp"):
                until_gone(it, self.api, existing["metadata"]["uid"])
                existing = None
            if existing:
                self._see_that_it_is_ours(it, existing)
            return self._applied(it, created=existing is None)

    def update(self, it: Asked) -> dict[str, Any]:
        with _explained(it):
            self._patiently(it, lambda: self._place(it))
            it.id = it.id or id_of(it.inputs)
            live = self.api.get(it.kind, it.namespace, it.name)
            it.inputs = _without_ignored(it, live)
            return self._applied(it, created=live is None)

    def read(self, it: Asked) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The inputs that would ask for the object as it is, and its state; None when it is gone."""
        with _explained(it):
            try:
                live = self.api.get(it.kind, it.namespace, it.name)
            except NoSuchKindError:
                live = None
            if live is None:
                return Recorded().read(it)  # asked for before there was a control plane
            added: list[ownership.Path] = []
            if it.inputs:
                it.inputs, added = self._as_it_is(it, live)
            else:
                it.inputs = _imported(live)
        state = it.kept(addressed(it.kind, _shown(live)))
        return it.inputs, {**state, ADDED: json.dumps(added)} if added else state

    def delete(self, it: Asked) -> None:
        RECORDS.remove(it, it.id)
        with _explained(it):
            try:
                live = self.api.get(it.kind, it.namespace, it.name)
            except NoSuchKindError:
                return  # went with its definition
            uid = str((it.state.get("metadata") or {}).get("uid") or "")
            if live is None or (uid and live["metadata"]["uid"] != uid):
                return  # gone, and what has its name now is somebody else's
            policy = _POLICIES.get(annotation(it.inputs, PROPAGATION).lower(), "Foreground")
            try:
                self.api.delete(it.kind, it.namespace, it.name, policy=policy, uid=live["metadata"]["uid"])
            except ApiError as error:
                if error.status == 404:
                    return
                raise
            skips = annotation(it.inputs, SKIP_AWAIT) == "true" and (it.kind.group, it.kind.name) in _SKIPS_DELETION
            if not skips:
                until_gone(it, self.api, live["metadata"]["uid"])
        if it.kind.name == "CustomResourceDefinition":
            self.api.forget()

    def _applied(self, it: Asked, *, created: bool) -> dict[str, Any]:
        applied = self._patiently(it, lambda: self._apply(it))
        applied = self._without_added(it, applied)
        RECORDS.remove(it, it.id)
        if it.kind.name == "CustomResourceDefinition":
            self.api.forget()
        live = until_ready(it, applied, self.api, created=created)
        return it.kept(addressed(it.kind, _shown(live)))

    def _apply(self, it: Asked, *, name: str = "", dry_run: bool = False) -> dict[str, Any]:
        manifest = _sent(it)
        if name:
            manifest["metadata"] = {**manifest["metadata"], "name": name}
        force = it.settings.patch_force or annotation(it.inputs, PATCH_FORCE) == "true"
        return self.api.apply(it.kind, manifest, it.manager, force=force, dry_run=dry_run, warned=it.warn)

    def _try(self, it: Asked) -> dict[str, Any]:
        """The object as applying would make it."""
        self._place(it)
        creating = not it.id
        live = self.api.get(it.kind, it.namespace, it.name)
        if not creating:
            it.inputs = _without_ignored(it, live)
        elif live and not live["metadata"].get("deletionTimestamp"):
            self._see_that_it_is_ours(it, live)
        try:
            return self._apply(it, dry_run=True)
        except ApiError as error:
            if not creating or live is None or not failures.is_immutable(error):
                raise
        # The old object is still there, which is to be replaced: asked of one with another name, it tells as much.
        found = self._apply(it, name=f"{it.inputs['metadata']['name'][:200]}-{secrets.token_hex(4)}", dry_run=True)
        found["metadata"]["name"] = it.inputs["metadata"]["name"]
        return found

    def _see_that_it_is_ours(self, it: Asked, live: Mapping[str, Any]) -> None:
        if not failures.is_ours(live, it.manager) and not it.settings.upsert:
            raise failures.taken(it, live)

    def _place(self, it: Asked) -> None:
        """Completes the namespace of a kind of which only the API server knows that it has one."""
        if self.api.place(it.kind).namespaced:
            metadata = it.inputs["metadata"]
            it.inputs["metadata"] = {**metadata, "namespace": metadata.get("namespace") or it.settings.namespace}

    def _patiently(self, it: Asked, call: Callable[[], Any]) -> Any:
        """Again for a while, when a definition or a namespace of the same update is not there yet."""
        until = time.monotonic() + APPEARS_S
        while True:
            it.check()
            try:
                return call()
            except (NoSuchKindError, ApiError) as error:
                passes = isinstance(error, NoSuchKindError) or failures.is_missing_namespace(error)
                if not passes or time.monotonic() >= until:
                    raise
                waits_for = "its definition" if isinstance(error, NoSuchKindError) else f"namespace {it.namespace}"
                it.say(f"waiting for {waits_for}")
            time.sleep(_PAUSE_S)

    def _as_it_is(self, it: Asked, live: Mapping[str, Any]) -> tuple[dict[str, Any], list[ownership.Path]]:
        sent, given = _sent(it), "namespace" in it.inputs["metadata"]
        if self.api.place(it.kind).namespaced:
            sent["metadata"]["namespace"] = it.namespace
        try:
            wanted = self.api.apply(it.kind, sent, it.manager, force=True, dry_run=True)
        except ApiError as error:
            it.warn(f"what has changed of {it} cannot be told, for it would be refused now: {error.message}")
            return it.inputs, []
        if wanted["metadata"]["uid"] != live["metadata"]["uid"]:
            return it.inputs, []  # made anew just now
        found, added = ownership.as_it_is(it.kind.name, sent, wanted, live, it.manager)
        if not given:
            found["metadata"].pop("namespace", None)
        return _unsent(it, found), added

    def _without_added(self, it: Asked, applied: dict[str, Any]) -> dict[str, Any]:
        """The object without what others had added; applying leaves that alone, for it is not ours."""
        for attempt in range(1, TAKES + 1):
            gone = self._left_over(it, applied)
            if not gone:
                break
            try:
                return self.api.take_away(it.kind, applied, gone, it.manager)
            except ApiError as error:  # a controller wrote its status meanwhile, and what is where may have changed
                if error.status not in (409, 422) or attempt == TAKES:
                    raise
            applied = self.api.get(it.kind, it.namespace, it.name) or applied
        return applied

    def _left_over(self, it: Asked, applied: Mapping[str, Any]) -> list[str]:
        """Pointers to what others had added when it was read last, and the program does not ask for."""
        asked = [_path(steps) for steps in json.loads(it.state.get(ADDED) or "[]")]
        undone = (path for path in asked if ownership.at(it.inputs, path) is ownership.NOTHING)
        there = [one for one in (ownership.pointer(applied, path) for path in undone) if one]
        return sorted(there, key=lambda one: [_rank(part) for part in one.split("/")], reverse=True)

    def _unchecked(self, it: Asked, reason: str) -> dict[str, Any]:
        it.tell(f"not checked by this preview: {reason}")
        return it.kept(it.inputs)


@contextmanager
def _explained(it: Asked) -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        raise failures.explained(error, it) from None
    except OSError as error:
        raise CloudError(
            f"the control plane does not answer ({error}); `platformctl sandbox status` says whether it runs"
        ) from None


def _sent(it: Asked) -> dict[str, Any]:
    """The manifest for the API server. A Secret's texts go as data: removing one from stringData would keep it."""
    manifest = {key: value for key, value in it.inputs.items() if key not in ("status", "stringData")}
    texts = it.inputs.get("stringData") or {}
    if not is_secret_kind(it.kind):
        return copy.deepcopy(dict(it.inputs)) if "stringData" in it.inputs else copy.deepcopy(manifest)
    coded = {key: base64.b64encode(str(value).encode()).decode() for key, value in texts.items()}
    return copy.deepcopy({**manifest, "data": {**(manifest.get("data") or {}), **coded}})


def _unsent(it: Asked, manifest: dict[str, Any]) -> dict[str, Any]:
    """The inputs for a manifest as it was sent: what the program gives as text is text again."""
    texts = it.inputs.get("stringData")
    if not is_secret_kind(it.kind):
        return manifest
    data = dict(manifest.pop("data", None) or {})
    if texts is not None:
        manifest["stringData"] = {key: _decoded(data.pop(key)) for key in texts if key in data}
    if data or "data" in it.inputs:
        manifest["data"] = data
    return manifest


def _decoded(value: str) -> str:
    return base64.b64decode(value).decode(errors="replace")


def _shown(live: Mapping[str, Any]) -> dict[str, Any]:
    """The object for the state, without the record of who manages which field."""
    metadata = {key: value for key, value in live["metadata"].items() if key != "managedFields"}
    return {**live, "metadata": metadata}


def _imported(live: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that an import starts from: all but what the server and its controllers write."""
    metadata = {key: value for key, value in live["metadata"].items() if key not in _OF_THE_SERVER}
    annotations = {
        key: value
        for key, value in (metadata.pop("annotations", None) or {}).items()
        if key not in ownership.BOOKKEEPING
    }
    if annotations:
        metadata["annotations"] = annotations
    return {**{key: value for key, value in live.items() if key != "status"}, "metadata": metadata}


def _without_ignored(it: Asked, live: Mapping[str, Any] | None) -> dict[str, Any]:
    """The inputs without the ignored fields that somebody else manages alone; the others as they are."""
    inputs = copy.deepcopy(dict(it.inputs))
    everyone = ownership.owners(live) if live else []
    for ignored in it.ignored:
        path = tuple(("f", step) for step in differences.steps(ignored))
        ours = any(path in one.fields for one in everyone if one.manager == it.manager)
        theirs = any(path in one.fields for one in everyone if one.manager != it.manager)
        if live and (ours or theirs):
            ownership.put(inputs, path, ownership.NOTHING if theirs and not ours else ownership.at(live, path))
    return inputs


def _path(steps: list[list[Any]]) -> ownership.Path:
    return tuple((kind, tuple(map(tuple, value)) if kind == "k" else value) for kind, value in steps)


def _rank(part: str) -> tuple[int, str]:
    return (int(part), "") if part.isdigit() else (-1, part)
