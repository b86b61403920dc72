"""Pods and what is around them: BillingService and Namespace do it for services, here are objects of your own."""

SNIPPETS = {
    "K8S-01": """\
from pulumi_kubernetes.core import v1 as core

# Not privileged: the one capability it needs, if any.
capable = {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}
core.Pod("report", spec={"containers": [{"name": "report", "image": image, "security_context": capable}]})
""",
    "K8S-02": """\
from pulumi_kubernetes.core import v1 as core

# Leave out host_network, host_pid, host_ipc and host_port: a Service makes the pods reachable.
container = {"name": "report", "image": image, "ports": [{"container_port": 8080}]}
core.Pod("report", metadata={"labels": {"app": "report"}}, spec={"containers": [container]})
core.Service("report", spec={"selector": {"app": "report"}, "ports": [{"port": 80, "target_port": 8080}]})
""",
    "K8S-03": """\
from pulumi_kubernetes.core import v1 as core

bound = {"allow_privilege_escalation": False, "capabilities": {"drop": ["ALL"]}}
container = {"name": "report", "image": image, "security_context": bound}
core.Pod("report", spec={"security_context": {"run_as_non_root": True}, "containers": [container]})
""",
    "K8S-04": """\
from pulumi_kubernetes.core import v1 as core

confined = {"seccomp_profile": {"type": "RuntimeDefault"}}
container = {"name": "report", "image": image}
core.Pod("report", spec={"security_context": confined, "containers": [container]})
""",
    "K8S-05": """\
from pulumi_kubernetes.core import v1 as core

container = {
    "name": "report",
    "image": image,
    "security_context": {"read_only_root_filesystem": True},
    "volume_mounts": [{"name": "scratch", "mount_path": "/tmp"}],  # where it writes
}
volumes = [{"name": "scratch", "empty_dir": {"size_limit": "64Mi"}}]
core.Pod("report", metadata={"namespace": "billing-reports"}, spec={"containers": [container], "volumes": volumes})
""",
    "K8S-06": """\
from pulumi_kubernetes.core import v1 as core

# Our registry, and the digest that the build printed: neither can change behind our back.
image = f"{account_id}.dkr.ecr.{region}.amazonaws.com/billing/report@{digest}"
core.Pod("report", spec={"containers": [{"name": "report", "image": image}]})
""",
    "K8S-07": """\
from pulumi_kubernetes.core import v1 as core

where = {"name": "report", "namespace": "billing-reports"}
core.ServiceAccount("report", metadata=where, automount_service_account_token=False)
container = {"name": "report", "image": image}
spec = {"service_account_name": "report", "automount_service_account_token": False, "containers": [container]}
core.Pod("report", metadata=where, spec=spec)
""",
    "K8S-08": """\
from pulumi_kubernetes.core import v1 as core

# External Secrets makes the Secret from Secrets Manager; the pod has it as a file, not in its environment.
mount = {"name": "processor", "mount_path": "/var/run/processor", "read_only": True}
container = {"name": "report", "image": image, "volume_mounts": [mount]}
volumes = [{"name": "processor", "secret": {"secret_name": "processor"}}]
core.Pod("report", spec={"containers": [container], "volumes": volumes})
""",
    "K8S-09": """\
from components.namespace import Namespace, NamespaceArgs

Namespace(
    "billing-reports",
    NamespaceArgs(
        name="billing-reports", owner="finance", environment="prod", data_class="financial", pci_scope="connected"
    ),
)
""",
    "K8S-10": """\
from pulumi_kubernetes.networking import v1 as networking

# Namespace denies everything; a service allows what it needs, by peer and port.
peer = {"namespace_selector": {"match_labels": {"kubernetes.io/metadata.name": "billing-api"}}}
allowed = [{"from_": [{**peer, "pod_selector": {}}], "ports": [{"protocol": "TCP", "port": 8080}]}]
networking.NetworkPolicy(
    "report-clients",
    metadata={"name": "report-clients", "namespace": "billing-reports"},
    spec={"pod_selector": {"match_labels": {"app": "report"}}, "policy_types": ["Ingress"], "ingress": allowed},
)
""",
    "K8S-11": """\
from pulumi_kubernetes.rbac import v1 as rbac

where = {"name": "report-config", "namespace": "billing-reports"}
rule = {"api_groups": [""], "resources": ["configmaps"], "resource_names": ["report"], "verbs": ["get"]}
rbac.Role("report-config", metadata=where, rules=[rule])
rbac.RoleBinding(
    "report-config",
    metadata=where,
    role_ref={"api_group": "rbac.authorization.k8s.io", "kind": "Role", "name": "report-config"},
    subjects=[{"kind": "ServiceAccount", "name": "report", "namespace": "billing-reports"}],
)
""",
    "K8S-12": """\
from pulumi_kubernetes.networking import v1 as networking

annotations = {
    "alb.ingress.kubernetes.io/scheme": "internal",  # internet-facing asks for platform/exposure: public
    "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS": 443}]',
    "alb.ingress.kubernetes.io/certificate-arn": certificate_arn,
}
service = {"service": {"name": "report", "port": {"number": 80}}}
networking.Ingress(
    "report", metadata={"annotations": annotations}, spec={"ingress_class_name": "alb", "default_backend": service}
)
""",
    "K8S-13": """\
from components.billing_service import BillingService, BillingServiceArgs

# Requests and limits, probes, replicas over zones, labels and a disruption budget come with it.
BillingService("report", BillingServiceArgs(definition=definition, release=release, around=surroundings))
""",
    "K8S-14": """\
from components.pod_role import PodRole, PodRoleArgs

PodRole(
    "report",
    PodRoleArgs(
        cluster=cluster_facts,
        cluster_name=cluster.name,
        role_name="prod-report",
        namespace="billing-reports",
        account="report",
        description="Reports read the exchange",
        permissions=(reading,),
    ),
)
""",
}
