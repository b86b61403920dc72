"""With what is done otherwise than the SDK does it, a program asks for the very same."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from platformctl.project import Project
from tests.platformctl.test_render import _program, project

__all__ = ["project"]
ROOT = Path(__file__).parents[2]
RUN = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from platformctl import sdk
from platformctl.registering import register
async def settled():
    pass
if sys.argv[1] == "SDK":
    sdk.install, sdk.settled, sdk.AtOnce = lambda: None, settled, ThreadPoolExecutor
    register.install = lambda: None
from platformctl.errors import CommandError
from platformctl.project import Project
from platformctl.render import render
try:
    print(json.dumps(render(Project.find(), "staging")))
except CommandError as error:
    print(json.dumps({"error": str(error)}))
"""
PROGRAM = """
import asyncio
from pulumi import Alias, Output, ResourceOptions
from pulumi_aws import sns, sqs
outer = Outer("outer")
async def later(value):
    await asyncio.sleep(0.01)
    return value
first = sqs.Queue("first", name=later("first"), tags={"owner": later("a"), "empty": None}, max_message_size=1024)
second = sqs.Queue("second", visibility_timeout_seconds=first.visibility_timeout_seconds.apply(lambda s: (s or 20) + 1),
                   redrive_policy=Output.json_dumps({"deadLetterTargetArn": first.arn, "maxReceiveCount": 5}),
                   tags={"first": first.name, "both": Output.concat(first.name, "-", outer.inner.bucket.bucket)},
                   opts=ResourceOptions(depends_on=[outer, first], aliases=[Alias(name="old")]))
inner = Output.all(first.url, second.tags_all).apply(lambda both: second.name.apply(lambda name: f"{both} {name}"))
sns.Topic("topic", display_name=Output.secret("told").apply(lambda text: text.upper()), policy=inner,
          opts=ResourceOptions(depends_on=first.arn.apply(lambda _: [second])))
sns.TopicSubscription("taken", topic=Output.secret("t"), protocol="sqs", endpoint=Output.from_input([second.arn])[0])
letters = []
for letter in "ab":  # each is asked for when the program's lines are through, as in a deployment
    letters.append(first.name.apply(lambda _: letter))
sns.Topic("late", display_name=Output.concat(*letters), tags={"number": 1, "none": None, "big": 2**60})
s3.Bucket("afterwards", opts=ResourceOptions(parent=outer))
pulumi.export("all", {"first": first.name, "unknown": [second.arn], "secret": Output.secret(first.max_message_size)})
"""
CIRCLE = """
from pulumi import Output, ResourceOptions
async def other():
    return [second]
waiting = s3.Bucket("waiting", opts=ResourceOptions(depends_on=Output.from_input(other())))
second = s3.Bucket("second", opts=ResourceOptions(depends_on=[waiting]))
"""
FAILS = """
first = s3.Bucket("first", bucket="a")
s3.Bucket("second", bucket=first.bucket.apply(lambda name: name.nothing_of_that_name))
"""


def _rendered(project: Project, whose: str) -> Any:
    line = [sys.executable, "-c", RUN, whose]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(line, cwd=project.root, env=variables, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    return sorted(map(_in_order, told), key=lambda one: one["urn"]) if isinstance(told, list) else told


def _in_order(one: dict[str, Any]) -> dict[str, Any]:
    uses = {key: sorted(urns) for key, urns in one["propertyDependencies"].items()}  # sets, as the engine takes them
    source = {"source": ""} if not one["parent"] else {}  # of the stack, which no line makes, it is the SDK's own
    return {**one, **source, "dependencies": sorted(one["dependencies"]), "propertyDependencies": uses}


@pytest.mark.parametrize("text", [PROGRAM, CIRCLE, FAILS], ids=["sound", "circle", "fails"])
def test_the_same_is_asked_for(project: Project, text: str) -> None:
    _program(project, text)
    ours, theirs = _rendered(project, "ours"), _rendered(project, "SDK")
    assert ours == theirs
    if text is PROGRAM:
        assert [one["name"] for one in ours if "4dabf18193072939515e22adb298388d" in json.dumps(one["inputs"])]
        assert {one["name"] for one in ours} >= {"first", "second", "topic", "taken", "versions"}
    else:
        assert ("circular" if text is CIRCLE else "nothing_of_that_name") in ours["error"]
