"""A round that keeps what a save does not reach comes to what one comes to that loads all of the program anew."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platformctl.project import Project
from platformctl.watching import server
from platformctl.watching.modules import PROGRAM, loaded, stale
from platformctl.watching.rounds import Earlier
from tests.platformctl.watching.test_server import project

__all__ = ["project"]
FILES = {
    "stacks/__main__.py": "from stacks import first, second\nfirst.deploy()\nsecond.deploy(first.SIZE)\n",
    "stacks/first.py": (
        "from pulumi_aws import sqs\nfrom components.kinds import SIZE\nfrom components import names\n"
        "def deploy():\n    sqs.Queue('first', name=names.FIRST, max_message_size=SIZE)\n"
    ),
    "stacks/second.py": (
        "from pulumi_aws import sqs\nimport components.names\nfrom components.kinds.wait import wait\n"
        "def deploy(size):\n    sqs.Queue('second', name=components.names.FIRST + '2', max_message_size=size,\n"
        "              visibility_timeout_seconds=wait())\n"
    ),
    "components/names.py": "FIRST = 'one'\n",
    "components/kinds/__init__.py": "from components.kinds.size import SIZE\n",
    "components/kinds/size.py": "import json\nfrom pathlib import Path\n"
    "SIZE = json.loads(Path(__file__).with_name('size.json').read_text())\n",
    "components/kinds/size.json": "1024",
    "components/kinds/wait.py": "def wait():\n    from components.seconds import WAIT_S\n    return WAIT_S\n",
}
EDITS = (
    ("components/names.py", "FIRST = 'two'\n"),
    ("components/seconds.py", "WAIT_S = 31\n"),
    ("components/kinds/wait.py", "def wait():\n    return 40\n"),
    ("components/kinds/wait.py", "def wait():\n    return 41\n"),
    ("stacks/first.py", FILES["stacks/first.py"].replace("'first'", "'other'")),
    ("components/names.py", "FIRST = 'three'\n"),
    ("stacks/second.py", "def deploy(size):\n    pass\n"),
    ("Pulumi.staging.yaml", "config:\n  billing-platform:any: other\n"),
    ("components/names.py", "from components.more import FIRST\n"),  # which is not there
    ("components/kinds/size.json", "2048"),
    ("components/kinds/__init__.py", "SIZE = 4096\n"),
    ("components/more.py", "FIRST = 'four'\n"),
    ("components/more.py", None),
    ("components/more/__init__.py", "from components.more.inner import FIRST\n"),
    ("components/more/inner.py", "FIRST = 'five'\n"),
    ("stacks/__main__.py", "from stacks.first import deploy\ndeploy()\n"),
    ("components/more/inner.py", "FIRST = 'six'\n"),
)


@pytest.fixture
def root(project: Project) -> Iterator[Path]:
    for name, text in FILES.items():
        _write(project.root / name, text)
    yield project.root
    for name in loaded(PROGRAM):
        del sys.modules[name]


def _write(file: Path, text: str | None) -> None:
    file.parent.mkdir(exist_ok=True)
    if text is None:
        file.unlink()
    else:
        file.write_text(text)


def test_after_each_of_many_edits_the_round_is_that_of_a_program_loaded_anew(root: Path) -> None:
    server._prepare("staging", root)
    touched: set[Path] = set()
    kept, seen, errors, recalled = 0, set(), 0, 0
    learned = server.Learned()
    for name, text in (("stacks/__main__.py", FILES["stacks/__main__.py"]), *EDITS):
        _write(root / name, text)
        touched.add(root / name)
        anew = stale(touched, root)
        kept += len(loaded(PROGRAM)) - len(anew)
        now = server._stamps(touched)
        recalled_now = learned.recalled(now, root)
        made, whole = server.Made("staging", anew, recalled_now), server.Made("staging", loaded(PROGRAM), Earlier())
        told = made.fields
        assert told == whole.fields, (name, text)
        seen.add(told)
        errors += "error" in json.loads(told)
        server._load(made.modules)
        learned = made.learned(now)
        assert learned.earlier == whole.learned(now).earlier
        recalled += len(recalled_now.verdicts.keys() & learned.earlier.verdicts.keys())
    assert (kept > 20, len(seen) > 9, errors > 3, recalled > 20) == (True,) * 4, (
        kept,
        len(seen),
        errors,
        recalled,
    )  # or it shows nothing
