"""What importing the AWS SDK costs, and what makes it cheaper; each figure is of fresh processes.

`without .pyc` is what a virtual environment costs whose packages were not compiled at installation.
`lazy` makes each service load only the files of the classes that are used. It is measured to show why the
program does without: freezing the collector saves as much, and adds no machinery to the import system.
"""

import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

runs = 5
ours = {
    "pulumi_aws.ec2": "Vpc Subnet InternetGateway Eip NatGateway RouteTable Route SecurityGroup FlowLog",
    "pulumi_aws.kms": "Key Alias",
    "pulumi_aws.route53": "ResolverQueryLogConfig",
    "pulumi_aws.s3": "Bucket BucketPolicy BucketLifecycleConfiguration BucketVersioning",
    "pulumi_aws.vpc": "SecurityGroupIngressRule SecurityGroupEgressRule",
}
nine = {
    "pulumi_aws.backup": "Vault",
    "pulumi_aws.cloudtrail": "Trail",
    "pulumi_aws.ec2": "Vpc Subnet",
    "pulumi_aws.eks": "Cluster",
    "pulumi_aws.iam": "Role",
    "pulumi_aws.kms": "Key",
    "pulumi_aws.rds": "Cluster",
    "pulumi_aws.route53": "Zone",
    "pulumi_aws.s3": "Bucket",
}


def touch(services: dict[str, str]) -> None:
    for service, names in services.items():
        module = import_module(service)
        for name in names.split():
            getattr(module, name)


def create_ten() -> None:
    import pulumi
    import pulumi_aws as aws

    class Echo(pulumi.runtime.Mocks):
        def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
            raise RuntimeError(f"nothing is looked up: {args.token}")

        def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> Any:
            return args.name, args.inputs

    pulumi.runtime.set_mocks(Echo())

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def create() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
        aws.ec2.SecurityGroup("group", vpc_id=vpc.id)
        aws.kms.Key("key")
        aws.s3.Bucket("bucket")
        aws.iam.Role("role", assume_role_policy="{}")
        aws.route53.Zone("zone", name="example.test")
        aws.cloudtrail.Trail("trail", s3_bucket_name="bucket")
        aws.backup.Vault("vault")
        aws.rds.Cluster("cluster", engine="aurora-postgresql")

    create()


class Lazy(SourceFileLoader):
    """A service whose attributes are loaded on first use, each from the file whose `__all__` names it."""

    def exec_module(self, module: ModuleType) -> None:
        import re

        folder = Path(self.path).parent
        files: dict[str, str] = {}
        for file in re.findall(r"^from \.(\w+) import \*", Path(self.path).read_text(), re.MULTILINE):
            head = (folder / f"{file}.py").read_text()
            if listed := re.search(r"^__all__ = \[(.*?)\]", head, re.MULTILINE | re.DOTALL):
                files |= dict.fromkeys(re.findall(r"'(\w+)'", listed[1]), file)

        def find(name: str) -> Any:
            if name not in files:
                raise AttributeError(name)
            value = getattr(import_module(f"{module.__name__}.{files[name]}"), name)
            setattr(module, name, value)
            return value

        module.__dict__["__getattr__"] = find


class LazyServices:
    @staticmethod
    def find_spec(name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.count(".") != 1 or not name.startswith("pulumi_aws."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.origin and spec.submodule_search_locations:
            spec.loader = Lazy(name, spec.origin)
        return spec


def lazily(work: Callable[[], None]) -> None:
    sys.meta_path.insert(0, LazyServices)
    work()


def frozen(work: Callable[[], None]) -> None:
    gc.disable()
    work()
    gc.freeze()
    gc.enable()


def without_collector(work: Callable[[], None]) -> None:
    gc.disable()
    work()


def as_is(work: Callable[[], None]) -> None:
    work()


works: dict[str, Callable[[], None]] = {
    "python alone": lambda: None,
    "pulumi": partial(touch, {"pulumi": ""}),
    "pulumi_aws, no service": partial(touch, {"pulumi_aws": ""}),
    "our five services": partial(touch, ours),
    "nine services": partial(touch, nine),
    "nine, ten resources created": create_ten,
    "stacks/sdk_imports.py": partial(touch, {"stacks.sdk_imports": ""}),
}
ways: dict[str, Callable[[Callable[[], None]], None]] = {
    "as is": as_is,
    "without .pyc": as_is,
    "collector off": without_collector,
    "collector off, then frozen": frozen,
    "lazy": lazily,
    "lazy, collector off, then frozen": lambda work: frozen(lambda: lazily(work)),
}
rows = [(work, "as is") for work in works]
rows += [(work, way) for work in ("our five services", "nine services") for way in list(ways)[1:]]


def measure(work: str, way: str) -> tuple[float, float]:
    """Wall seconds from start to end of a process (median of `runs`, one more to warm up) and peak MiB."""
    seconds, peaks = [], []
    with tempfile.TemporaryDirectory() as empty:
        cold = {"PYTHONPYCACHEPREFIX": empty, "PYTHONDONTWRITEBYTECODE": "1"} if way == "without .pyc" else {}
        for _ in range(runs + 1):
            begin = time.perf_counter()
            answer = subprocess.run(  # noqa: S603  # this file
                [sys.executable, __file__, work, way],
                env={**os.environ, **cold},
                capture_output=True,
                text=True,
                check=True,
            )
            seconds.append(time.perf_counter() - begin)
            peaks.append(float(answer.stdout))
    return statistics.median(seconds[1:]), max(peaks)


def main() -> None:
    print(f"{'what is imported':30}{'how':36}{'seconds':>8}{'MiB':>8}")
    for work, way in rows:
        seconds, mib = measure(work, way)
        print(f"{work:30}{way:36}{seconds:8.2f}{mib:8.0f}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        ways[sys.argv[2]](works[sys.argv[1]])
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    else:
        main()
