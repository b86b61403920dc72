"""What is loaded anew is what was changed with all that imports it; and what stays loaded is as if it were new."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from platformctl.project import Project
from platformctl.watching.modules import forget, judging_otherwise, loaded, stale
from policies.rule import Rule

ROOT = Path(__file__).parents[3]
FILES = {
    "stacks/__init__.py": "",
    "stacks/data.py": "from components import table",
    "stacks/keys.py": "from components.kinds import key",
    "components/__init__.py": "",
    "components/table.py": "import components.kinds.index",
    "components/kinds/__init__.py": "",
    "components/kinds/index.py": "def late():\n    from ..names import NAME",
    "components/kinds/key.py": "",
    "components/names.py": "NAME = 1",
    "components/found.py": "import importlib",
    "components/any.py": "from importlib import import_module",
}
# Imports all of the program, and says which module changed a container of another one that was there before.
IMPURE = """
import sys
FOLDERS = sys.argv[1:]
if "stacks" in FOLDERS:
    import stacks.sdk_imports
from importlib.machinery import SourceFileLoader
from pathlib import Path
def own():
    named = [name for name in sys.modules if name.partition(".")[0] in FOLDERS]
    return [sys.modules[name] for name in named if not sys.modules[name].__spec__._initializing]
def held(module):
    inner = [vars(value) for value in vars(module).values() if isinstance(value, type)]
    values = [value for space in (vars(module), *inner) for value in list(space.values())]
    return [len(value) for value in values if isinstance(value, (list, dict, set))]
load = SourceFileLoader.exec_module
def watched(loader, module):
    before = {one.__name__: held(one) for one in own()}
    load(loader, module)
    for name, was in before.items():
        if held(sys.modules[name]) != was:
            print(module.__name__, "changed", name)
SourceFileLoader.exec_module = watched
for file in [file for folder in FOLDERS for file in sorted(Path().glob(f"{folder}/**/*.py"))]:
    if file.name != "__main__.py":
        __import__(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
print(len(own()))
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in loaded(("stacks", "components")):
        monkeypatch.delitem(sys.modules, name)  # the repository's own
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("stacks.data", "stacks.keys", "components.names", "components.found", "components.any"):
        __import__(name)
    return tmp_path


DYNAMIC = {"components.any"}  # whose source does not say what it imports


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (["components/names.py"], {"components.names", "components.kinds.index", "components.table", "stacks.data"}),
        (["components/kinds/key.py"], {"components.kinds.key", "stacks.keys"}),
        (["stacks/data.py"], {"stacks.data"}),
        (["Pulumi.staging.yaml", "stacks/__main__.py"], set()),
        (
            ["components/kinds/__init__.py"],
            {"components.kinds", "components.kinds.index", "components.kinds.key"}
            | {"components.table", "stacks.data", "stacks.keys"},
        ),
    ],
)
def test_what_imports_a_changed_file_is_loaded_anew(root: Path, changed: list[str], expected: set[str]) -> None:
    assert set(stale([root / name for name in changed], root)) == expected | DYNAMIC


@pytest.mark.parametrize("changed", ["components/new.py", "stacks/settings.schema.json", "components/data.yaml"])
def test_of_a_file_that_is_no_loaded_module_all_of_the_program_is_loaded_anew(root: Path, changed: str) -> None:
    assert stale([root / changed, root / "stacks/data.py"], root) == loaded(("stacks", "components"))


def test_rules_are_loaded_anew_only_when_they_changed_with_what_took_something_from_them(root: Path) -> None:
    assert not {"policies", "platformctl"}.intersection(stale([root / "stacks/data.py"], root))
    import_module("platformctl.verdicts")
    names = stale([root / "policies" / "cidr.py"], root)
    assert {Rule.__module__, "platformctl.verdicts"} <= {*names}
    assert not {"platformctl.watching.modules", Project.__module__, "stacks.data"}.intersection(names)
    both = stale([root / "policies" / "cidr.py", root / "stacks" / "data.py"], root)
    assert set(both) == {*names, "stacks.data", *DYNAMIC}


def test_of_the_command_line_everything_is_loaded_anew(root: Path) -> None:
    names = stale([root / "platformctl" / "show.py"], root)
    assert {Rule.__module__, Project.__module__, "platformctl.errors", "stacks.data"} <= {*names}
    assert "platformctl.watching.modules" not in names


def _load_rules() -> None:
    for name in ("policies.adapters", "policies.engine", "policies.rules"):
        import_module(name)


@pytest.mark.parametrize(
    ("changed", "reached", "others"),
    [
        ("rules/network/groups.py", "policies.rules.network.groups", "policies.rules.network.acls"),
        ("rules/network/permissions.py", "policies.rules.network.groups", "policies.rules.buckets.keeping"),
    ],
)
def test_rules_that_do_not_import_what_was_changed_judge_as_before(changed: str, reached: str, others: str) -> None:
    _load_rules()
    found = judging_otherwise([ROOT / "policies" / changed])
    assert found is not None
    assert reached in found
    assert others not in found


@pytest.mark.parametrize("changed", ["graph.py", "engine.py", "waivers/reading.py", "waivers.yaml", "new.py"])
def test_of_what_every_rule_reads_all_judge_otherwise(changed: str) -> None:
    _load_rules()
    assert judging_otherwise([ROOT / "policies" / changed]) is None


def test_what_was_forgotten_is_found_anew_in_a_package_that_stayed(root: Path) -> None:
    (root / "components/names.py").write_text("NAME = 1 + 1")
    forget(["components.names"])
    space: dict[str, object] = {}
    exec("from components import names", space)
    assert space["names"].NAME == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("folders", [("stacks", "components"), ("policies",)], ids="+".join)
def test_no_module_leaves_something_in_another_one(folders: tuple[str, ...]) -> None:
    """Else a module that was loaded anew would have left it twice, in one that stayed loaded."""
    line = [sys.executable, "-c", IMPURE, *folders]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    *changed, modules = ran.stdout.splitlines()
    assert changed == []
    assert int(modules) > 100
