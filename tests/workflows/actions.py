"""What stands in for the actions of others: each checks the inputs that it is given, and does on this machine what the
job relies on.
"""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import process
from tests.workflows.files import ROOT
from tests.workflows.runner import ActionFailed, Fake, Inputs, Job

MERGES = re.compile(r"refs/pull/(\d+)/merge")  # what a run for a pull request has checked out; here a branch


@dataclass
class Machines:
    """GitHub's side of several runs: the repository, what runs leave for each other, and the cloud that roles open."""

    repository: Path
    cloud: process.Running | None = None
    artifacts: dict[str, tuple[str, str, dict[str, bytes]]] = field(default_factory=dict)  # by id: run, name, files
    roles: list[dict[str, str]] = field(default_factory=list)  # that were taken
    reports: dict[str, dict[str, object]] = field(default_factory=dict)  # of code scanning, by category

    def fakes(self) -> Mapping[str, Fake]:
        return {
            "actions/checkout": self.checkout,
            "actions/setup-python": self.setup_python,
            "actions/cache": self.cache,
            "actions/upload-artifact": self.upload,
            "actions/download-artifact": self.download,
            "aws-actions/configure-aws-credentials": self.credentials,
            "github/codeql-action/upload-sarif": self.sarif,
        }

    def checkout(self, job: Job, inputs: Inputs) -> Mapping[str, str]:
        _only(inputs, {"persist-credentials", "fetch-depth"})
        _need(inputs.get("persist-credentials") == "false", "persist-credentials must be false")
        _may(job, "contents", "read")
        depth = inputs.get("fetch-depth", "1")
        cut = [] if depth == "0" else ["--depth", depth]
        branch = MERGES.sub(r"pull-\1", str(job.github["ref"]).removeprefix("refs/heads/"))
        line = ["git", "clone", "--quiet", "--branch", branch, *cut, f"file://{self.repository}", str(job.workspace)]
        subprocess.run(line, check=True, capture_output=True)
        return {}

    def setup_python(self, job: Job, inputs: Inputs) -> Mapping[str, str]:
        """Puts the packages of this test's own Python where `make set-up` looks for them, finished."""
        _only(inputs, {"python-version"})
        _need(bool(re.fullmatch(r"3\.\d+", inputs["python-version"])), "python-version")
        thin_venv(job.workspace)
        return {}

    def cache(self, job: Job, inputs: Inputs) -> Mapping[str, str]:
        _only(inputs, {"path", "key"})
        _need(bool(inputs["path"].split()) and inputs["key"].startswith("tools-Linux-X64-0000"), "path and key")
        return {"cache-hit": "false"}

    def upload(self, job: Job, inputs: Inputs) -> Mapping[str, str]:
        _only(inputs, {"name", "path", "if-no-files-found", "retention-days"})
        _need(0 < int(inputs["retention-days"]) <= 90, "retention-days")
        place = job.workspace / inputs["path"]
        found = (
            {file.name: file for file in place.iterdir() if file.is_file()} if place.is_dir() else {place.name: place}
        )
        files = {name: file.read_bytes() for name, file in found.items() if file.is_file()}
        _need(bool(files), f"no files were found at {inputs['path']}")
        run = str(job.github["run_id"])
        _need(not any(one[:2] == (run, inputs["name"]) for one in self.artifacts.values()), "one artifact of a name")
        number = str(9000 + len(self.artifacts))
        self.artifacts[number] = (run, inputs["name"], files)
        return {"artifact-id": number}

    def download(self, job: Job, inputs: Inputs) -> Mapping[str, str]:
        _only(inputs, {"name", "artifact-ids", "path", "run-id", "github-token"})
        run = inputs.get("run-id", str(job.github["run_id"]))
        if run != str(job.github["run_id"]):
            _need(inputs.get("github-token") == job.github["token"], "another run's artifact needs github-token")
            _may(job, "actions", "read")
        wanted = [
            files
            for number, (of, name, files) in self.artifacts.items()
            if of == run and (name == inputs.get("name") or number == inputs.get("artifact-ids"))
        ]
        _need(len(wanted) == 1, f"no artifact {inputs.get('name') or inputs.get('artifact-ids')} of run {run}")
        folder = job.workspace / inputs["path"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in wanted[0].items():
            (folder / name).write_bytes(content)
        return {"download-path": str(folder)}

    def credentials(self, job: Job, inputs: Inputs) -> Mapping[str, str]:
        """Opens the sandbox's cloud, its state in a bucket as the backend says."""
        names = {"role-to-assume", "role-duration-seconds", "role-session-name", "aws-region", "allowed-account-ids"}
        _need(set(inputs) == names, f"inputs are {sorted(inputs)}")
        _may(job, "id-token", "write")
        role = re.fullmatch(r"arn:aws:iam::(\d{12}):role/foundation/(drift|deploy|preview)", inputs["role-to-assume"])
        _need(role is not None and role[1] == inputs["allowed-account-ids"], "role-to-assume")
        _need(900 <= int(inputs["role-duration-seconds"]) <= 7200, "role-duration-seconds")
        _need(bool(re.fullmatch(r"[\w+=,.@-]{2,64}", inputs["role-session-name"])), "role-session-name")
        assert self.cloud is not None
        self.roles.append(dict(inputs))
        opened = process.environment(self.cloud, inputs["allowed-account-ids"], inputs["aws-region"])
        backend = job.added["PULUMI_BACKEND_URL"]
        job.added.update({**opened, "PULUMI_BACKEND_URL": reachable(backend, self.cloud)})
        return {"aws-account-id": inputs["allowed-account-ids"]}

    def sarif(self, job: Job, inputs: Inputs) -> Mapping[str, str]:
        _only(inputs, {"sarif_file", "category"})
        _may(job, "security-events", "write")
        report = json.loads((job.workspace / inputs["sarif_file"]).read_text())
        _need(report["version"] == "2.1.0", "SARIF 2.1.0")
        self.reports[inputs["category"]] = report
        return {}


def reachable(backend: str, cloud: process.Running) -> str:
    """The CLI's S3 client asks no variable where the cloud is, and loopback has no host names for buckets."""
    host = cloud.aws_url.removeprefix("http://")
    return f"{backend}&endpoint={host}&disableSSL=true&s3ForcePathStyle=true"


def thin_venv(workspace: Path) -> None:
    """A finished .venv around the packages that this test runs with, so that `make set-up` has nothing to do."""
    folder = workspace / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    packages = [sysconfig.get_path("purelib"), *(path for path in sys.path if path.endswith("site-packages"))]
    (site / "own.pth").write_text("\n".join([str(workspace), *dict.fromkeys(packages)]) + "\n")
    for name in ("platformctl",):
        command = folder / "bin" / name
        command.write_text(f"#!{folder}/bin/python\nfrom platformctl.main import main\nmain()\n")
        command.chmod(0o755)
    sums = subprocess.run(
        ["sha256sum", "requirements.lock", "pyproject.toml"], cwd=workspace, check=True, capture_output=True, text=True
    )
    (folder / ".installed").write_text(f"# {workspace}\n{sums.stdout}")


def copied(target: Path) -> Path:
    """The repository's files as they are now, committed or not, without what it ignores."""
    line = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target


def _only(inputs: Inputs, known: set[str]) -> None:
    _need(set(inputs) <= known, f"unknown inputs {sorted(set(inputs) - known)}")


def _may(job: Job, scope: str, right: str) -> None:
    held = job.definition["permissions"].get(scope, "none")
    _need(right == held or held == "write", f"the job holds {scope}: {held}, and needs {right}")


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise ActionFailed(what)
