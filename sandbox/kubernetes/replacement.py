"""Which changes replace an object, because its API lets nobody change that field."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.kubernetes.kinds import Kind

# As the official provider has them (pulumi-kubernetes 4.34, provider/pkg/provider/diff.go), so that a preview here says
# what an update there does. A field stands for all that is below it; [] is any item of a list.
ALWAYS = ("kind", "metadata.name", "metadata.namespace")
_SELECTOR = ("spec.selector",)
_STATEFUL_SET = ("spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.selector", "spec.serviceName",
                 "spec.volumeClaimTemplates")  # fmt: skip
_CONTAINER = ("args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports",
              "readinessProbe", "resources", "securityContext", "stdin", "stdinOnce", "terminationMessagePath",
              "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir")  # fmt: skip
_POD = ("affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases",
        "hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "nodeName", "nodeSelector", "overhead",
        "preemptionPolicy", "priority", "priorityClassName", "readinessGates", "restartPolicy", "runtimeClassName",
        "schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "shareProcessNamespace",
        "subdomain", "terminationGracePeriodSeconds", "volumes")  # fmt: skip
_VOLUME = ("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker",
           "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk",
           "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume")  # fmt: skip
REPLACES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("", "ConfigMap"): ("binaryData", "data"),
    ("", "PersistentVolume"): tuple(f"spec.{name}" for name in _VOLUME),
    ("", "PersistentVolumeClaim"): ("spec",),
    ("", "Pod"): (
        *(f"spec.{name}" for name in _POD),
        *(f"spec.{group}[].{name}" for group in ("containers", "initContainers") for name in _CONTAINER),
    ),
    ("", "ResourceQuota"): ("spec.scopes",),
    ("", "Secret"): ("type", "data", "stringData"),
    ("", "Service"): ("spec.clusterIP",),
    ("apps", "DaemonSet"): _SELECTOR,
    ("apps", "Deployment"): _SELECTOR,
    ("apps", "StatefulSet"): _STATEFUL_SET,
    ("batch", "Job"): ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): ("roleRef",),
    ("rbac.authorization.k8s.io", "RoleBinding"): ("roleRef",),
    ("storage.k8s.io", "StorageClass"): ("parameters", "provisioner"),
}
_CONTENTS = ("binaryData", "data", "stringData")


def replacing(kind: Kind, *, contents_mutable: bool = False) -> tuple[str, ...]:
    """The fields of this kind of which a change replaces the object.

    contents_mutable: the provider's enableConfigMapMutable or enableSecretMutable, and the object is not `immutable`.
    """
    own = REPLACES.get((kind.group, kind.name), ())
    return (*ALWAYS, *(field for field in own if not (contents_mutable and field in _CONTENTS)))


def replaces(path: str, fields: tuple[str, ...]) -> bool:
    """Whether a changed path such as spec.containers[0].image is at, below or above one of these fields."""
    steps = _steps(path)
    for field in fields:
        wanted = _steps(field)
        shared = min(len(steps), len(wanted))
        # A change above the field takes the field with it; all of `spec` or `metadata` going is such a change.
        if all(one in (other, "[]") or other == "[]" for one, other in zip(wanted[:shared], steps, strict=False)):
            return True
    return False


def _steps(path: str) -> list[str]:
    plain = path.replace("[", ".[")
    return ["[]" if step.startswith("[") else step for step in plain.split(".") if step]
