"""Builds executables from pinned Go modules; go.sum verifies every source that goes into them."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from sandbox.tools.places import numbers
from sandbox.tools.running import ProcessError, Report, run
from sandbox.tools.table import GoBuild, GoFile, Package, modules

# No workspace and no flags of the caller's: the same build everywhere. Without cgo no C compiler is needed.
environment = {"GOWORK": "off", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}


def build(package: Package, target: Path, log: Path, report: Report) -> None:
    """Puts the package's executables into `target`; ProcessError with the reason if that cannot be done."""
    for folder in dict.fromkeys(recipe.folder for recipe in (*package.executables.values(), *package.files.values())):
        require_go(modules / folder)
    report(f"building {package.name} {package.version} with Go: {package.build_takes}, once per user")
    for name, recipe in package.executables.items():
        if isinstance(recipe, GoBuild):
            _compile(name, recipe, target / name, log, report)
        else:
            _copy(recipe, target / name, mode=0o755)
    copy_files(package, target)


def copy_files(package: Package, target: Path) -> None:
    """Puts the package's files alone into `target`, from their modules' downloads; ProcessError with the reason."""
    for name, file in package.files.items():
        _copy(file, target / name, mode=0o644)


def go_needed(package: Package) -> str:
    """The newest Go that one of the package's modules asks for, such as 1.24.0."""
    recipes = (*package.executables.values(), *package.files.values())
    return max((_wanted(modules / recipe.folder) for recipe in recipes), key=numbers)


def _wanted(folder: Path) -> str:
    match = re.search(r"^go (\S+)$", (folder / "go.mod").read_text(), re.MULTILINE)
    return match[1] if match else "1.24.0"


def require_go(folder: Path) -> None:
    """ProcessError when Go is missing, or older than the module in `folder` asks for."""
    wanted = _wanted(folder)
    if shutil.which("go") is None:
        raise ProcessError(f"Go is not on PATH (needed: {wanted} or newer)")
    # Asked in the module's folder: a Go that may fetch a newer one of itself does, and answers as that one.
    answer = _go("env", "GOVERSION", folder=folder)
    found = answer.stdout.strip() if answer.returncode == 0 else _go("version", folder=Path("/")).stdout.strip()
    version = re.search(r"go(\d\S*)", found)
    if version is None:
        raise ProcessError(f"{shutil.which('go')} does not work: {answer.stderr.strip() or 'no version'}")
    if numbers(version[1]) < numbers(wanted):
        raise ProcessError(f"Go {version[1]} is too old (needed: {wanted} or newer)")


def _go(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # arguments are ours
        ["go", *arguments],  # noqa: S607  # the Go on PATH is the one asked for
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _compile(name: str, recipe: GoBuild, target: Path, log: Path, report: Report) -> None:
    def note() -> str:
        lines = log.read_text(errors="replace").splitlines()
        downloads = sum(line.startswith("go: downloading") for line in lines)
        return f"{name}: {downloads} modules downloaded, {len(lines) - downloads} packages compiled"

    flags = f"-s -w {recipe.ldflags}"  # and nothing of the checkout, which is not what is built
    command = ["go", "build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", str(target)]
    log.write_text("")
    run(
        [*command, recipe.import_path],
        log=log,
        report=report,
        note=note,
        directory=modules / recipe.folder,
        environment=environment,
    )


def _copy(recipe: GoFile, target: Path, mode: int) -> None:
    try:
        answer = _go("mod", "download", "-json", recipe.module, folder=modules / recipe.folder)
    except OSError as error:
        raise ProcessError(f"Go does not run: {error}") from None
    try:
        downloaded = json.loads(answer.stdout)
    except ValueError:
        raise ProcessError(answer.stderr.strip() or "go mod download gave no answer") from None
    if "Dir" not in downloaded:
        raise ProcessError(downloaded.get("Error") or f"{recipe.module} could not be downloaded")
    source = Path(downloaded["Dir"]) / recipe.file
    if not source.is_file():
        raise ProcessError(f"{recipe.module} {recipe.version} has no file {recipe.file}")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)
