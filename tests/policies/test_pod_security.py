"""The Pod Security Standards field by field; the cluster suite holds the same module to a real API server."""

from typing import Any

import pytest

from policies.pod_security import BASELINE, RESTRICTED, judge, refuses
from policies.pod_security.confinement import OTHER_VOLUMES, SELINUX_TYPES, SYSCTLS, VOLUMES
from policies.pod_security.privileges import CAPABILITIES
from tests.policies import pods
from tests.policies.pods import MISSING

_MAIN = "spec.containers.0."
_CONTEXT = f"{_MAIN}securityContext."
_OF_POD = "spec.securityContext."
_APPARMOR = "metadata.annotations.container~apparmor~security~beta~kubernetes~io/main"
_UNCONFINED: dict[str, str] = {"type": "Unconfined"}

# What a change of the good pod does: the level that refuses it, or None.
_CHANGES: list[tuple[str, Any, str | None]] = [
    (f"{_CONTEXT}privileged", True, BASELINE),
    (f"{_CONTEXT}privileged", False, None),
    (f"{_CONTEXT}windowsOptions", {"hostProcess": True}, BASELINE),
    (f"{_OF_POD}windowsOptions", {"hostProcess": True}, BASELINE),
    (f"{_OF_POD}windowsOptions", {"hostProcess": False}, None),
    *((f"spec.{key}", True, BASELINE) for key in ("hostNetwork", "hostPID", "hostIPC")),
    *((f"spec.{key}", False, None) for key in ("hostNetwork", "hostPID", "hostIPC")),
    (f"{_MAIN}ports", [{"containerPort": 80, "hostPort": 80}], BASELINE),
    (f"{_MAIN}ports", [{"containerPort": 80, "hostPort": 0}], None),
    (f"{_CONTEXT}allowPrivilegeEscalation", True, RESTRICTED),
    (f"{_CONTEXT}allowPrivilegeEscalation", MISSING, RESTRICTED),
    (f"{_CONTEXT}allowPrivilegeEscalation", None, RESTRICTED),
    (f"{_CONTEXT}capabilities", MISSING, RESTRICTED),
    (f"{_CONTEXT}capabilities", {"drop": ["all"]}, RESTRICTED),
    (f"{_CONTEXT}capabilities", {"drop": ["KILL", "ALL"]}, None),
    *(
        (f"{_CONTEXT}capabilities", {"drop": ["ALL"], "add": [name]}, RESTRICTED)
        for name in sorted(CAPABILITIES - {"NET_BIND_SERVICE"})
    ),
    (f"{_CONTEXT}capabilities", {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, None),
    *(
        (f"{_CONTEXT}capabilities", {"drop": ["ALL"], "add": [name]}, BASELINE)
        for name in ("NET_RAW", "SYS_ADMIN", "ALL", "CAP_CHOWN", "chown", "")
    ),
    (f"{_CONTEXT}runAsNonRoot", False, RESTRICTED),
    (f"{_CONTEXT}runAsNonRoot", MISSING, RESTRICTED),
    (f"{_OF_POD}runAsNonRoot", False, RESTRICTED),  # though every container says true
    (f"{_CONTEXT}runAsUser", 0, RESTRICTED),
    (f"{_CONTEXT}runAsUser", 1000, None),
    (f"{_OF_POD}runAsUser", 0, RESTRICTED),
    (f"{_CONTEXT}seccompProfile", MISSING, RESTRICTED),
    (f"{_CONTEXT}seccompProfile", _UNCONFINED, BASELINE),
    (f"{_CONTEXT}seccompProfile", {}, BASELINE),
    (f"{_CONTEXT}seccompProfile", {"type": "Localhost", "localhostProfile": "p"}, None),
    (f"{_OF_POD}seccompProfile", _UNCONFINED, BASELINE),
    ("metadata.annotations.seccomp~security~alpha~kubernetes~io/pod", "unconfined", None),
    (f"{_CONTEXT}appArmorProfile", _UNCONFINED, BASELINE),
    (f"{_CONTEXT}appArmorProfile", {"type": "RuntimeDefault"}, None),
    (f"{_OF_POD}appArmorProfile", _UNCONFINED, BASELINE),
    (_APPARMOR, "unconfined", BASELINE),
    (_APPARMOR, "runtime/default", None),
    (_APPARMOR, "localhost/p", None),
    (_APPARMOR, "", None),
    *((f"{_OF_POD}seLinuxOptions", {"type": kind}, None) for kind in ("", *SELINUX_TYPES)),
    (f"{_CONTEXT}seLinuxOptions", {"type": "spc_t"}, BASELINE),
    (f"{_CONTEXT}seLinuxOptions", {"user": "u"}, BASELINE),
    (f"{_OF_POD}seLinuxOptions", {"role": "r"}, BASELINE),
    (f"{_OF_POD}seLinuxOptions", {"level": "s0:c1"}, None),
    (f"{_CONTEXT}procMount", "Unmasked", BASELINE),
    (f"{_CONTEXT}procMount", "Default", None),
    *((f"{_OF_POD}sysctls", [{"name": name, "value": "1"}], None) for name in sorted(SYSCTLS)),
    (f"{_OF_POD}sysctls", [{"name": "kernel.msgmax", "value": "1"}], BASELINE),
    *(
        (f"{_MAIN}{probe}.{action}", {"port": 80, "host": host}, BASELINE if host else None)
        for probe in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop")
        for action in ("httpGet", "tcpSocket")
        for host in ("10.0.0.1", "")
    ),
    *(("spec.volumes", [{"name": "v", kind: {}}], None) for kind in VOLUMES),
    *(("spec.volumes", [{"name": "v", kind: {}}], RESTRICTED) for kind in OTHER_VOLUMES),
    ("spec.volumes", [{"name": "v", "hostPath": {"path": "/"}}], BASELINE),
    ("spec.volumes", [{"name": "v"}], None),  # an emptyDir, by default
]


def _level(pod: pods.Pod) -> str | None:
    found = judge(pod)
    return BASELINE if refuses(BASELINE, found) else RESTRICTED if refuses(RESTRICTED, found) else None


def _cases() -> list[object]:
    return [pytest.param(*case, id=f"{case[0]}={case[1]}") for case in _CHANGES]


@pytest.mark.parametrize(("path", "value", "level"), _cases())
def test_a_field_is_refused_at_its_level(path: str, value: object, level: str | None) -> None:
    assert _level(pods.changed(pods.good(), (path, value))) == level


@pytest.mark.parametrize(("path", "value", "level"), [case for case in _CHANGES if case[0].startswith(_MAIN)])
@pytest.mark.parametrize("place", ["spec.containers.1.", "spec.initContainers.0.", "spec.ephemeralContainers.0."])
def test_every_container_counts(place: str, path: str, value: object, level: str | None) -> None:
    pod = pods.good()
    pod["spec"]["ephemeralContainers"] = [pods.container("debug")]
    assert _level(pods.changed(pod, (place + path.removeprefix(_MAIN), value))) == level


def test_the_good_pods_are_good() -> None:
    assert judge(pods.good()) == judge(pods.leaning()) == []


@pytest.mark.parametrize("key", ["runAsNonRoot", "seccompProfile"])
def test_what_the_pod_says_holds_for_containers_that_do_not(key: str) -> None:
    leaning = pods.leaning()
    assert _level(pods.changed(leaning, (f"spec.securityContext.{key}", MISSING))) == RESTRICTED


def test_a_pod_that_says_nothing_fails_four_checks_of_restricted() -> None:
    assert {str(problem.property).rpartition(".")[2] for problem in judge(pods.bare())} == {
        "allowPrivilegeEscalation",
        "drop",
        "runAsNonRoot",
        "seccompProfile",
    }
    assert _level(pods.bare()) == RESTRICTED


def test_a_windows_pod_need_not_say_what_it_cannot() -> None:
    pod = pods.changed(pods.bare(), ("spec.os", {"name": "windows"}), (f"{_OF_POD}runAsNonRoot", True))
    assert judge(pod) == []
    assert _level(pods.changed(pod, ("spec.os", {"name": "linux"}))) == RESTRICTED
    assert _level(pods.changed(pod, ("spec.os", {"name": "Windows"}))) == RESTRICTED


def test_user_namespaces_relax_nothing() -> None:
    pod = pods.changed(pods.good(), ("spec.hostUsers", False))
    assert _level(pod) is None
    assert _level(pods.changed(pod, (f"{_CONTEXT}procMount", "Unmasked"))) == BASELINE
    assert _level(pods.changed(pod, (f"{_CONTEXT}runAsUser", 0))) == RESTRICTED


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (f"{_CONTEXT}privileged", "true", "must be true or false, not the text 'true'"),
        (f"{_CONTEXT}privileged", 1, "must be true or false, not the number 1"),
        (f"{_CONTEXT}runAsUser", "0", "must be a whole number, not the text '0'"),
        (f"{_CONTEXT}runAsUser", True, "must be a whole number, not the boolean true"),
        (f"{_CONTEXT}capabilities", {"drop": "ALL"}, "must be a list, not the text 'ALL'"),
        (f"{_CONTEXT}capabilities", {"drop": ["ALL"], "add": [1]}, "must be text, not the number 1"),
        (f"{_CONTEXT}seLinuxOptions", [], "must be an object, not a list"),
        ("spec.containers", {"name": "main"}, "must be a list, not an object"),
        ("spec.containers", ["main"], "must be an object, not the text 'main'"),
        ("spec.hostNetwork", "no", "must be true or false, not the text 'no'"),
    ],
)
def test_values_of_a_wrong_type_are_findings_that_the_standards_do_not_make(
    path: str, value: object, said: str
) -> None:
    found = judge(pods.changed(pods.good(), (path, value)))
    assert any(said in problem.message for problem in found)
    assert {problem.pod_security for problem in found} == {None}


def test_findings_name_the_field() -> None:
    found = judge(pods.changed(pods.good(), ("spec.containers.1.securityContext.privileged", True)))
    assert [problem.property for problem in found] == ["spec.containers[1].securityContext.privileged"]


def test_the_lists_are_whole() -> None:
    """As many as k8s.io/pod-security-admission v0.34.2 has; which they are, the API server tells the cluster suite."""
    counts = [len(one) for one in (CAPABILITIES, SYSCTLS, SELINUX_TYPES, VOLUMES, OTHER_VOLUMES)]
    assert counts == [13, 12, 4, 9, 20]
