"""A checkout with one small program and one policy pack, which need no engine to be started."""

from pathlib import Path

from tests.engine.conftest import ROOT

PACK = """
import os, sys, time
print(4711)
print(sorted(name for name in os.environ if name.startswith("PULUMI_")), os.environ["PULUMI_DRY_RUN"])
print(os.environ["OF_THE_TARGET"], sys.path[0], file=sys.stderr)
time.sleep(600)
"""


def written(root: Path, pack: str = PACK, virtualenv: Path = ROOT / ".venv") -> Path:
    """Makes it at `root`; returns the folder of the pack."""
    folder = root / "policies" / "some"
    folder.mkdir(parents=True)
    (root / "stacks").mkdir()
    (root / "stacks" / "__main__.py").touch()
    runtime = f"runtime:\n  name: python\n  options:\n    virtualenv: {virtualenv}\n"
    (root / "Pulumi.yaml").write_text(f"name: billing-platform\n{runtime}main: stacks\n")
    (folder / "PulumiPolicy.yaml").write_text(f"name: some\nversion: 1.2.3\ndescription: Some rules.\n{runtime}")
    (folder / "__main__.py").write_text(pack)
    return folder
