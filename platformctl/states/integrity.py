"""Whether the bytes of a state are one that an engine can go on from; pure."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

_VERSION = 3  # of checkpoints, in engines 3.x
_PROVIDERS = "pulumi:providers:"
_COMPRESSED = b"\x1f\x8b"  # RFC 1952


@dataclass(frozen=True)
class Problem:
    """What is wrong with a state; `kind` is stable, for machines."""

    kind: str
    message: str
    urn: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


@dataclass(frozen=True)
class Checkpoint:
    """A state that could be read."""

    latest: Mapping[str, Any]
    digest: str  # SHA-256 of the bytes

    @property
    def resources(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.latest.get("resources") or []
        return found

    @property
    def pending(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.latest.get("pending_operations") or []
        return found

    @property
    def time(self) -> datetime | None:
        """When the engine wrote it, by the engine's clock; None for a stack that was never updated."""
        return moment((self.latest.get("manifest") or {}).get("time"))


def moment(text: Any) -> datetime | None:
    """A time in the engine's form, which has nanoseconds; None for what is no time or Go's zero."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.year > 1 and found.tzinfo else None


def digest(content: bytes) -> str:
    """What a state's bytes are known by."""
    return hashlib.sha256(content).hexdigest()


def read(content: bytes, project: str, stack: str) -> tuple[Checkpoint | None, list[Problem]]:
    """The state in these bytes, and all that is wrong with it; None where there is no reading it."""
    try:
        text = gzip.decompress(content) if content.startswith(_COMPRESSED) else content
        document = json.loads(text)
    except (OSError, EOFError, ValueError) as error:
        cut = " at its very end: it was cut off" if _is_cut_off(content, error) else ""
        return None, [Problem("unreadable", f"it is no JSON document ({error}){cut}; {len(content):,} bytes")]
    problem = _no_checkpoint(document)
    if problem:
        return None, [problem]
    held = {key.lower(): value for key, value in document["checkpoint"].items()}  # imports write Stack and Latest
    found = Checkpoint(held.get("latest") or {}, digest(content))
    return found, [*_identity(held, project, stack), *_manifest(found), *_resources(found, project, stack)]


def _is_cut_off(content: bytes, error: Exception) -> bool:
    return not content or getattr(error, "pos", 0) >= len(content) - 1 or isinstance(error, EOFError)


def _no_checkpoint(document: Any) -> Problem | None:
    if not isinstance(document, dict) or not isinstance(document.get("checkpoint"), dict):
        return Problem("unreadable", "it is JSON, but no checkpoint of the engine")
    if document.get("version") != _VERSION:
        return Problem("unreadable", f"it is a checkpoint of version {document.get('version')!r}, not {_VERSION}")
    latest = {key.lower(): value for key, value in document["checkpoint"].items()}.get("latest")
    if latest is not None and not isinstance(latest, dict):
        return Problem("unreadable", "its `latest` is no object")
    for key in ("resources", "pending_operations"):
        listed = (latest or {}).get(key) or []
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            return Problem("unreadable", f"its `{key}` is no list of objects")
    return None


def _identity(held: Mapping[str, Any], project: str, stack: str) -> Iterator[Problem]:
    named = str(held.get("stack", ""))
    if named.split("/")[-2:] not in ([project, stack], [stack]):
        yield Problem("foreign", f"it is the state of {named or '(nothing)'}, not of {project}/{stack}")


def _manifest(found: Checkpoint) -> Iterator[Problem]:
    manifest = found.latest.get("manifest") or {}
    version, magic = manifest.get("version") or "", manifest.get("magic") or ""
    # The engine's own check (pkg/resource/deploy/manifest.go): it covers the engine's version, not the content.
    if magic != (hashlib.sha256(version.encode()).hexdigest() if version else ""):
        yield Problem("manifest", f"its manifest's cookie does not fit the engine's version {version!r}")


def _resources(found: Checkpoint, project: str, stack: str) -> Iterator[Problem]:
    """What the engine's own VerifyIntegrity asks (pkg/resource/deploy/snapshot.go), and whose resources they are."""
    known: set[str] = set()
    providers: set[str] = set()
    everywhere = {resource.get("urn") for resource in found.resources}
    start = f"urn:pulumi:{stack}::{project}::"
    for index, resource in enumerate(found.resources):
        urn, type_ = resource.get("urn"), resource.get("type")
        if not isinstance(urn, str) or not isinstance(type_, str) or not urn or not type_:
            yield Problem("malformed", f"resource {index} has no URN or no type", str(urn or ""))
            continue
        if not urn.startswith(start):
            yield Problem("foreign", f"a resource of another project or stack: {urn}", urn)
        if urn.count("::") < 3 or urn.split("::")[2].rpartition("$")[2] != type_:
            yield Problem("malformed", f"its type is {type_}, its URN says another", urn)
        if resource.get("id") and not resource.get("custom"):
            yield Problem("malformed", "a component with an id", urn)
        if type_.startswith(_PROVIDERS):
            providers.add(f"{urn}::{resource.get('id', '')}")
        provider = resource.get("provider")
        if provider and provider not in providers and not resource.get("pendingReplacement"):
            yield Problem("dangling", f"its provider is not in the state: {provider}", urn)
        for how, other in _needs(resource):
            if other not in known:
                where = "comes after it" if other in everywhere else "is not in the state"
                yield Problem("dangling", f"its {how} {where}: {other}", urn)
        known.add(urn)
    live = Counter(one.get("urn") for one in found.resources if not one.get("delete"))
    for urn, times in live.items():
        if times > 1:
            yield Problem("duplicate", f"it is in the state {times} times", str(urn))


def _needs(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if resource.get("parent"):
        yield "parent", str(resource["parent"])
    for urn in resource.get("dependencies") or ():
        yield "dependency", urn
    for key, urns in (resource.get("propertyDependencies") or {}).items():
        for urn in urns or ():
            yield f"dependency by {key}", urn
    if resource.get("deletedWith"):
        yield "holder (deletedWith)", str(resource["deletedWith"])
