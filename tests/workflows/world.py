"""A repository at GitHub with a small program, a cloud, and GitHub's API: where the workflows are run."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import yaml

from platformctl.target import engine_path
from sandbox import process
from tests.engine.small import HEAD
from tests.workflows.actions import Machines, copied, reachable, thin_venv
from tests.workflows.files import read
from tests.workflows.github_server import REPOSITORY, TOKEN, GitHub
from tests.workflows.runner import Job

ACCOUNTS = {"staging": "418295703364", "prod": "730218645519"}
REGION = "eu-central-1"
# The rules that ask for what a whole environment has: waived, as a person would, each for the provider's region.
WAIVED = ("DET-01", "DET-02", "DET-03", "DET-04", "IAM-13")
WAIVE = """
import sys
from datetime import date
from platformctl import waivers
from platformctl.graphs import graph_of
for environment in sys.argv[1].split(","):
    graph, today = graph_of(environment), date.today()
    urn = f"urn:pulumi:{environment}::billing-platform::pulumi:providers:aws::aws"
    given = {"reason": "a small program", "owner": "ada", "approver": "@billing/security", "ticket": "T-1"}
    for rule in sys.argv[2].split(","):
        waivers.add(waivers.entry(graph, rule, urn, given | {"expires": waivers.expiry(30, None, today)}, today))
"""
KEY = 'kms.Key("a", description="first", tags={"data-class": "internal"}, opts=given(protect=True), **sound)\n'
MAKE = """#!/bin/sh
# `make check` and `make test` take minutes and run these very tests: here only whether they are there.
case "$*" in check|test) exec {make} --dry-run "$@" ;; *) exec {make} "$@" ;; esac
"""


def program(body: str = KEY) -> str:
    """The text of a program with the environment's own account, from its settings."""
    chosen = "import os, pathlib, pulumi as p\n"
    account = f"ACCOUNT = {ACCOUNTS!r}[p.get_stack()]\n"
    head = HEAD.replace('"environment": "sandbox"', '"environment": p.get_stack()')
    return (
        chosen
        + account
        + head.replace('"111122223333"', "ACCOUNT").replace(
            '"arn:aws:iam::111122223333:role/a"', 'f"arn:aws:iam::{ACCOUNT}:role/a"'
        )
        + body
    )


@dataclass
class World:
    """Everything around the runs of workflows."""

    folder: Path
    repository: Path
    github: GitHub
    machines: Machines
    runs: int = 0
    variables: dict[str, str] = field(default_factory=dict)

    def commit(self, message: str, files: Mapping[str, str]) -> str:
        """Adds a commit to the main branch; its hash."""
        for name, text in files.items():
            (self.repository / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def proposed(self, number: int, files: Mapping[str, str]) -> str:
        """Opens a pull request and merges it, on a branch of its own, into what main is now; the head's hash."""
        self.git("checkout", "--quiet", "-b", f"head-{number}", "main")
        head = self.commit("Propose", files)
        self.git("checkout", "--quiet", "-b", f"pull-{number}", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "Merge", f"head-{number}")
        self.git("checkout", "--quiet", "main")
        return head

    def git(self, *words: str) -> str:
        line = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *words]
        answer = subprocess.run(line, cwd=self.repository, check=True, capture_output=True, text=True)
        return answer.stdout.strip()

    def job(self, workflow: str, name: str, event: str, payload: Mapping[str, Any] | None = None, **given: Any) -> Job:
        """Runs one job of a run of the workflow for an event. `run`: the number of a run that it is part of."""
        self.runs += 0 if "run" in given else 1
        number = given.pop("run", self.runs)
        folder = self.folder / f"run-{number}-{name}-{len(list(self.folder.iterdir()))}"
        temp = folder / "temp"
        temp.mkdir(parents=True)
        file = temp / "event.json"
        file.write_text(json.dumps(payload or {}))
        context = {
            "event": payload or {},
            "event_name": event,
            "ref": "refs/heads/main",
            "repository": REPOSITORY,
            "run_attempt": "1",
            "run_id": str(number),
            "sha": self.git("rev-parse", "HEAD"),
            "token": TOKEN,
            **given.pop("github", {}),
        }
        return Job(
            workspace=folder / "checkout",
            temp=temp,
            workflow=read(self.repository / ".github" / "workflows" / f"{workflow}.yml"),
            name=name,
            github=context,
            variables=self._variables(context, file),
            fakes=self.machines.fakes(),
            **given,
        ).run()

    def reached(self, environment: str) -> dict[str, str]:
        """The variables of a shell that reaches the environment as an administrator does."""
        assert self.machines.cloud is not None
        account = ACCOUNTS[environment]
        backend = f"s3://kestrel-billing-{environment}-state-{account}?region={REGION}"
        return {
            **os.environ,
            **process.environment(self.machines.cloud, account, REGION),
            "PULUMI_BACKEND_URL": reachable(backend, self.machines.cloud),
            "PATH": engine_path(),
            "PULUMI_STACK": environment,
        }

    def ctl(self, environment: str, *words: str) -> str:
        """Runs platformctl in the repository as an administrator does; what it printed."""
        line = [str(self.repository / ".venv" / "bin" / "platformctl"), *words, "--live"]
        answer = subprocess.run(
            line, cwd=self.repository, env=self.reached(environment), capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, f"{words}: {answer.returncode}\n{answer.stdout}\n{answer.stderr}"
        return answer.stdout

    def aws(self, service: str, environment: str) -> Any:
        """A boto3 client on the environment's account."""
        assert self.machines.cloud is not None
        variables = process.environment(self.machines.cloud, ACCOUNTS[environment], REGION)
        keys: dict[str, Any] = {
            name.lower(): variables[name]
            for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        }
        return boto3.client(service, REGION, endpoint_url=self.machines.cloud.aws_url, **keys)

    def key(self, environment: str) -> str:
        """The id of the key that the small program makes."""
        kms = self.aws("kms", environment)
        found = [kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in kms.list_keys()["Keys"]]
        (key,) = [one["KeyId"] for one in found if one["KeyUsage"] == "ENCRYPT_DECRYPT"]
        return str(key)

    def _variables(self, context: Mapping[str, Any], event: Path) -> dict[str, str]:
        """GitHub docs, "Variables reference"; of this machine what a runner has, too."""
        kept = ("HOME", "LANG", "XDG_CACHE_HOME", "GOPROXY", "GOSUMDB", "GOFLAGS")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "ada",
            "GITHUB_API_URL": self.github.url,
            "GITHUB_EVENT_NAME": context["event_name"],
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REF": context["ref"],
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ATTEMPT": context["run_attempt"],
            "GITHUB_RUN_ID": context["run_id"],
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": context["sha"],
        }


