"""A machine with nothing on it but what a test puts there: its own PATH, cache, Go and installer."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from sandbox.tools.installation import install
from sandbox.tools.places import Located, Search, search
from sandbox.tools.table import GoBuild, GoFile, Package

hammer = Package(
    name="hammer",
    version="3.200.0",
    at_least=(3, 200),
    version_arguments=("version",),
    executables={
        "hammer": GoBuild("pulumi", "example.test/hammer", "3.200.0", "cmd/hammer"),
        "hammer-handle": GoFile("pulumi", "example.test/handle", "3.68.0", "bin/hammer-handle"),
    },
    installer=None,
    build_takes="a moment",
)

# Compiles by writing a script that tells its version. $go_fails and $go_takes_s are the test's.
fake_go = """#!/bin/sh
PATH=/usr/bin:/bin
case "$1 $2" in
  "env GOVERSION") echo "{version}" ;;
  "version ") echo "go version {version} linux/amd64" ;;
  "build -v")
    echo "$@" >> {folder}/builds
    echo "go: downloading example.test/hammer v3.200.0" >&2
    echo $$ > {folder}/pid
    sleep "${{go_takes_s:-0}}"
    if [ -n "$go_fails" ]; then echo "cmd/hammer: $go_fails" >&2; exit 1; fi
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\necho v3.200.0\\n' > "$2"
    chmod +x "$2" ;;
  "mod download") printf '{{"Dir": "{folder}/module"}}' ;;
esac
"""


@dataclass
class Machine:
    """`bin` is the whole PATH, `cache` the project's part of the cache; both lie in `folder`."""

    folder: Path
    lines: list[str] = field(default_factory=list)  # what people were told

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def cache(self) -> Path:
        return self.folder / "cache" / "billing-platform" / "tools"

    def script(self, name: str, text: str) -> Path:
        file = self.bin / name
        file.write_text(text)
        file.chmod(0o755)
        return file

    def tool(self, name: str, version: str) -> Path:
        """An executable on PATH that tells its version and counts how often it was asked."""
        return self.script(name, f"#!/bin/sh\necho asked >> {self.folder}/asked\necho v{version}\n")

    def go(self, version: str = "go1.26.8") -> Path:
        return self.script("go", fake_go.format(folder=self.folder, version=version))

    def installer(self, text: str) -> Package:
        """The package with an official installer that runs `text`: `root` and `version` are given."""
        file = self.folder / "installer.py"
        file.write_text(f"import sys\nfrom pathlib import Path\nroot, version = Path(sys.argv[1]), sys.argv[2]\n{text}")
        return replace(hammer, installer=str(file))

    def with_files(self, *files: tuple[str, str], version: str = "1.0.0") -> Package:
        """The package with files of a module of data: their paths in the installation and in the module."""
        pinned = {name: GoFile("pulumi", "example.test/nails", version, file) for name, file in files}
        return replace(hammer, files=pinned)

    def search(self, package: Package = hammer) -> Search:
        return search(package)

    def install(self, package: Package = hammer) -> dict[str, Located]:
        return install(package, search(package).refused, self.lines.append)

    def builds(self) -> int:
        log = self.folder / "builds"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def cached(self) -> list[str]:
        """Everything in the package's part of the cache but the lock."""
        return sorted(path.name for path in (self.cache / "hammer").glob("*") if path.name != ".lock")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    it = Machine(tmp_path)
    it.bin.mkdir()
    (tmp_path / "module" / "bin").mkdir(parents=True)
    (tmp_path / "module" / "bin" / "hammer-handle").write_text("#!/bin/sh\n")
    (tmp_path / "module" / "nails.yaml").write_text("nails: 100\n")
    monkeypatch.setenv("PATH", str(it.bin))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("sandbox.tools.installation._unreachable", {})
    return it
