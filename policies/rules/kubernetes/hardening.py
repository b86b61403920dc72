"""Pods take no power that they need not: the Pod Security Standards, rule by rule, and a root file system to read."""

from collections.abc import Callable, Iterator

from policies import tokens
from policies.controls import Control, cis_eks, pci, unverified
from policies.examples import Example, Node, Ref
from policies.pod_security import CHECKS
from policies.pod_security.check import CONTAINERS
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.kubernetes.examples import container, context, deployment, pod, workload
from policies.rules.kubernetes.pods import TYPES, Template, each_pod, has_pods
from policies.values import Block

_Find = Callable[[Template], Iterator[Problem]]


def _standard(*ids: str) -> _Find:
    return lambda pod: decide(ids, lambda id_: CHECKS[id_].problems(pod))


def _both(*finds: _Find) -> _Find:
    return lambda pod: decide(finds, lambda find: find(pod))


def _containers(pod: Template) -> Iterator[Problem]:
    if not pod.spec.each("containers"):
        path = pod.spec.at("containers")
        yield Problem(path, f"{path} is empty: the API server takes no pod without containers")


def _writable(pod: Template) -> Iterator[Problem]:
    def check(container: Block) -> Iterator[Problem]:
        own = container.block("securityContext")
        if own.flag("readOnlyRootFilesystem") is not True and not pod.windows:
            path = own.at("readOnlyRootFilesystem")
            yield Problem(path, f"{path} must be true: mount an emptyDir where the program writes")

    lasting = [key for key in CONTAINERS if key != "ephemeralContainers"]  # those are for people who debug
    return decide(lasting, lambda key: decide(pod.spec.each(key), check))


def _rule(
    id_: str,
    name: str,
    summary: str,
    find: _Find,
    reads: tuple[str, ...],
    controls: tuple[Control, ...],
    remedy: str,
    *,
    severity: Severity = Severity.HIGH,
    passes: tuple[Example, ...] = (),
    fails: tuple[Example, ...],
    undecided: tuple[Example, ...],
) -> Rule:
    return Rule(
        id=id_,
        name=name,
        summary=summary,
        severity=severity,
        pack=Pack.ACCESS_CONTROL,
        types=TYPES,
        applies=has_pods,
        reads=reads,
        controls=controls,
        remedy=remedy,
        problems=each_pod(find),
        passes=(deployment(), pod(), *passes),
        fails=fails,
        undecided=(*undecided, (_ROLLOUT,), deployment(containers=Ref("nobody"))),
    )


def _rollout(**reference: object) -> Node:
    return workload(tokens.ROLLOUT, spec={"template": None, "workloadRef": reference})


_ROLLOUT = _rollout(kind="Deployment", name="elsewhere")
_OWN = _rollout(kind="Deployment", name="api")
_PRIVILEGED = context(privileged=True)
_JOB = {"provider": {"job": {"spec": {"template": {"spec": {"containers": [_PRIVILEGED]}}}}}}
_MESH = "kubernetes:serving.knative.dev/v1:Service"

