"""What a pod may do to its node, and as whom: the checks of namespaces, ports, capabilities and users."""

from collections.abc import Iterator

from policies.pod_security.check import BASELINE, RESTRICTED, Check, Pod, baseline, restricted
from policies.rule import Problem, decide, some
from policies.values import Block

CAPABILITIES = frozenset(
    (
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    )
)


def _privileged(container: Block, _: Pod) -> Iterator[Problem]:
    context = container.block("securityContext")
    if context.flag("privileged"):
        yield baseline(context, "privileged", "is true: the container has all powers over its node")


def _host_process(context: Block, _: Pod) -> Iterator[Problem]:
    options = context.block("windowsOptions")
    if options.flag("hostProcess"):
        yield baseline(options, "hostProcess", "is true: the container is a process of its node")


def _host_namespaces(spec: Block, _: Pod) -> Iterator[Problem]:
    def check(key: str) -> Iterator[Problem]:
        if spec.flag(key):
            yield baseline(spec, key, "is true: the pod shares it with its node")

    return decide(("hostNetwork", "hostPID", "hostIPC"), check)


def _host_ports(container: Block, _: Pod) -> Iterator[Problem]:
    def check(port: Block) -> Iterator[Problem]:
        if number := port.number("hostPort"):
            yield baseline(port, "hostPort", f"opens port {number} of the node")

    return decide(container.each("ports"), check)


def _escalation(container: Block, pod: Pod) -> Iterator[Problem]:
    context = container.block("securityContext")
    if context.flag("allowPrivilegeEscalation") is not False and not pod.windows:
        yield restricted(context, "allowPrivilegeEscalation", "must be false")


def _added(container: Block, pod: Pod) -> Iterator[Problem]:
    capabilities = container.block("securityContext").block("capabilities")
    added = capabilities.texts("add")

    def check(index: int) -> Iterator[Problem]:
        name, path = added.text_of(index), f"{capabilities.at('add')}[{index}]"
        if name not in CAPABILITIES:
            yield Problem(path, f"{path} adds {name}, which no container has by default", BASELINE)
        elif name != "NET_BIND_SERVICE" and not pod.windows:
            yield Problem(path, f"{path} adds {name}: only NET_BIND_SERVICE may be added", RESTRICTED)

    return decide(range(len(added)), check)


def _dropped(container: Block, pod: Pod) -> Iterator[Problem]:
    capabilities = container.block("securityContext").block("capabilities")
    dropped = capabilities.texts("drop")
    if not some(range(len(dropped)), lambda index: dropped.text_of(index) == "ALL") and not pod.windows:
        yield restricted(capabilities, "drop", 'must hold "ALL"')


def _root_allowed(context: Block, _: Pod) -> Iterator[Problem]:
    if context.flag("runAsNonRoot") is False:
        yield restricted(context, "runAsNonRoot", "must not be false")


def _root_not_excluded(container: Block, pod: Pod) -> Iterator[Problem]:
    context = container.block("securityContext")
    if "runAsNonRoot" not in context and "runAsNonRoot" not in pod.spec.block("securityContext"):
        yield restricted(context, "runAsNonRoot", "must be true, here or for the whole pod")


def _root(context: Block, _: Pod) -> Iterator[Problem]:
    if context.number("runAsUser") == 0:
        yield restricted(context, "runAsUser", "must not be 0, which is root")


CHECKS = (
    Check("privileged", container=_privileged),
    Check("windowsHostProcess", context=_host_process),
    Check("hostNamespaces", pod=_host_namespaces),
    Check("hostPorts", container=_host_ports),
    Check("allowPrivilegeEscalation", container=_escalation),
    Check(
        "capabilities", container=lambda container, pod: decide((_added, _dropped), lambda find: find(container, pod))
    ),
    Check("runAsNonRoot", context=_root_allowed, container=_root_not_excluded),
    Check("runAsUser", context=_root),
)
