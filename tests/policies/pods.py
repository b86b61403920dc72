"""Pods for the tests of Pod Security: a good one, every field changed to each kind of value, and random mixtures."""

import copy
import random
from collections.abc import Iterator
from typing import Any

Pod = dict[str, Any]
Change = tuple[str, Any]  # a path, whose last part is set to the value; MISSING takes it away

MISSING = object()
_CONTEXT = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_IMAGE = "registry.test/app@sha256:" + "0" * 64
_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/main"
_PROFILES = ("RuntimeDefault", "Localhost", "Unconfined", "", "runtime/default", MISSING)
_CAPABILITIES = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"),
    *("SETGID", "SETPCAP", "SETUID", "SYS_CHROOT", "NET_RAW", "NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE", "ALL", "chown"),
    *("CAP_CHOWN", "BPF", "SYS_TIME", ""),
)
_SYSCTLS = (
    *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"),
    *("net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports"),
    *("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"),
    *("net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_mem"),
    *("kernel.msgmax", "kernel.shmmax", "fs.mqueue.msg_max", "net.core.somaxconn", "vm.max_map_count"),
    *("net/ipv4/tcp_rmem", "kernel/msgmax"),
)
_VOLUMES: dict[str, Any] = {
    "awsElasticBlockStore": {"volumeID": "v"},
    "azureDisk": {"diskName": "d", "diskURI": "u"},
    "azureFile": {"secretName": "s", "shareName": "s"},
    "cephfs": {"monitors": ["m"]},
    "cinder": {"volumeID": "v"},
    "configMap": {"name": "c"},
    "csi": {"driver": "d.example"},
    "downwardAPI": {"items": [{"path": "p", "fieldRef": {"fieldPath": "metadata.name"}}]},
    "emptyDir": {},
    "ephemeral": {
        "volumeClaimTemplate": {
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        }
    },
    "fc": {"targetWWNs": ["w"], "lun": 1},
    "flexVolume": {"driver": "d.example/d"},
    "flocker": {"datasetName": "d"},
    "gcePersistentDisk": {"pdName": "d"},
    "gitRepo": {"repository": "r"},
    "glusterfs": {"endpoints": "e", "path": "p"},
    "hostPath": {"path": "/"},
    "image": {"reference": _IMAGE},
    "iscsi": {"targetPortal": "1.2.3.4", "iqn": "iqn.2001-04.com.example:storage", "lun": 1},
    "nfs": {"server": "s", "path": "/p"},
    "persistentVolumeClaim": {"claimName": "c"},
    "photonPersistentDisk": {"pdID": "p"},
    "portworxVolume": {"volumeID": "v"},
    "projected": {"sources": [{"configMap": {"name": "c"}}]},
    "quobyte": {"registry": "r:1", "volume": "v"},
    "rbd": {"monitors": ["m"], "image": "i"},
    "scaleIO": {"gateway": "g", "system": "s", "volumeName": "v", "secretRef": {"name": "s"}},
    "secret": {"secretName": "s"},
    "storageos": {"volumeName": "v"},
    "vsphereVolume": {"volumePath": "v"},
}
_OF_CONTEXT: dict[str, tuple[Any, ...]] = {
    "runAsNonRoot": (True, False, None, MISSING, "true", 1),
    "runAsUser": (0, 1, 65_534, None, MISSING, "0"),
    "runAsGroup": (0, 1),
    "seccompProfile": (*({"type": kind} for kind in _PROFILES if kind is not MISSING), {}, None, MISSING),
    "appArmorProfile": (
        *({"type": kind} for kind in _PROFILES if kind is not MISSING),
        {"type": "Localhost", "localhostProfile": "p"},
        None,
    ),
    "seLinuxOptions": (
        *({"type": kind} for kind in ("", "container_t", "container_init_t", "container_kvm_t")),
        *({"type": kind} for kind in ("container_engine_t", "spc_t", "super_t", "container_T")),
        {"user": "u"},
        {"role": "r"},
        {"user": "", "role": ""},
        {"level": "s0:c1,c2"},
        {"type": "container_t", "user": "u", "role": "r"},
        {"type": 1},
    ),
    "windowsOptions": ({"hostProcess": True}, {"hostProcess": False}, {"runAsUserName": "a"}, {"hostProcess": "yes"}),
}
_OF_CONTAINER: dict[str, tuple[Any, ...]] = {
    **{f"securityContext.{key}": values for key, values in _OF_CONTEXT.items()},
    "securityContext": (MISSING, None, {}, {"privileged": False}),
    "securityContext.privileged": (True, False, None, "true", 1, 0),
    "securityContext.allowPrivilegeEscalation": (True, False, None, MISSING, "false"),
    "securityContext.procMount": ("Default", "Unmasked", "unmasked", "", None),
    "securityContext.readOnlyRootFilesystem": (True, False),
    "securityContext.capabilities": (
        MISSING,
        {},
        {"drop": None},
        {"drop": []},
        {"drop": ["all"]},
        {"drop": ["NET_RAW", "ALL"]},
        {"drop": ["NET_RAW"]},
        {"drop": "ALL"},
        *({"drop": ["ALL"], "add": [name]} for name in _CAPABILITIES),
        {"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "SYS_ADMIN"]},
        {"drop": ["ALL"], "add": [1]},
    ),
    "ports": (
        [{"containerPort": 80}],
        [{"containerPort": 80, "hostPort": 0}],
        [{"containerPort": 80, "hostPort": 80}],
        [{"containerPort": 80}, {"containerPort": 81, "hostPort": 8081}],
        [{"containerPort": 80, "hostPort": "80"}],
        [{"containerPort": 80, "hostPort": 80, "hostIP": "127.0.0.1"}],
    ),
    **{
        f"{probe}.{action}": ({"port": 80}, {"port": 80, "host": ""}, {"port": 80, "host": "1.2.3.4"})
        for probe in ("livenessProbe", "readinessProbe", "startupProbe")
        for action in ("httpGet", "tcpSocket")
    },
    **{
        f"lifecycle.{hook}.{action}": ({"port": 80}, {"port": 80, "host": "example.com"})
        for hook in ("postStart", "preStop")
        for action in ("httpGet", "tcpSocket")
    },
    "livenessProbe.exec": ({"command": ["true"]},),
    "livenessProbe.grpc": ({"port": 80},),
}
_OF_POD: dict[str, tuple[Any, ...]] = {
    **{f"spec.securityContext.{key}": values for key, values in _OF_CONTEXT.items()},
    "spec.securityContext.sysctls": (
        [],
        *([{"name": name, "value": "1"}] for name in _SYSCTLS),
        [{"name": "net.ipv4.tcp_rmem", "value": "1"}, {"name": "kernel.msgmax", "value": "1"}],
    ),
    **{f"spec.{key}": (True, False, None, "true") for key in ("hostNetwork", "hostPID", "hostIPC")},
    "spec.hostUsers": (True, False, None),
    "spec.os": ({"name": "linux"}, {"name": "windows"}, {"name": "Windows"}),
    "spec.volumes": (
        *([{"name": "v", kind: source}] for kind, source in _VOLUMES.items()),
        [{"name": "v"}],
        [{"name": "v", "emptyDir": None}],
        [{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": {"path": "/etc", "type": "Directory"}}],
        [{"name": "v", "emptyDir": {}, "hostPath": {"path": "/"}}],
        [{"name": "v", "nosuch": {}}],
    ),
    f"metadata.annotations.{_ANNOTATION.replace('.', '~')}": (
        "runtime/default",
        "localhost/profile",
        "localhost/",
        "unconfined",
        "",
        "Runtime/Default",
    ),
    "metadata.annotations.seccomp~security~alpha~kubernetes~io/pod": ("unconfined", "runtime/default"),
}
_CONTAINERS = ("spec.containers.0", "spec.containers.1", "spec.initContainers.0")


def container(name: str) -> dict[str, Any]:
    """A container that every level admits."""
    return {"name": name, "image": _IMAGE, "securityContext": copy.deepcopy(_CONTEXT)}


def good() -> Pod:
    """A pod that every level admits, with two containers and one to initialise."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "pod"},
        "spec": {"initContainers": [container("init")], "containers": [container("main"), container("side")]},
    }


def bare() -> Pod:
    """A pod that says nothing about security."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "pod"},
        "spec": {"containers": [{"name": "main", "image": _IMAGE}]},
    }


def leaning() -> Pod:
    """A pod that says for all of its containers what can be said so."""
    pod = good()
    context = {key: pod["spec"]["containers"][0]["securityContext"][key] for key in ("runAsNonRoot", "seccompProfile")}
    for key in ("containers", "initContainers"):
        for one in pod["spec"][key]:
            for name in context:
                del one["securityContext"][name]
    pod["spec"]["securityContext"] = context
    return pod


def changes() -> list[Change]:
    """Every field that the standards read, set to each kind of value."""
    of_containers = [
        (f"{at}.{path}", v) for at in _CONTAINERS for path, values in _OF_CONTAINER.items() for v in values
    ]
    return [*((path, value) for path, values in _OF_POD.items() for value in values), *of_containers]


def changed(pod: Pod, *applied: Change) -> Pod:
    """A copy of the pod with the changes; containers that it has not are left alone."""
    made = copy.deepcopy(pod)
    for path, value in applied:
        _set(made, [part.replace("~", ".") for part in path.split(".")], value)
    return made


def single() -> Iterator[tuple[str, Pod]]:
    """Each change alone, in the good pod and in one whose containers lean on the pod."""
    for path, value in changes():
        shown = "missing" if value is MISSING else repr(value)
        yield f"good: {path} = {shown}", changed(good(), (path, value))
        yield f"leaning: {path} = {shown}", changed(leaning(), (path, value))


def mixed(number: int, seed: int = 20_240_229) -> Iterator[tuple[str, Pod]]:
    """Random mixtures of up to six changes; the same seed gives the same pods."""
    chosen, known = random.Random(seed), changes()
    for index in range(number):
        base = chosen.choice((good, leaning, bare))
        applied = chosen.sample(known, chosen.randint(1, 6))
        yield f"mixed {index}: {base.__name__} {applied}", changed(base(), *applied)


def _set(value: Any, path: list[str], new: Any) -> None:
    *way, last = path
    for part in way:
        if isinstance(value, list):
            if int(part) >= len(value):
                return
            value = value[int(part)]
        elif isinstance(value, dict):
            if part in ("containers", "initContainers") and part not in value:
                return
            if not isinstance(value.get(part), dict | list):
                value[part] = {}
            value = value[part]
    if new is MISSING:
        value.pop(last, None)
    else:
        value[last] = copy.deepcopy(new)