RULES = (
    _rule(
        "K8S-01",
        "pod-not-privileged",
        "No container, to run, to initialise or to debug, is privileged or a process of its node.",
        _both(_standard("privileged", "windowsHostProcess"), _containers),
        ("securityContext.privileged", "securityContext.windowsOptions.hostProcess"),
        (*pci("P", "7.2.1"), *cis_eks("4.2.1"), *unverified("soc2", "CC6.1")),
        "Leave privileged and hostProcess out; add the one capability that is needed, if any.",
        severity=Severity.CRITICAL,
        passes=(
            pod(context(privileged=False)),
            (_OWN, *deployment()),
            (workload(tokens.CRON_JOB),),
            (Node(_MESH, "f", {"spec": {"template": {"spec": {"containers": [container()]}}}}),),
        ),
        fails=(
            pod(_PRIVILEGED),
            pod(container(), _PRIVILEGED),
            pod(initContainers=[_PRIVILEGED]),
            pod(ephemeralContainers=[_PRIVILEGED]),
            pod(context(privileged="true")),
            pod(containers=[]),
            pod(containers={"name": "api"}),
            pod(securityContext={"windowsOptions": {"hostProcess": True}}),
            pod(context(windowsOptions={"hostProcess": True})),
            *((workload(type_, _PRIVILEGED),) for type_ in (tokens.DAEMON_SET, tokens.STATEFUL_SET, tokens.JOB)),
            *((workload(type_, _PRIVILEGED),) for type_ in (tokens.REPLICA_SET, tokens.REPLICATION_CONTROLLER)),
            (workload(tokens.CRON_JOB, _PRIVILEGED),),
            (workload(tokens.ROLLOUT, _PRIVILEGED),),
            (_OWN, *deployment(_PRIVILEGED)),
            (Node(tokens.POD_TEMPLATE, "t", {"template": {"spec": {"containers": [_PRIVILEGED]}}}),),
            (Node(tokens.ANALYSIS_TEMPLATE, "a", {"spec": {"metrics": [_JOB]}}),),
            (Node(_MESH, "f", {"spec": {"template": {"spec": {"containers": [_PRIVILEGED]}}}}),),
            (Node("kubernetes:extensions/v1beta1:Deployment", "api", deployment(_PRIVILEGED)[0].props),),
        ),
        undecided=(pod(context(privileged=Ref("nobody"))), (_rollout(kind="Function", name="f"),)),
    ),
    _rule(
        "K8S-02",
        "pod-apart-from-its-node",
        "No pod shares the network, processes or ports of its node.",
        _standard("hostNamespaces", "hostPorts"),
        ("hostNetwork", "hostPID", "hostIPC", "ports.hostPort"),
        (*pci("P", "1.3.1"), *cis_eks("4.2.2", "4.2.3", "4.2.4"), *unverified("soc2", "CC6.6")),
        "Leave them out: reach the pod through a Service.",
        severity=Severity.CRITICAL,
        passes=(pod(hostNetwork=False), pod(container(ports=[{"containerPort": 80, "hostPort": 0}]))),
        fails=(
            pod(hostNetwork=True),
            pod(hostPID=True),
            deployment(hostIPC=True),
            pod(container(ports=[{"containerPort": 80}, {"containerPort": 81, "hostPort": 81}])),
            pod(initContainers=[container(ports=[{"hostPort": 1}])]),
            pod(hostNetwork="false"),
        ),
        undecided=(pod(hostPID=Ref("nobody")), pod(container(ports=Ref("nobody")))),
    ),
    _rule(
        "K8S-03",
        "pod-without-root",
        "Containers run as a user who is not root, with no capabilities and no way to gain any.",
        _standard("allowPrivilegeEscalation", "capabilities", "runAsNonRoot", "runAsUser"),
        ("allowPrivilegeEscalation", "capabilities.add", "capabilities.drop", "runAsNonRoot", "runAsUser", "os.name"),
        (*pci("P", "7.2.1"), *cis_eks("4.2.5", "4.2.6", "4.2.7", "4.2.8"), *unverified("soc2", "CC6.1")),
        'securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ["ALL"]}} in each container, and'
        " {runAsNonRoot: true} for the pod.",
        passes=(
            pod(context(capabilities={"add": ["NET_BIND_SERVICE"]})),
            pod(context(runAsNonRoot=True), securityContext={"runAsNonRoot": None}),
            pod(context(runAsUser=1000)),
            pod(context(allowPrivilegeEscalation=None, capabilities=None), os={"name": "windows"}),
        ),
        fails=(
            pod(context(allowPrivilegeEscalation=None)),
            pod(context(allowPrivilegeEscalation=True)),
            pod(context(capabilities=None)),
            pod(context(capabilities={"drop": ["all"]})),
            pod(context(capabilities={"drop": ["NET_RAW"]})),
            pod(context(capabilities={"add": ["CHOWN"]})),
            pod(context(capabilities={"add": ["SYS_ADMIN"]})),
            pod(context(capabilities={"add": ["ALL"]})),
            pod(context(runAsNonRoot=False)),
            pod(context(runAsNonRoot=True), securityContext={"runAsNonRoot": False}),
            pod(securityContext={"runAsNonRoot": None}),
            pod(context(runAsUser=0)),
            pod(securityContext={"runAsUser": 0}),
            pod(initContainers=[context(runAsUser=0)]),
            pod(securityContext={"runAsUser": "1000"}),
            pod(context(capabilities=None), os={"name": "linux"}),
        ),
        undecided=(pod(context(runAsUser=Ref("nobody"))), pod(context(capabilities={"drop": [Ref("nobody")]}))),
    ),
    _rule(
        "K8S-04",
        "pod-confined",
        "Pods keep the runtime's seccomp, AppArmor, SELinux and /proc, safe sysctls, and probes of themselves alone.",
        _standard(
            "seccompProfile", "appArmorProfile", "seLinuxOptions", "procMount", "sysctls", "hostProbesAndHostLifecycle"
        ),
        (
            "seccompProfile",
            "appArmorProfile",
            "seLinuxOptions",
            "procMount",
            "sysctls",
            "livenessProbe",
            "lifecycle",
            "os.name",
            "readinessProbe",
            "startupProbe",
            "metadata.annotations",
        ),
        (*unverified("pci-dss-4.0.1", "2.2.6"), *cis_eks("4.5.2")),
        "securityContext: {seccompProfile: {type: RuntimeDefault}} for the pod, and none of the rest.",
        passes=(
            pod(context(seccompProfile={"type": "Localhost", "localhostProfile": "p.json"})),
            pod(context(seccompProfile={"type": "RuntimeDefault"}), securityContext={"seccompProfile": None}),
            pod(securityContext={"seLinuxOptions": {"type": "container_engine_t", "level": "s0:c1"}}),
            pod(securityContext={"sysctls": [{"name": "net.ipv4.tcp_rmem", "value": "4096"}]}),
            pod(context(procMount="Default", appArmorProfile={"type": "RuntimeDefault"})),
            pod(securityContext={"seccompProfile": None}, os={"name": "windows"}),
        ),
        fails=(
            pod(securityContext={"seccompProfile": None}),
            pod(securityContext={"seccompProfile": {"type": "Unconfined"}}),
            pod(context(seccompProfile={"type": "Unconfined"})),
            pod(context(appArmorProfile={"type": "Unconfined"})),
            pod(metadata={"annotations": {"container.apparmor.security.beta.kubernetes.io/api": "unconfined"}}),
            pod(securityContext={"seLinuxOptions": {"type": "spc_t"}}),
            pod(context(seLinuxOptions={"user": "system_u"})),
            pod(context(seLinuxOptions={"role": "sysadm_r"})),
            pod(context(procMount="Unmasked"), hostUsers=False),
            pod(securityContext={"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}),
            pod(container(livenessProbe={"httpGet": {"host": "169.254.169.254"}})),
            pod(container(readinessProbe={"httpGet": None, "tcpSocket": {"host": "10.0.0.1", "port": 1}})),
            pod(initContainers=[container(startupProbe={"httpGet": {"host": "a"}})]),
            pod(container(lifecycle={"preStop": {"httpGet": {"host": "a"}}})),
        ),
        undecided=(pod(securityContext={"sysctls": Ref("nobody")}), pod(context(seccompProfile={"type": Ref("n")}))),
    ),
    _rule(
        "K8S-05",
        "pod-writes-nowhere-but-its-volumes",
        "Volumes are of the kinds that the cluster manages, none of the node's, and the root file system is read-only.",
        _both(_standard("hostPathVolumes", "restrictedVolumes"), _writable),
        ("volumes", "readOnlyRootFilesystem", "os.name"),
        unverified("pci-dss-4.0.1", "2.2.4"),
        "securityContext: {readOnlyRootFilesystem: true} in each container, with an emptyDir where it writes.",
        passes=(
            pod(volumes=[{"name": "a", "emptyDir": {}}, {"name": "b"}, {"name": "c", "image": {"reference": "i"}}]),
            pod(volumes=[{"name": "a", "persistentVolumeClaim": {"claimName": "a"}}]),
            pod(context(readOnlyRootFilesystem=None), os={"name": "windows"}),
        ),
        fails=(
            pod(volumes=[{"name": "a", "hostPath": {"path": "/"}}]),
            pod(volumes=[{"name": "a", "emptyDir": {}}, {"name": "b", "nfs": {"server": "s", "path": "/"}}]),
            pod(volumes=[{"name": "a", "gitRepo": {"repository": "r"}}]),
            pod(context(readOnlyRootFilesystem=None)),
            pod(context(readOnlyRootFilesystem=False)),
            pod(context(readOnlyRootFilesystem=None), os={"name": "linux"}),
            pod(initContainers=[context(readOnlyRootFilesystem=False)]),
        ),
        undecided=(pod(volumes=Ref("nobody")), pod(context(readOnlyRootFilesystem=Ref("nobody")))),
    ),
)
