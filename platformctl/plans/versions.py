"""The versions that an update runs with: engine, SDKs of the program's own environment, providers."""

import json
import subprocess
import sys
from collections.abc import Iterable

from platformctl import engine
from platformctl.errors import CommandError
from platformctl.target import Target

_SDKS = ("pulumi", "pulumi-aws", "pulumi-kubernetes", "pulumi-policy")
_PROVIDER = "pulumi:providers:"
_ASK = "import json, sys, importlib.metadata as m\nprint(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"


def engine_version(target: Target) -> str:
    """Of the `pulumi` that would run."""
    return engine.query(target, "version").strip()


def sdks(target: Target) -> dict[str, str]:
    """By package; asked of the interpreter that runs the program."""
    python = target.project.root / ".venv" / "bin" / "python"
    line = [str(python) if python.exists() else sys.executable, "-c", _ASK, *_SDKS]
    answer = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode:
        last = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CommandError(f"the versions of the SDKs cannot be told: {last}; `make set-up` installs them")
    told: dict[str, str] = json.loads(answer.stdout)
    return told


def providers(events: Iterable[engine.Event]) -> dict[str, str]:
    """By package the versions that the run's providers have, several joined; `unpinned` where none is asked for."""
    found: dict[str, set[str]] = {}
    for event in events:
        step = event.get("resourcePreEvent", {}).get("metadata", {})
        if str(step.get("type", "")).startswith(_PROVIDER) and step.get("new"):
            version = step["new"].get("inputs", {}).get("version") or "unpinned"
            found.setdefault(step["type"].removeprefix(_PROVIDER), set()).add(str(version))
    return {name: ", ".join(sorted(versions)) for name, versions in sorted(found.items())}
