"""Waits until objects are ready or gone, tells what for, and why in vain."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cluster.client import ApiError
from sandbox.kubernetes.api import Api
from sandbox.kubernetes.asked import Asked
from sandbox.kubernetes.failures import words
from sandbox.kubernetes.inputs import SKIP_AWAIT, TIMEOUT_S, annotation
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.readiness import READINESS, HopelessError, Look, Readiness
from sandbox.retry import Cancelled, CloudError

LOOK_FIRST_S, LOOK_MOST_S = 0.05, 1.0
REFUSED_S = 10.0  # how long a workload may be refused its pods before that counts as final
DELETION_S = 300.0  # as the official provider; workloads get 600
_TOLD = 5  # events and pods that are told of
_POD, _EVENT = Kind("", "v1", "Pod"), Kind("", "v1", "Event")


def until_ready(it: Asked, live: dict[str, Any], api: Api, *, created: bool) -> dict[str, Any]:
    """The object once it is ready, at once where the program skips that or its kind is always ready.

    Raises Unfinished with its state and what it waited for, when its time is over or it cannot get ready.
    """
    readiness = READINESS.get((it.kind.group, it.kind.name))
    if readiness is None or annotation(it.inputs, SKIP_AWAIT) == "true":
        return live
    begun, until, said = time.monotonic(), time.monotonic() + _timeout_s(it, readiness.timeout_s), ""
    pause_s = LOOK_FIRST_S
    while True:
        try:
            missing = readiness.missing(Look(it, live, api, created))
            _look_for_refusal(live, time.monotonic() - begun)
        except HopelessError as reason:
            raise it.unfinished(
                f"{it} does not get ready: {_told(str(reason), it, live, api, readiness)}", live
            ) from None
        if not missing:
            if said:
                it.say("")
            return live
        if time.monotonic() >= until:
            waited = f"waited {time.monotonic() - begun:.0f} s for {missing}"
            raise it.unfinished(f"{it} is not ready: {_told(waited, it, live, api, readiness)}", live)
        if missing != said:
            it.say(f"waiting for {missing}")
            said = missing
        try:
            _pause(it, min(pause_s, until - time.monotonic()))
        except Cancelled:  # it exists, and the engine has to know
            raise it.unfinished(f"cancelled while waiting for {missing}", live) from None
        pause_s = min(pause_s * 2, LOOK_MOST_S)
        found = api.get(it.kind, it.namespace, it.name)
        if found is None:
            raise CloudError(f"{it} was deleted by somebody while it was waited for")
        live = found


def until_gone(it: Asked, api: Api, uid: str) -> None:
    """Until the object of this uid is gone; raises CloudError naming what holds it."""
    default_s = 600.0 if it.kind.group in ("apps", "argoproj.io") else DELETION_S
    until, pause_s, said = time.monotonic() + _timeout_s(it, default_s), LOOK_FIRST_S, ""
    while (live := api.get(it.kind, it.namespace, it.name)) and live["metadata"]["uid"] == uid:
        holding = _holding(live)
        if time.monotonic() >= until:
            raise CloudError(f"{it} is being deleted, but is not gone: {holding}")
        if holding != said:
            it.say(f"waiting until it is gone: {holding}")
            said = holding
        _pause(it, min(pause_s, max(until - time.monotonic(), 0)))
        pause_s = min(pause_s * 2, LOOK_MOST_S)


def _timeout_s(it: Asked, default_s: float) -> float:
    """customTimeouts of the program, else the annotation, else the kind's own."""
    annotated = annotation(it.inputs or it.state, TIMEOUT_S)
    if it.timeout_s:
        return it.timeout_s
    return float(annotated) if annotated.isdigit() else default_s


def _pause(it: Asked, seconds: float) -> None:
    """A wait that ends with Cancelled when the engine gives up."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        it.check()
        time.sleep(min(left, 0.1))
    it.check()


def _look_for_refusal(live: Mapping[str, Any], waited_s: float) -> None:
    """Pods that admission or a quota refuses are refused for good: ten minutes more change nothing."""
    for one in (live.get("status") or {}).get("conditions") or ():
        refused = one.get("type") == "ReplicaFailure" and one.get("status") == "True"
        if refused and "forbidden" in str(one.get("message")) and waited_s > REFUSED_S:
            raise HopelessError(f"its pods are refused: {one['message']}")


def _holding(live: Mapping[str, Any]) -> str:
    finalizers = live["metadata"].get("finalizers") or []
    conditions = (live.get("status") or {}).get("conditions") or ()
    content = [one.get("message") for one in conditions if one.get("status") == "True" and "Remaining" in one["type"]]
    if content:
        return words(content)
    if live["metadata"].get("deletionTimestamp") is None:
        return "its deletion has not begun"
    kept = ", ".join(finalizers or (live.get("spec") or {}).get("finalizers") or ())
    if "foregroundDeletion" in finalizers:
        kept += " (what it owns is deleted first)"
    return (
        f"it is held by the finalizers {kept}, and whoever put them there has to take them away" if kept else "it ends"
    )


def _told(reason: str, it: Asked, live: Mapping[str, Any], api: Api, readiness: Readiness) -> str:
    """The reason with what conditions, pods and events say."""
    try:
        return words([reason, *_conditions(live), *_of_pods(it, live, api, readiness), *_events(it, live, api)])
    except (ApiError, CloudError, OSError):
        return reason


def _conditions(live: Mapping[str, Any]) -> Iterator[str]:
    for one in (live.get("status") or {}).get("conditions") or ():
        bad = one.get("status") == (
            "True" if "Fail" in one.get("type", "") or "Invalid" in one.get("type", "") else "False"
        )
        if bad and one.get("message"):
            yield f"{one['type']}: {one['message']}"


def _of_pods(it: Asked, live: Mapping[str, Any], api: Api, readiness: Readiness) -> Iterator[str]:
    labels: Any = live
    for key in filter(None, readiness.selects.split(".")):
        labels = (labels or {}).get(key)
    if not readiness.selects or not labels:
        return
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    pods = api.all(_POD, it.namespace, labelSelector=selector)
    if not pods and it.kind.name == "Service":
        yield f"no pod in namespace {it.namespace} has {selector}"
    for pod in pods[:_TOLD]:
        for text in _of_pod(pod):
            yield f"pod {pod['metadata']['name']}: {text}"


def _of_pod(pod: Mapping[str, Any]) -> Iterator[str]:
    status = pod.get("status") or {}
    for one in (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())):
        for state in ("waiting", "terminated"):
            told = (one.get("state") or {}).get(state)
            if told and told.get("reason") not in ("Completed", "PodInitializing", "ContainerCreating"):
                yield words([f"container {one['name']}: {told.get('reason')}", told.get("message")])
    for one in status.get("conditions") or ():
        if one.get("type") == "PodScheduled" and one.get("status") == "False":
            yield str(one.get("message"))


def _events(it: Asked, live: Mapping[str, Any], api: Api) -> Iterator[str]:
    if not it.namespace:
        return
    field = f"involvedObject.uid={live['metadata']['uid']},type=Warning"
    for event in api.all(_EVENT, it.namespace, fieldSelector=field)[-_TOLD:]:
        yield f"event {event.get('reason')}: {event.get('message')}"
