"""docs/tutorial.md is typed into a clean clone, block by block, and prints what it says."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.tutorial.blocks import Block, blocks, missing

ROOT = Path(__file__).resolve().parents[2]
BLOCK_S = 1200
# What each block is typed after: the shell of the reader keeps variables and directory from block to block.
_KEEP = "set -e\ncd {clone}\n[ ! -e {kept} ] || . {kept}\ntrap 'export -p > {kept}' EXIT\n"


@pytest.mark.engine
def test_every_block_does_what_the_page_says(tmp_path: Path) -> None:
    clone, kept = tmp_path / "clone", tmp_path / "variables"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)], check=True)
    try:
        (clone / ".venv").symlink_to(ROOT / ".venv")  # the page's first command makes it; tests/tools has its tests
        for block in list(blocks((clone / "docs" / "tutorial.md").read_text()))[1:]:
            _type(block, clone, kept)
    finally:
        subprocess.run([str(ROOT / ".venv/bin/platformctl"), "sandbox", "stop"], cwd=clone, check=False)


def _type(block: Block, clone: Path, kept: Path) -> None:
    typed = _KEEP.format(clone=clone, kept=kept) + block.commands
    around = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
    around |= {"PYTHONPATH": str(clone)}
    around |= {f"GIT_{who}_{what}": "ana" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["bash", "-c", typed], cwd=clone, env=around, capture_output=True, text=True, timeout=BLOCK_S, check=False
    )
    said = f"{block.commands}\n{done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == block.code, said
    if block.printed is not None:
        line = missing(block.printed, done.stdout)
        assert line is None, f"the page shows {line!r}, which was not printed:\n{said}"
