"""What importing the SDKs costs, and what makes it cheaper; each figure is of fresh processes.

`without .pyc` is what a virtual environment costs whose packages were not compiled at installation.
`lazy` is what the program does: each service loads only the files of the classes that are used.
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
from typing import Any

runs = 5
ours = {
    "pulumi_aws.ec2": "Vpc Subnet InternetGateway Eip NatGateway RouteTable Route SecurityGroup FlowLog",
    "pulumi_aws.kms": "Key Alias",
    "pulumi_aws.route53": "ResolverQueryLogConfig",
    "pulumi_aws.s3": "Bucket BucketPolicy BucketLifecycleConfiguration BucketVersioning",
    "pulumi_aws.vpc": "SecurityGroupIngressRule SecurityGroupEgressRule",
}
kubernetes = {
    "pulumi_kubernetes.admissionregistration.v1": "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
    "pulumi_kubernetes.core.v1": "LimitRange Namespace ResourceQuota Service ServiceAccount",
    "pulumi_kubernetes.helm.v3": "Release",
    "pulumi_kubernetes.networking.v1": "Ingress NetworkPolicy",
    "pulumi_kubernetes.rbac.v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
    "pulumi_kubernetes.storage.v1": "StorageClass",
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


def lazily(work: Callable[[], None]) -> None:
    from stacks.sdk_imports import Services

    sys.meta_path.insert(0, Services)
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
    "six groups of Kubernetes": partial(touch, kubernetes),
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
PARTS = ("our five services", "six groups of Kubernetes", "nine services")
rows += [(work, way) for work in PARTS for way in list(ways)[1:]]


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
