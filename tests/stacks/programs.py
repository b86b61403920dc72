"""The whole program, under the settings of an environment, without engine or cloud."""

import json
import runpy
import signal
from functools import cache
from pathlib import Path

import yaml
from pulumi.runtime.config import set_all_config

from tests.components.conftest import Built, build

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("prod", "staging", "sandbox")


@cache
def run(environment: str) -> Built:
    """What the program registers and exports."""
    config = yaml.safe_load((ROOT / f"Pulumi.{environment}.yaml").read_text())["config"]
    set_all_config({key: json.dumps(value) for key, value in config.items()}, [])
    on_interrupt = signal.getsignal(signal.SIGINT)
    try:
        return build(lambda: runpy.run_path(str(ROOT / "stacks"), run_name="__main__"), environment)
    finally:
        set_all_config({}, [])
        signal.signal(signal.SIGINT, on_interrupt)  # the program sets its own, for the engine


def waited_for(built: Built, urn: str) -> set[str]:
    """All that a resource waits for, directly or through others."""
    after = {made.urn: made.dependencies for made in built.resources}
    found: set[str] = set()
    left = [urn]
    while left:
        new = {*after[left.pop()]} - found
        found |= new
        left += new
    return found
