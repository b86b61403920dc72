"""The pinned tools: what belongs together, where it comes from, and which versions on PATH will do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

modules = Path(__file__).parent / "go"  # one folder per Go module of ours: a go.mod and the go.sum that verifies it


@dataclass(frozen=True)
class GoBuild:
    """An executable that Go compiles from a package of a pinned module."""

    folder: str  # below `modules`
    module: str
    version: str
    package: str  # below the module's path
    ldflags: str = ""


@dataclass(frozen=True)
class GoFile:
    """An executable file of a pinned module, taken as it is."""

    folder: str
    module: str
    version: str
    file: str  # below the module's folder


@dataclass(frozen=True, kw_only=True)
class Package:
    """Executables that must come from one place: found, downloaded or built all together or not at all.

    The first executable is the one whose version speaks for all of them.
    """

    name: str
    version: str  # what is downloaded or built
    at_least: tuple[int, ...]  # what an executable on PATH must have, within the same major version
    version_arguments: tuple[str, ...]
    executables: Mapping[str, GoBuild | GoFile]
    installer: str | None  # the module beside this one that runs the official installer
    build_takes: str  # for people, on two cores

    @property
    def main(self) -> str:
        return next(iter(self.executables))


cli = "github.com/pulumi/pulumi/pkg/v3"
sdk = "github.com/pulumi/pulumi/sdk/v3"

packages = (
    Package(
        name="pulumi",
        version="3.200.0",
        at_least=(3, 200),
        version_arguments=("version",),
        executables={
            "pulumi": GoBuild("pulumi", cli, "3.200.0", "cmd/pulumi", f"-X {sdk}/go/common/version.Version=v3.200.0"),
            "pulumi-language-python": GoBuild(
                "pulumi-language-python", sdk, "3.68.0", "python/cmd/pulumi-language-python"
            ),
            "pulumi-language-python-exec": GoFile("pulumi", sdk, "3.200.0", "python/cmd/pulumi-language-python-exec"),
            "pulumi-analyzer-policy-python": GoFile(
                "pulumi", sdk, "3.200.0", "python/dist/pulumi-analyzer-policy-python"
            ),
        },
        installer="installer.py",
        build_takes="2 to 7 minutes",
    ),
)

package_of = {executable: package for package in packages for executable in package.executables}
