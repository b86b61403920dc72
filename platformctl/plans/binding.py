"""What a plan is bound to, and which of it is no longer so."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from platformctl.plans import checkout, versions
from platformctl.signing.canonical import digest
from platformctl.state import deployment
from platformctl.target import Target

Bound = dict[str, Any]

_AGAIN = "plan again with this one and have it reviewed"
_CHECK_OUT = f"check out what was reviewed, or {_AGAIN}"
# Item of a bundle -> what people call it, and what to do when it differs.
ITEMS: Mapping[str, tuple[str, str]] = {
    "commit": ("commit", _CHECK_OUT),
    "tree": ("content of the checkout", f"undo the changes since, or {_AGAIN}"),
    "lock_file": ("lock file requirements.lock", f"restore the file, run `make set-up`, or {_AGAIN}"),
    "configuration": ("configuration", f"restore the environment's settings file, or {_AGAIN}"),
    "engine": ("engine", f"use that version (`platformctl doctor` tells where it comes from), or {_AGAIN}"),
    "sdks": ("SDK", f"run `make set-up` in what was reviewed, or {_AGAIN}"),
    "providers": ("provider", f"use that version, or {_AGAIN}"),
    "account": ("account", "use credentials of that account"),
    "state": ("state", f"see who changed it (`platformctl changes list`), then {_AGAIN}"),
}


@dataclass(frozen=True)
class Mismatch:
    """One thing that is not as it was bound."""

    item: str
    what: str
    expected: str
    found: str
    remedy: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)

    @property
    def line(self) -> str:
        """One line for people."""
        return f"{self.what}: expected {self.expected}, found {self.found}: {self.remedy}"


def collect(target: Target, files: checkout.Checkout) -> Bound:
    """What can be told before a preview; the providers come with one."""
    root = target.project.root
    return {
        "commit": files.commit,
        "tree": files.tree,
        "lock_file": file_digest(root / "requirements.lock"),
        "configuration": file_digest(target.project.settings_file(target.environment)),
        "engine": versions.engine_version(target),
        "sdks": versions.sdks(target),
        "account": target.project.settings(target.environment).account.id,
        "state": state_of(target),
    }


def state_of(target: Target) -> dict[str, Any]:
    """The state's content, and when it was saved: the backends in buckets and folders count no serials."""
    held = deployment(target)
    saved = (held.pop("manifest", None) or {}).get("time")
    content = {"resources": held["resources"], "pending_operations": held["pending_operations"]}
    counted = {"resources": len(held["resources"]), "pending": len(held["pending_operations"])}
    return {"saved_at": saved, **counted, "digest": digest(content)}


def file_digest(file: Path) -> str | None:
    """SHA-256 of a file; None where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


def mismatches(expected: Bound, found: Bound, items: Sequence[str] = tuple(ITEMS)) -> list[Mismatch]:
    """What differs, item by item; of versions and of the state every part that does."""
    return [one for item in items for one in _compared(item, expected.get(item), found.get(item))]


def _compared(item: str, expected: Any, found: Any) -> Iterator[Mismatch]:
    what, remedy = ITEMS[item]
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted({*expected, *found}):
            if expected.get(key) != found.get(key):
                yield Mismatch(item, f"{what} {key}", _text(expected.get(key)), _text(found.get(key)), remedy)
    elif expected != found:
        yield Mismatch(item, what, _text(expected), _text(found), remedy)


def _text(value: Any) -> str:
    return "nothing" if value is None else str(value)
