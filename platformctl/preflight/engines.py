"""Whether the engine and its plugins are such as the program needs."""

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from platformctl.preflight.obstacle import Obstacle
from platformctl.target import Target
from sandbox.tools.places import numbers
from sandbox.tools.table import package_of

_ANSWER_S = 30
# Of the SDKs that the programs import; each says in pulumi-plugin.json which plugin it was made for.
_SDKS = ("pulumi_aws", "pulumi_kubernetes")
_OFF = ("", "0", "false")


def version(target: Target) -> Iterator[Obstacle]:
    """The engine that PATH gives: at least the oldest that will do, and of its major version."""
    needed = package_of["pulumi"].at_least
    wanted = f"{'.'.join(map(str, needed))} or newer, below {needed[0] + 1}"
    found = engine_version(target)
    if not found:
        yield Obstacle("engine", "no Pulumi engine answers on PATH", "platformctl doctor")
    elif (told := numbers(found))[0] > needed[0]:
        yield Obstacle("engine", f"the engine is {found}, too new: {wanted} is needed", "platformctl doctor")
    elif told < needed:
        yield Obstacle("engine", f"the engine is {found}, too old: {wanted} is needed", "platformctl doctor")


def engine_version(target: Target) -> str:
    """Without the `v`; empty where none answers."""
    path = shutil.which("pulumi", path=target.variables.get("PATH"))
    if path is None:
        return ""
    asked = [path, "version"]
    try:
        answer = subprocess.run(  # noqa: S603
            asked, env=dict(target.variables), capture_output=True, text=True, timeout=_ANSWER_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    text = answer.stdout.strip().removeprefix("v")
    return text if text[:1].isdigit() else ""


def plugins(target: Target) -> Iterator[Obstacle]:
    """Those of the SDKs, unless the engine may fetch them or is told where they run."""
    if target.variables.get("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "").lower() in _OFF:
        return
    attached = {one.partition(":")[0] for one in target.variables.get("PULUMI_DEBUG_PROVIDERS", "").split(",")}
    home = Path(target.variables.get("PULUMI_HOME") or "~/.pulumi").expanduser()
    for name, wanted in _needed():
        installed = home / "plugins" / f"resource-{name}-v{wanted}"
        on_path = shutil.which(f"pulumi-resource-{name}", path=target.variables.get("PATH"))
        if name not in attached and not installed.is_dir() and not on_path:
            yield Obstacle(
                "plugin",
                f"the plugin {name} {wanted} is not installed, and the engine may not fetch it"
                " (PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION)",
                f"pulumi plugin install resource {name} v{wanted}",
            )


def _needed() -> Iterator[tuple[str, str]]:
    for sdk in _SDKS:
        spec = importlib.util.find_spec(sdk)
        if spec and spec.origin:
            told = json.loads(Path(spec.origin).with_name("pulumi-plugin.json").read_text())
            yield told["name"], told["version"].removeprefix("v")
