"""What the program gets from the SDK is what everybody gets, only less of it is loaded."""

import json
import subprocess
import sys
from typing import Any

import pytest

NAMES = """
import importlib, json, sys
if "lazily" in sys.argv:
    import stacks.sdk_imports
    wanted = json.loads(sys.stdin.read())
module = importlib.import_module(sys.argv[1])
if "lazily" not in sys.argv:
    getattr(module, "outputs")
    wanted = [name for name, value in vars(module).items() if isinstance(value, type)]
print(json.dumps({name: [getattr(module, name).__module__, getattr(module, name).__qualname__] for name in wanted}))
"""
PROBE = """
import stacks.sdk_imports, sys
import stacks.sdk_imports as again
from pulumi_aws import ec2
from pulumi_aws.vpc import SecurityGroupIngressRule
import pulumi_aws
assert ec2.Vpc is sys.modules["pulumi_aws.ec2.vpc"].Vpc
assert pulumi_aws.ec2 is ec2 or pulumi_aws.ec2.Vpc is ec2.Vpc
loaded = [name for name in sys.modules if name.startswith("pulumi_aws.ec2.")]
assert len(loaded) < 10, loaded
try:
    ec2.Vpcc
except AttributeError:
    pass
else:
    raise AssertionError("a name that the service lacks was found")
assert isinstance(ec2.NetworkInterface, type), "after the service was loaded whole"
assert ec2.Vpc is sys.modules["pulumi_aws.ec2.vpc"].Vpc
"""
KUBERNETES = """
import stacks.sdk_imports, sys
import pulumi_kubernetes.core.v1.Pod as file_first  # binds what the package has under that name
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.rbac.v1 import Role
import pulumi_kubernetes
assert isinstance(file_first, type) and core.Pod is file_first
assert core.Pod is sys.modules["pulumi_kubernetes.core.v1.Pod"].Pod
assert core.Namespace is sys.modules["pulumi_kubernetes.core.v1.Namespace"].Namespace
assert pulumi_kubernetes.core.v1.Namespace is core.Namespace
assert Role is sys.modules["pulumi_kubernetes.rbac.v1.Role"].Role
assert core.outputs.PodSpec and pulumi_kubernetes.meta.v1.outputs.ObjectMeta, "what type hints name"
loaded = [name for name in sys.modules if name.startswith("pulumi_kubernetes.core.v1.")]
assert len(loaded) < 8, loaded
assert issubclass(core.PodSpecArgs, object) and isinstance(core.Secret, type)
assert core.Pod is sys.modules["pulumi_kubernetes.core.v1.Pod"].Pod, "after the group was loaded whole"
"""


def _python(code: str, *arguments: str, given: str = "") -> str:
    command = [sys.executable, "-c", code, *arguments]
    answer = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.mark.parametrize(
    "service",
    [
        *(f"pulumi_aws.{service}" for service in ("ec2", "eks", "kms", "rds", "s3")),
        *(f"pulumi_kubernetes.{group}" for group in ("core.v1", "helm.v3", "networking.v1", "rbac.v1")),
    ],
)
def test_every_class_of_a_service_is_the_one_that_the_service_itself_gives(service: str) -> None:
    wanted: dict[str, Any] = json.loads(_python(NAMES, service))
    assert len(wanted) >= 10
    assert json.loads(_python(NAMES, service, "lazily", given=json.dumps(list(wanted)))) == wanted


def test_only_what_is_used_is_loaded_and_what_does_not_exist_is_not_found() -> None:
    assert _python(PROBE) == ""  # it asserts inside, and ends with an error


def test_a_file_that_is_called_like_its_class_hides_it_in_no_order() -> None:
    assert _python(KUBERNETES) == ""


def test_reading_settings_loads_no_sdk() -> None:
    _python("import sys, stacks.settings, stacks.foundation.settings; assert 'pulumi' not in sys.modules, 'loaded'")
