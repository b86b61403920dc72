"""The pinned tools: what belongs together, where it comes from, and which versions on PATH will do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

modules = Path(__file__).parent / "go"  # one folder per Go module of ours: a go.mod and the go.sum that verifies it
own_collector = Path(__file__).parents[2] / "collector"  # a program of ours, of which the platform runs an image


@dataclass(frozen=True)
class GoBuild:
    """An executable that Go compiles from a package of a pinned module."""

    folder: str  # below `modules`
    module: str
    version: str
    package: str  # below the module's path; empty for the module itself
    ldflags: str = ""

    @property
    def import_path(self) -> str:
        return f"{self.module}/{self.package}".rstrip("/")


@dataclass(frozen=True)
class GoFile:
    """A file of a pinned module, taken as it is."""

    folder: str
    module: str
    version: str
    file: str  # below the module's folder

    @property
    def origin(self) -> str:
        return f"{self.module}@v{self.version}/{self.file}"


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
    build_takes: str  # for people, on two cores
    installer: str | None = None  # the module beside this one that runs the official installer
    files: Mapping[str, GoFile] = field(default_factory=dict)  # data that the executables are used with, by their path
    # Which commands need it: those of `engine` all, those of `cluster` a control plane, the others tests alone.
    group: str = "engine"

    @property
    def main(self) -> str:
        return next(iter(self.executables))


cli = "github.com/pulumi/pulumi/pkg/v3"
sdk = "github.com/pulumi/pulumi/sdk/v3"
kubernetes, kubernetes_version = "k8s.io/kubernetes", "1.34.2"
kwok, kwok_version = "sigs.k8s.io/kwok", "0.8.0"
rollouts, rollouts_version = "github.com/argoproj/argo-rollouts", "1.10.0"
monitoring, monitoring_version = "github.com/prometheus-operator/prometheus-operator", "0.85.0"
secrets, secrets_version = "github.com/external-secrets/external-secrets", "0.16.2"
vpc_resources, vpc_resources_version = "github.com/aws/amazon-vpc-resource-controller-k8s", "1.5.0"
# Of the objects that charts and EKS bring the definitions of: name, module, its version, the file's folder and prefix.
_definitions = (
    ("servicemonitors", monitoring, monitoring_version, "example/prometheus-operator-crd/monitoring.coreos.com_"),
    ("prometheusrules", monitoring, monitoring_version, "example/prometheus-operator-crd/monitoring.coreos.com_"),
    ("podmonitors", monitoring, monitoring_version, "example/prometheus-operator-crd/monitoring.coreos.com_"),
    ("externalsecrets", secrets, secrets_version, "config/crds/bases/external-secrets.io_"),
    ("secretstores", secrets, secrets_version, "config/crds/bases/external-secrets.io_"),
    ("securitygrouppolicies", vpc_resources, vpc_resources_version, "config/crd/bases/vpcresources.k8s.aws_"),
)


def _kubernetes(name: str) -> GoBuild:
    stamp, (major, minor, _) = "k8s.io/component-base/version", kubernetes_version.split(".")
    flags = f"-X {stamp}.gitVersion=v{kubernetes_version} -X {stamp}.gitMajor={major} -X {stamp}.gitMinor={minor}"
    return GoBuild("kubernetes", kubernetes, kubernetes_version, f"cmd/{name}", flags)


def _own_version(folder: Path, base: str) -> str:
    """Another one with every change of the sources, so that what lies in the cache is what they say."""
    files = sorted(one for one in folder.rglob("*") if one.suffix in (".go", ".mod", ".sum"))
    return f"{base}+{sha256(b''.join(one.read_bytes() for one in files)).hexdigest()[:12]}"


collector_version = _own_version(own_collector, "0.165.0")

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
    Package(
        name="etcd",
        version="3.6.5",
        at_least=(3, 5),
        version_arguments=("--version",),
        executables={"etcd": GoBuild("etcd", "go.etcd.io/etcd/server/v3", "3.6.5", "")},
        build_takes="a minute",
        group="cluster",
    ),
    Package(
        name="kubernetes",
        version=kubernetes_version,
        at_least=(1, 34),
        version_arguments=("--version",),
        executables={
            name: _kubernetes(name) for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
        },
        build_takes="6 to 12 minutes",
        files={
            f"crds/{name}.yaml": GoFile("crds", module, version, f"{start}{name}.yaml")
            for name, module, version, start in _definitions
        },
        group="cluster",
    ),
    Package(
        name="kwok",
        version=kwok_version,
        at_least=(0, 8),
        version_arguments=("--version",),
        executables={"kwok": GoBuild("kwok", kwok, kwok_version, "cmd/kwok")},
        build_takes="2 to 3 minutes",
        files={
            f"stages/{name}": GoFile("kwok", kwok, kwok_version, f"kustomize/stage/{path}")
            for name, path in (
                ("pod-ready.yaml", "pod/fast/pod-ready.yaml"),
                ("pod-complete.yaml", "pod/fast/pod-complete.yaml"),
                ("pod-delete.yaml", "pod/fast/pod-delete.yaml"),
                ("node-initialize.yaml", "node/fast/node-initialize.yaml"),
                ("node-heartbeat-with-lease.yaml", "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml"),
            )
        }
        | {"roles/kwok.yaml": GoFile("kwok", kwok, kwok_version, "kustomize/rbac/role.yaml")},
        group="cluster",
    ),
    Package(
        name="argo-rollouts",
        version=rollouts_version,
        at_least=(1, 10),
        version_arguments=("--version",),
        executables={
            "rollouts-controller": GoBuild(
                "argo-rollouts",
                rollouts,
                rollouts_version,
                "cmd/rollouts-controller",
                " ".join(  # all three, or the controller says that its version is unknown
                    f"-X {rollouts}/utils/version.{name}={value}"
                    for name, value in (
                        ("gitCommit", "release"),
                        ("gitTag", f"v{rollouts_version}"),
                        ("gitTreeState", "clean"),
                    )
                ),
            )
        },
        build_takes="5 to 9 minutes",
        files={
            f"crds/{name}.yaml": GoFile("argo-rollouts", rollouts, rollouts_version, f"manifests/crds/{name}.yaml")
            for name in (
                "analysis-run-crd",
                "analysis-template-crd",
                "cluster-analysis-template-crd",
                "experiment-crd",
                "rollout-crd",
            )
        }
        | {
            "roles/argo-rollouts.yaml": GoFile(
                "argo-rollouts", rollouts, rollouts_version, "manifests/role/argo-rollouts-clusterrole.yaml"
            )
        },
        group="cluster",
    ),
    Package(
        name="actionlint",
        version="1.7.12",
        at_least=(1, 7, 12),  # what it knows of the actions that the workflows use
        version_arguments=("-version",),
        executables={"actionlint": GoBuild("actionlint", "github.com/rhysd/actionlint", "1.7.12", "cmd/actionlint")},
        build_takes="half a minute",
        group="workflows",
    ),
    Package(
        name="telemetry-collector",
        version=collector_version,
        at_least=(0, 165),
        version_arguments=("--version",),
        executables={
            "telemetry-collector": GoBuild(
                str(own_collector), "billing-platform/collector", "", "", f"-X main.version={collector_version}"
            )
        },
        build_takes="2 to 4 minutes",
        group="telemetry",
    ),
)

package_of = {executable: package for package in packages for executable in package.executables}
in_group = {
    group: tuple(name for name, package in package_of.items() if package.group == group)
    for group in ("engine", "cluster", "workflows", "telemetry")
}