def make_world(folder: Path, github: GitHub, cloud: process.Running | None = None) -> World:
    """The repository with the files of this one, and the rest of the world around it."""
    repository = copied(folder / "repository")
    (folder / "bin").mkdir()
    make = folder / "bin" / "make"
    make.write_text(MAKE.format(make=shutil.which("make")))
    make.chmod(0o755)
    world = World(folder / "runs", repository, github, Machines(repository, cloud))
    world.folder.mkdir()
    shutil.move(folder / "bin", world.folder / "bin")
    world.git("init", "--quiet", "--initial-branch", "main")
    thin_venv(repository)
    return world


@contextmanager
def cloudy_world(folder: Path, github: GitHub) -> Iterator[World]:
    """With a cloud, the buckets of the states, and a stack for each environment, whose program is a small one."""
    root = folder / "cloud"
    root.mkdir()
    running = process.start(root)
    try:
        world = make_world(folder, github, running)
        (world.repository / "stacks" / "__main__.py").write_text(program())
        for environment in ACCOUNTS:
            _sign(world, environment)
        _waive(world)
        world.commit("Begin", {})
        for environment, account in ACCOUNTS.items():
            world.aws("s3", environment).create_bucket(
                Bucket=f"kestrel-billing-{environment}-state-{account}",
                CreateBucketConfiguration={"LocationConstraint": REGION},
            )
            _begin(world, environment)
        yield world
    finally:
        process.stop(root)


def _sign(world: World, environment: str) -> None:
    """A key of KMS that signs plans and records, named in the environment's settings."""
    kms = world.aws("kms", environment)
    key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256", Description="signs")["KeyMetadata"]["Arn"]
    file = world.repository / f"Pulumi.{environment}.yaml"
    content = yaml.safe_load(file.read_text())
    content["config"]["billing-platform:policy"]["signing_key"] = key
    file.write_text(yaml.safe_dump(content))


def _waive(world: World) -> None:
    subprocess.run(
        [sys.executable, "-c", WAIVE, ",".join(ACCOUNTS), ",".join(WAIVED)],
        cwd=world.repository,
        env={**os.environ, "PYTHONPATH": str(world.repository)},
        check=True,
    )


def _begin(world: World, environment: str) -> None:
    """The administrator's first step: the stack."""
    line = ["pulumi", "stack", "init", environment, "--non-interactive"]
    subprocess.run(line, cwd=world.repository, env=world.reached(environment), check=True, capture_output=True)
