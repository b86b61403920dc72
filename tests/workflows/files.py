"""The workflows and actions of the repository, as they are read by every test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github"
WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))
ACTIONS = sorted((FOLDER / "actions").glob("*/action.yml"))


def read(file: Path) -> dict[str, Any]:
    """A workflow or an action; its triggers are under `on`, which YAML 1.1 reads as true."""
    content: dict[Any, Any] = yaml.safe_load(file.read_text())
    if True in content:
        content["on"] = content.pop(True)
    return content


def jobs() -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Every job: the workflow's file name, the job's id, the job, the workflow."""
    for file in WORKFLOWS:
        workflow = read(file)
        for name, job in workflow["jobs"].items():
            yield file.stem, name, job, workflow


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step of every job and of every action, with where it is."""
    for workflow, name, job, _ in jobs():
        for number, step in enumerate(job["steps"]):
            yield f"{workflow}.{name}[{number}]", step
    for file in ACTIONS:
        for number, step in enumerate(read(file)["runs"]["steps"]):
            yield f"{file.parent.name}[{number}]", step
