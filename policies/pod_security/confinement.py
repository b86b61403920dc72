"""What keeps a pod to itself: the checks of seccomp, AppArmor, SELinux, /proc, sysctls, probes and volumes."""

from collections.abc import Iterator

from policies.pod_security.check import BASELINE, RESTRICTED, Check, Pod, baseline, restricted
from policies.rule import Problem, decide
from policies.values import Block

SELINUX_TYPES = ("container_t", "container_init_t", "container_kvm_t", "container_engine_t")
SYSCTLS = frozenset(
    (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
    )
)
VOLUMES = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
# What the API knows besides: a volume that says none of all is an emptyDir (SetDefaults_Volume of k8s.io/kubernetes).
OTHER_VOLUMES = (
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "gitRepo",
    "glusterfs",
    "iscsi",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
)
_PROFILES = ("RuntimeDefault", "Localhost")
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


def _seccomp(context: Block, _: Pod) -> Iterator[Problem]:
    return _profile(context, "seccompProfile")


def _profile(context: Block, key: str) -> Iterator[Problem]:
    if key in context and (kind := context.block(key).text("type")) not in _PROFILES:
        yield baseline(context.block(key), "type", f"is {kind!r}, not one of {', '.join(_PROFILES)}")


def _no_seccomp(container: Block, pod: Pod) -> Iterator[Problem]:
    context, common = container.block("securityContext"), pod.spec.block("securityContext")
    if "seccompProfile" not in context and "seccompProfile" not in common and not pod.windows:
        yield restricted(context, "seccompProfile", "must be RuntimeDefault or Localhost, here or for the whole pod")


def _apparmor(context: Block, _: Pod) -> Iterator[Problem]:
    return _profile(context, "appArmorProfile")


def _apparmor_annotations(_: Block, pod: Pod) -> Iterator[Problem]:
    def check(key: str) -> Iterator[Problem]:
        value = pod.annotations.text(key)
        if value not in ("", "runtime/default") and not value.startswith("localhost/"):
            path = f"{pod.annotations.path}[{key!r}]"
            yield Problem(path, f"{path} is {value!r}, not runtime/default or localhost/...", BASELINE)

    return decide((key for key in pod.annotations if key.startswith(_APPARMOR)), check)


def _selinux(context: Block, _: Pod) -> Iterator[Problem]:
    options = context.block("seLinuxOptions")

    def check(key: str) -> Iterator[Problem]:
        value = options.text(key)
        if key == "type" and value not in ("", *SELINUX_TYPES):
            yield baseline(options, key, f"is {value!r}, not one of {', '.join(SELINUX_TYPES)}")
        elif key != "type" and value:
            yield baseline(options, key, "must not be set")

    return decide(("type", "user", "role"), check)


def _proc_mount(container: Block, _: Pod) -> Iterator[Problem]:
    context = container.block("securityContext")
    if "procMount" in context and (kind := context.text("procMount")) != "Default":
        yield baseline(context, "procMount", f"is {kind!r}: it must be Default")


def _sysctls(spec: Block, _: Pod) -> Iterator[Problem]:
    def check(sysctl: Block) -> Iterator[Problem]:
        if (name := sysctl.text("name")) not in SYSCTLS:
            yield baseline(sysctl, "name", f"is {name!r}, which is none of the safe sysctls")

    return decide(spec.block("securityContext").each("sysctls"), check)


def _hosts(container: Block, _: Pod) -> Iterator[Problem]:
    lifecycle = container.block("lifecycle")

    def check(place: tuple[Block, str, str]) -> Iterator[Problem]:
        owner, key, kind = place
        action = owner.block(key).block(kind)
        if host := action.text("host"):
            yield baseline(action, "host", f"is {host!r}: the node would connect to it, from its own network")

    probes = [(container, key) for key in ("livenessProbe", "readinessProbe", "startupProbe")]
    hooks = [(lifecycle, key) for key in ("postStart", "preStop")]
    return decide([(*place, kind) for place in (*probes, *hooks) for kind in ("httpGet", "tcpSocket")], check)


def _host_paths(spec: Block, _: Pod) -> Iterator[Problem]:
    def check(volume: Block) -> Iterator[Problem]:
        if "hostPath" in volume:
            path = volume.block("hostPath").text("path")
            yield baseline(volume, "hostPath", f"mounts {path!r} of the node")

    return decide(spec.each("volumes"), check)


def _volumes(spec: Block, _: Pod) -> Iterator[Problem]:
    def check(volume: Block) -> Iterator[Problem]:
        if not any(kind in volume for kind in (*VOLUMES, "hostPath")):
            for kind in OTHER_VOLUMES:
                if kind in volume:
                    yield Problem(
                        volume.at(kind), f"{volume.at(kind)} is no volume of {', '.join(VOLUMES)}", RESTRICTED
                    )

    return decide(spec.each("volumes"), check)


CHECKS = (
    Check("seccompProfile", context=_seccomp, container=_no_seccomp),
    Check("appArmorProfile", pod=_apparmor_annotations, context=_apparmor),
    Check("seLinuxOptions", context=_selinux),
    Check("procMount", container=_proc_mount),
    Check("sysctls", pod=_sysctls),
    Check("hostProbesAndHostLifecycle", container=_hosts),
    Check("hostPathVolumes", pod=_host_paths),
    Check("restrictedVolumes", pod=_volumes),
)
