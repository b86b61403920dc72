"""Hands resources to a monitor in this process, in one step each: nobody has to wait for its answer."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import pulumi
from google.protobuf import json_format
from pulumi import Alias, ComponentResource, Resource, ResourceOptions
from pulumi.runtime import resource, rpc, settings
from pulumi.runtime.settings import _get_rpc_manager

from platformctl import sdk
from platformctl.registering.inputs import NotAtOnceError, NotYetError, serialized, told
from platformctl.registering.outputs import Property, State, values

_REGISTER, _REGISTER_OUTPUTS = resource.register_resource, resource.register_resource_outputs
T = TypeVar("T")
# What a resource can ask for that no monitor in this process is told of by us.
_UNUSUAL = ("transforms", "state_migrations", "replacement_trigger", "deleted_with", "replace_with", "custom_timeouts")


@dataclass(frozen=True)
class Registration:
    """What a resource asks the engine for: inputs in wire encoding, the rest by URN."""

    type: str
    name: str
    custom: bool
    parent: str
    inputs: dict[str, Any]
    dependencies: list[str]
    property_dependencies: dict[str, list[str]]
    provider: str
    protect: bool
    line: Any  # the SDK's SourcePosition


class Recorder(Protocol):
    """A monitor that can be told of resources without a message of gRPC."""

    def registered(self, asked: Registration) -> str: ...

    def finished(self, urn: str, outputs: dict[str, Any]) -> None: ...


def install() -> None:
    """From here on the SDK of this process registers resources by what is below."""
    constructors: Any = pulumi.resource  # which call them by the names that they imported
    constructors.register_resource = register_resource
    constructors.register_resource_outputs = register_resource_outputs


def register_resource(
    res: Resource,
    ty: str,
    name: str,
    custom: bool,
    remote: bool,
    new_dependency: Callable[[str], Resource],
    props: Mapping[str, Any],
    opts: ResourceOptions,
    typ: type | None = None,
    package_ref: Any = None,
) -> None:
    """The SDK's; in one step where a monitor in this process is asked for nothing unusual."""
    monitor: Any = settings.get_monitor()
    if remote or package_ref or _is_unusual(opts) or not hasattr(monitor, "registered"):
        _REGISTER(res, ty, name, custom, remote, new_dependency, props, opts, typ, package_ref)
        return
    state = State(res, custom)
    for key in ("urn", "id", *props) if custom else ("urn", *props):
        res.__dict__[key] = Property(state, key)
    line = resource._get_source_position(sdk.line_of_program())
    _do(_registered(monitor, state, partial(_prepared, res, ty, name, custom, props, opts, typ, line), typ is not None))


def register_resource_outputs(res: Resource, outputs: Any) -> None:
    """The SDK's; in one step where a monitor in this process is told of what is known."""
    monitor: Any = settings.get_monitor()
    if hasattr(monitor, "finished"):
        _do(_finished(monitor, res, outputs or {}))
    else:
        _REGISTER_OUTPUTS(res, outputs)


def _is_unusual(opts: ResourceOptions) -> bool:
    hooked = opts.hooks and any(opts.hooks.__dict__.values())
    renamed = opts.aliases and not all(isinstance(alias, str) or _is_plain(alias) for alias in opts.aliases)
    return bool(hooked or renamed or any(getattr(opts, option) for option in _UNUSUAL))


def _is_plain(alias: Any) -> bool:
    """Whether nothing has to be waited for to tell what is meant: no monitor of ours asks for old names."""
    if not isinstance(alias, Alias):
        return False
    parts: tuple[Any, ...] = (alias.name, alias.type_, alias.parent, alias.stack, alias.project)
    return all(part is ... or isinstance(part, str | Resource | None) for part in parts)


def _do(work: Coroutine[Any, Any, None]) -> None:
    """Has the program's end wait for it, and fail with it."""
    _get_rpc_manager().rpcs.append(asyncio.ensure_future(work))


