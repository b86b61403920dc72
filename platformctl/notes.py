"""What a change does to a running database: downtime, a reboot that somebody has to do, and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from platformctl.changes import Change, Sides, readable

_INSTANCE = "aws:rds/instance:Instance"
_CLUSTER = "aws:rds/cluster:Cluster"
_MEMBER = "aws:rds/clusterInstance:ClusterInstance"
_PARAMETER_GROUPS = frozenset(
    {"aws:rds/parameterGroup:ParameterGroup", "aws:rds/clusterParameterGroup:ClusterParameterGroup"}
)


@dataclass(frozen=True)
class Note:
    """One consequence of a change that its diff does not show."""

    urn: str
    type: str
    name: str
    property: str  # a parameter is named as parameters[name]
    before: Any
    after: Any
    # outage; restart: AWS does it; reboot: somebody has to; none. Of a cluster also irreversible; rolling: one after
    # another; incompatible and removed: it would not work; deprecated: the next version would not have it.
    effect: str

    major: bool  # an upgrade to another major version
    at_once: bool  # by applyImmediately, outside of the maintenance window
    message: str
    source: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


@dataclass(frozen=True)
class Consequence:
    """What AWS does on a change of one property. `waits`: until the maintenance window, without applyImmediately."""

    effect: str
    means: str
    source: str
    waits: bool = True


_ON_INSTANCE, _ON_CLUSTER = "RDS API reference, ModifyDBInstance", "RDS API reference, ModifyDBCluster"
_CLASS = Consequence("outage", "an outage, or a failover where there is a standby", _ON_INSTANCE)
_VERSION = Consequence("outage", "an outage while the engine is upgraded", _ON_INSTANCE)
_CERTIFICATE = Consequence("restart", "a restart of the database, for its server certificate changes", _ON_INSTANCE)
_GROUP = Consequence(
    "reboot", "nothing until somebody reboots it: a new group's static parameters wait for that", _ON_INSTANCE, False
)
_PORT = Consequence("restart", "a restart of the database at once, whatever applyImmediately says", _ON_INSTANCE, False)
_DEFERRED = Consequence("none", "no outage", _ON_INSTANCE)
CONSEQUENCES: Mapping[tuple[str, str], Consequence] = {
    (_INSTANCE, "instanceClass"): _CLASS,
    (_INSTANCE, "engineVersion"): _VERSION,
    (_INSTANCE, "caCertIdentifier"): _CERTIFICATE,
    (_INSTANCE, "parameterGroupName"): _GROUP,
    (_INSTANCE, "port"): _PORT,
    (_INSTANCE, "multiAz"): _DEFERRED,
    (_MEMBER, "instanceClass"): _CLASS,
    (_MEMBER, "engineVersion"): _VERSION,
    (_MEMBER, "caCertIdentifier"): _CERTIFICATE,
    (_MEMBER, "dbParameterGroupName"): _GROUP,
    (_CLUSTER, "dbClusterInstanceClass"): Consequence("outage", "an outage, or a failover to a reader", _ON_CLUSTER),
    (_CLUSTER, "engineVersion"): Consequence("outage", "an outage of the whole cluster", _ON_CLUSTER),
    (_CLUSTER, "caCertificateIdentifier"): Consequence("restart", "a restart of its instances", _ON_CLUSTER),
    (_CLUSTER, "dbClusterParameterGroupName"): Consequence(
        "reboot",
        "nothing until somebody reboots its instances",
        "Aurora user guide, Rebooting an Amazon Aurora DB cluster",
        False,
    ),
}
_IN_WINDOW = "in the next maintenance window"
_AT_ONCE = "at once, with all that is pending, and outside of the maintenance window"
_PENDING = "RDS API reference, ModifyDBParameterGroup: pending-reboot is applied after a reboot without failover"


def notes(changes: Iterable[Change], sides: Mapping[str, Sides]) -> list[Note]:
    """The consequences of the updates among `changes`, in their order; `sides` is each one's state before and after."""
    found: list[Note] = []
    for change in changes:
        before, after = sides[change.urn]
        if change.operation == "update":
            old, new = before.get("inputs") or {}, after.get("inputs") or {}
            found += _of_parameters(change, old, new) if change.type in _PARAMETER_GROUPS else _of(change, old, new)
    return found


def _of(change: Change, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Note]:
    immediately = new.get("applyImmediately") is True
    for (type_, key), consequence in CONSEQUENCES.items():
        # Of all of them AWS keeps what it has where the program says nothing any more.
        if type_ == change.type and new.get(key) not in (None, old.get(key)):
            major = key == "engineVersion" and _major(old.get(key)) != _major(new.get(key))
            kind = "an upgrade to another major version: " if major else ""
            when = ", " + (_AT_ONCE if immediately else _IN_WINDOW) if consequence.waits else ""
            yield _note(
                change,
                key,
                (old.get(key), new.get(key)),
                consequence.effect,
                f"{kind}{consequence.means}{when}",
                consequence.source,
                major=major,
                at_once=immediately and consequence.waits,
            )


def _of_parameters(change: Change, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Note]:
    before, after = _parameters(old), _parameters(new)
    group = readable(new.get("name")) or change.name
    for name in sorted({*before, *after}):
        was, now = before.get(name, {}), after.get(name, {})
        values = (was.get("value"), now.get("value"))
        if values[0] != values[1] and (now or was).get("applyMethod") == "pending-reboot":
            message = f"takes effect when somebody reboots the databases of {group}"
            yield _note(change, f"parameters[{name}]", values, "reboot", message, _PENDING)


def _parameters(inputs: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    given = inputs.get("parameters")
    return {one["name"]: one for one in given if isinstance(one, dict)} if isinstance(given, list) else {}


def _major(version: Any) -> str:
    """PostgreSQL's major version is its first number (since 10; RDS offers none older)."""
    return str(version).partition(".")[0]


def _note(
    change: Change,
    property_: str,
    values: tuple[Any, Any],
    effect: str,
    message: str,
    source: str,
    *,
    major: bool = False,
    at_once: bool = False,
) -> Note:
    before, after = (readable(value) for value in values)
    return Note(change.urn, change.type, change.name, property_, before, after, effect, major, at_once, message, source)
