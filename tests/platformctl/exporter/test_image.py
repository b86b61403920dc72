"""The image's recipe against the program that it is to hold: no engine for containers builds it here."""

import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from components.exporter import objects

ROOT = Path(__file__).parents[3]
RECIPE = (ROOT / "exporter/Dockerfile").read_text()
LISTED = (ROOT / "exporter/packages.txt").read_text().split()
# Everything that the program loads, as it does when it starts.
_LOAD = """
import sys
before = set(sys.modules)  # a virtual environment may load something of its own
import platformctl.exporter.__main__
from platformctl.exporter.clients import clients
from platformctl.exporter.config import Config
from platformctl.exporter.sources import sources
texts = ("account", "region", "project", "stack", "archive", "trail", "trail_prefix", "records_prefix")
sources(Config(**dict.fromkeys(texts, "x"), databases={}, vaults={}, streams=()), clients())
for service in ("backup", "cloudtrail", "cloudwatch", "rds", "s3"):
    clients()(service, "eu-central-1")
from importlib.metadata import packages_distributions
known = packages_distributions()
for module in sorted({name.partition(".")[0] for name in sys.modules.keys() - before}):
    print(module, *known.get(module, ()))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """Top-level modules, and the distributions that they are of."""
    done = subprocess.run([sys.executable, "-c", _LOAD], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {module: {canonicalize_name(one) for one in several} for module, *several in lines}


def _with_what_they_need(names: set[str]) -> set[str]:
    found: set[str] = set()
    while new := names - found:
        found |= new
        asked = [Requirement(text) for name in new for text in requires(name) or ()]
        names = {
            canonicalize_name(one.name) for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})
        }
    return found


def test_the_list_holds_what_the_program_loads_and_no_more(loaded: dict[str, set[str]]) -> None:
    used = set.union(*loaded.values()) - {"billing-platform"}
    assert sorted(LISTED) == LISTED == sorted(_with_what_they_need(used))


def test_it_copies_the_packages_of_ours_that_are_loaded(loaded: dict[str, set[str]]) -> None:
    ours = {module for module in loaded if (ROOT / module / "__init__.py").is_file()}
    assert set(re.findall(r"^COPY (\w+) /app/\1$", RECIPE, re.MULTILINE)) == ours


def test_it_installs_from_the_lock_file_by_hash_alone(tmp_path: Path) -> None:
    (program,) = re.findall(r"RUN awk '([^']+)'", RECIPE)
    files = [str(ROOT / "exporter/packages.txt"), str(ROOT / "requirements.lock")]
    chosen = subprocess.run(["awk", program, *files], capture_output=True, text=True, check=True).stdout
    pinned = re.findall(r"^([a-z0-9-]+)==\S+.*\\\n +--hash=sha256:", chosen, re.MULTILINE)
    assert pinned == LISTED
    assert "--require-hashes" in RECIPE
    assert "--no-deps" in RECIPE


def test_it_runs_as_nobody_and_as_the_pods_start_it() -> None:
    container = objects.stateful_set("image@sha256:0", "eu-central-1", "{}", {})["template"]["spec"]
    user = container["securityContext"]["runAsUser"]
    last = RECIPE.rpartition("FROM ")[2]
    assert f"USER {user}:{user}" in last
    assert 'ENTRYPOINT ["/usr/bin/python3", "-m", "platformctl.exporter"]' in last
    assert f"EXPOSE {objects.PORT}" in last
    assert "command" not in container["containers"][0]  # the image's own, which needs no shell
    assert not re.search(r"^(RUN|CMD|SHELL)", last, re.MULTILINE)