async def _registered(
    monitor: Recorder, state: State, prepared: Callable[[], Coroutine[Any, Any, Registration]], typed: bool
) -> None:
    try:
        asked = await prepared()
        known = {"urn": monitor.registered(asked), **({"id": ""} if state.custom else {})}
        state.resolve(values(state.resource, asked.inputs, typed) | known)
    except Exception as error:
        state.fail(error)
        _failed(error)
        raise


async def _finished(monitor: Recorder, res: Resource, outputs: Any) -> None:
    try:
        try:
            known, _ = await _as_soon_as_known(partial(serialized, None, outputs, None))
        except NotAtOnceError:
            known = json_format.MessageToDict(await rpc.serialize_properties(outputs, {}))
        monitor.finished(str(await res.urn.future()), known)
    except Exception as error:
        _failed(error)
        raise


async def _as_soon_as_known(work: Callable[[], T]) -> T:
    while True:
        try:
            return work()
        except NotYetError as pending:
            await asyncio.wait([pending.future])


def _failed(error: Exception) -> None:
    """As the SDK keeps the first error, which it reports at the end."""
    manager = _get_rpc_manager()
    if manager.unhandled_exception is None:
        manager.unhandled_exception, manager.exception_traceback = error, error.__traceback__


async def _prepared(
    res: Resource,
    ty: str,
    name: str,
    custom: bool,
    props: Mapping[str, Any],
    opts: ResourceOptions,
    typ: type | None,
    line: Any,
) -> Registration:
    make = partial(Registration, ty, name, custom, protect=bool(opts.protect), line=line)
    try:
        return await _as_soon_as_known(partial(_at_once, res, ty, custom, props, opts, typ, make))
    except NotAtOnceError:
        pass
    try:
        ready = await resource.prepare_resource(res, ty, custom, False, props, opts, typ)
    except (ValueError, AssertionError) as error:
        kind = ValueError if isinstance(error, ValueError) else AssertionError
        raise kind(f"While processing resource: {name!r}, type: {ty!r}\n{kind.__name__} has risen: {error}") from error
    return make(
        parent=ready.parent_urn or "",
        inputs=json_format.MessageToDict(ready.serialized_props),
        dependencies=sorted(ready.dependencies),
        property_dependencies={key: sorted(urns) for key, urns in ready.property_dependencies.items()},
        provider=ready.provider_ref or "",
    )


def _at_once(
    res: Resource,
    ty: str,
    custom: bool,
    props: Mapping[str, Any],
    opts: ResourceOptions,
    typ: type | None,
    make: Callable[..., Registration],
) -> Registration:
    parent = opts.parent or (settings.get_root_resource() if ty != "pulumi:pulumi:Stack" else None)
    urn = told(parent.urn).value if parent else ""
    provider = ""
    if custom and opts.provider:
        provider = f"{told(opts.provider.urn).value}::{told(opts.provider.id).value or rpc.UNKNOWN}"
    explicit = _urns(_depended_on(opts), res)
    inputs, found = serialized(res, props, typ)
    uses = {key: _urns(deps, res) for key, deps in found.items()}
    needed = {*explicit, *(one for urns in uses.values() for one in urns)}
    return make(parent=urn, inputs=inputs, dependencies=sorted(needed), property_dependencies=uses, provider=provider)


def _depended_on(opts: ResourceOptions) -> Iterable[Resource]:
    depends_on = opts.depends_on
    listed = [depends_on] if isinstance(depends_on, Resource) else depends_on or ()
    if not isinstance(listed, list | tuple) or not all(isinstance(one, Resource) for one in listed):
        raise NotAtOnceError
    return listed


def _urns(resources: Iterable[Resource], res: Resource) -> list[str]:
    """Of the resources, and of those in a component instead of its own."""
    found, waiting, seen = dict[str, None](), list(dict.fromkeys(resources)), set[Resource]()
    for one in waiting:
        if one in seen:
            continue
        seen.add(one)
        if not sdk.declare_dependency(res, one):
            raise NotAtOnceError  # the SDK says what is wrong with a circle
        if isinstance(one, ComponentResource) and not one._remote:
            waiting += one._childResources
        elif urn := told(one.urn).value:
            found[urn] = None
    return sorted(found)
