"""The image of the first collector: what builds it agrees with its sources, with the sandbox's build, and with what the
chart starts. It is not built here, where no container engine runs.
"""

import re
from pathlib import Path

from components.charts.collectors import common
from components.charts.pods import Resources
from components.charts.telemetry_collector import TelemetryCollectorValues
from sandbox.tools.table import GoBuild, package_of
from tests.stacks.programs import ROOT

SOURCES = ROOT / "collector"
# Dockerfile reference, "Format" and "Overview": what a line may begin with.
_KNOWN = {"ARG", "COPY", "ENTRYPOINT", "ENV", "FROM", "RUN", "USER", "WORKDIR"}
Instruction = tuple[str, str]


def _instructions(text: str) -> list[Instruction]:
    """(what, with what), comments out and continued lines joined."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    return [(what, rest) for what, _, rest in (line.partition(" ") for line in joined)]


INSTRUCTIONS = _instructions((SOURCES / "Dockerfile").read_text())


def _all(what: str, of: list[Instruction] = INSTRUCTIONS) -> list[str]:
    return [rest for one, rest in of if one == what]


def _last_stage() -> list[Instruction]:
    start = max(number for number, (what, _) in enumerate(INSTRUCTIONS) if what == "FROM")
    return INSTRUCTIONS[start:]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def test_every_line_is_an_instruction() -> None:
    assert {what for what, _ in INSTRUCTIONS} == _KNOWN
    assert all(rest for _, rest in INSTRUCTIONS)
    assert _instructions("FROM a\n# b\nRUN c && \\\n    d\n") == [("FROM", "a"), ("RUN", "c && d")]


def test_it_is_built_with_the_go_of_its_sources_at_an_exact_version() -> None:
    (given,) = [rest.removeprefix("GO_VERSION=") for rest in _all("ARG") if rest.startswith("GO_VERSION=")]
    asked = re.search(r"^go (\d+\.\d+\.\d+)$", (SOURCES / "go.mod").read_text(), re.MULTILINE)
    assert asked
    assert _version(given)[:2] == _version(asked[1])[:2]
    assert _version(given) >= _version(asked[1])
    assert _all("FROM") == ["golang:${GO_VERSION}-bookworm AS build", "scratch"]
    (environment,) = _all("ENV")
    assert {"CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOFLAGS=-mod=readonly"} == {*environment.split()}


def test_the_same_sources_make_the_same_bytes() -> None:
    (build,) = [rest for rest in _all("RUN") if "go build" in rest]
    assert {"-trimpath", "-buildvcs=false"} <= {*build.split()}
    flags = re.search(r'-ldflags "([^"]*)"', build)
    assert flags
    assert "-buildid=" in flags[1].split()
    # By the same name as the sandbox's build, so that both programs tell their version.
    (sandboxed,) = package_of["telemetry-collector"].executables.values()
    assert isinstance(sandboxed, GoBuild)
    assert sandboxed.ldflags.startswith("-X main.version=")
    assert "-X main.version=${VERSION}" in flags[1]


def test_what_runs_is_one_file_for_a_user_who_is_not_root() -> None:
    stage = _last_stage()
    assert [what for what, _ in stage] == ["FROM", "COPY", "USER", "ENTRYPOINT"]
    assert _all("USER", stage) == ["10001:10001"]
    values = common("x", "x", {}, Resources(cpu_m=1, memory_mib=1), 2)
    assert values["podSecurityContext"]["runAsUser"] == 10001


def test_the_chart_starts_the_program_that_the_image_has() -> None:
    values = TelemetryCollectorValues(
        labels={}, image="r/x", digest=f"sha256:{'0' * 64}", sampler="s:4317", prometheus_urls=()
    ).values()
    program = f"/{values['command']['name']}"  # chart opentelemetry-collector, templates/_pod.tpl, command
    assert _all("ENTRYPOINT") == [f'["{program}"]']
    (copied,) = _all("COPY", _last_stage())
    assert copied.split()[-2:] == [program, program]
    assert f"-o {program} ." in next(rest for rest in _all("RUN") if "go build" in rest)
    assert f'Command:     "{program[1:]}"' in (SOURCES / "main.go").read_text()


def test_what_the_build_copies_is_let_in_and_nothing_else() -> None:
    ignored = (SOURCES / ".dockerignore").read_text().split()
    assert ignored[0] == "*"
    let_in = {one.removeprefix("!") for one in ignored[1:]}
    found = {str(one.relative_to(SOURCES)) for pattern in let_in for one in SOURCES.glob(pattern)}
    assert found == {str(one.relative_to(SOURCES)) for one in _go_files(SOURCES)}
    copied = {word for rest in _all("COPY")[:-1] for word in rest.split()[:-1]}
    assert copied == {"go.mod", "go.sum", "main.go", "sensitive/"}


def _go_files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.suffix in (".go", ".mod", ".sum")]
