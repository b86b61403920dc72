"""Reads the file of waivers."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from policies import codeowners
from policies.waivers.applying import Waivers
from policies.waivers.entries import FILE, Fault, read

COMMITTED = Path(__file__).resolve().parents[2] / FILE
_YAML = "Write a list of entries; `platformctl waivers new` prints one."


def load(path: Path = COMMITTED, owners: Collection[str] | None = None) -> Waivers:
    """The waivers in a YAML file; entries that are not valid come back in `malformed`.

    `owners` may approve; without them, the owners of the committed file by CODEOWNERS.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    except UnicodeDecodeError as error:
        return Waivers(malformed=(Fault(f"{path.name} is not UTF-8: {error.reason}", _YAML),))
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines in ([], ["[]"]):
        return Waivers()
    import yaml  # late: only a file with waivers needs it, and it costs every command its import

    try:
        node = yaml.compose(text, yaml.SafeLoader)
        twice = [
            _twice(entry, path.name) for entry in getattr(node, "value", ()) if isinstance(entry, yaml.MappingNode)
        ]
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date such as 2026-02-31
        return Waivers(malformed=(Fault(f"{path.name} is not valid YAML: {' '.join(str(error).split())}", _YAML),))
    starts = [entry.start_mark.line + 1 for entry in node.value] if isinstance(node, yaml.SequenceNode) else []
    parsed = parse(document, path.name, owners, starts)
    return Waivers(parsed.entries, (*(fault for faults in twice for fault in faults), *parsed.malformed))


def parse(
    document: Any, name: str = "waivers", owners: Collection[str] | None = None, lines: Iterable[int] = ()
) -> Waivers:
    """The waivers in a decoded YAML document: a list of maps with exactly the fields of Waiver."""
    if not isinstance(document, list):
        return Waivers(malformed=(Fault(f"{name} must hold a list of waivers", _YAML),))
    if owners is None:
        owners = codeowners.owners_in(COMMITTED.parents[1], FILE)
    entries, malformed = read(document, name, owners, list(lines))
    return Waivers(tuple(entries), tuple(malformed))


def _twice(entry: Any, name: str) -> list[Fault]:
    """Keys that stand twice in an entry: YAML takes the last in silence."""
    keys = [str(key.value) for key, _ in entry.value]
    line = entry.start_mark.line + 1
    again = dict.fromkeys(key for key in keys if keys.count(key) > 1)
    return [Fault(f"{name}, line {line}: {key} stands twice", "Remove one.", "", f"{FILE}:{line}") for key in again]
