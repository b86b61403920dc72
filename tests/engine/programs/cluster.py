"""Something of every kind that goes into a cluster: namespace, workload, secret, custom object and release.

The program of a foundation, for a cluster that moto does not have. Not all rules are content with it.
"""

import json
from typing import Any

import pulumi
from pulumi_kubernetes import Provider
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import ConfigMap, Namespace, Secret, Service, ServiceAccount
from pulumi_kubernetes.helm.v3 import Release
from pulumi_kubernetes.networking.v1 import NetworkPolicy

WORDS = "-".join(["not", "to", "be", "shown"])
token = {"command": "aws", "args": ["eks", "get-token", "--cluster-name", "little", "--region", "eu-central-1"]}
kubeconfig = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "little",
    "clusters": [{"name": "little", "cluster": {"server": "https://little.eks.amazonaws.com"}}],
    "contexts": [{"name": "little", "context": {"cluster": "little", "user": "little"}}],
    "users": [{"name": "little", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1beta1", **token}}}],
}
provider = Provider("cluster", kubeconfig=json.dumps(kubeconfig), enable_server_side_apply=True)
given = pulumi.ResourceOptions(provider=provider)
labels: dict[str, str] = {
    "app.kubernetes.io/name": "api",
    "app.kubernetes.io/part-of": "billing",
    "platform/owner": "tests",
}
enforced = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "v1.34"}
namespace = Namespace("api", metadata={"name": "api", "labels": {**labels, **enforced}}, opts=given)
placed: Any = {"namespace": namespace.metadata.name, "labels": labels}


def named(name: str) -> Any:
    return {"name": name, **placed}


Secret("token", metadata=named("token"), string_data={"token": pulumi.Output.secret(WORDS)}, opts=given)
account = ServiceAccount("api", metadata=named("api"), automount_service_account_token=False, opts=given)
settings = ConfigMap("settings", metadata=placed, data={"level": "info"}, opts=given)
deployed: Any = {
    "replicas": 2,
    "selector": {"matchLabels": {"app.kubernetes.io/name": "api"}},
    "template": {
        "metadata": {"labels": labels},
        "spec": {
            "serviceAccountName": account.metadata.name,
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {
                    "name": "api",
                    "image": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/api@sha256:" + "0" * 64,
                    "envFrom": [{"configMapRef": {"name": settings.metadata.name}}],
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "readOnlyRootFilesystem": True,
                        "capabilities": {"drop": ["ALL"]},
                    },
                }
            ],
        },
    },
}
Deployment("api", metadata=named("api"), spec=deployed, opts=given)
reached: Any = {"type": "LoadBalancer", "selector": {"app.kubernetes.io/name": "api"}, "ports": [{"port": 443}]}
balanced = Service("api", metadata=named("api"), spec=reached, opts=given)
denied: Any = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
NetworkPolicy("deny", metadata=named("deny"), spec=denied, opts=given)
CustomResource(
    "monitor",
    api_version="monitoring.coreos.com/v1",
    kind="ServiceMonitor",
    metadata=named("api"),
    spec={"selector": {"matchLabels": labels}, "endpoints": [{"port": "metrics"}]},
    opts=given,
)
release = Release(
    "rollouts",
    name="rollouts",
    chart="argo-rollouts",
    version="2.40.5",
    namespace="platform-rollouts",
    repository_opts={"repo": "https://argoproj.github.io/argo-helm"},
    values={"controller": {"replicas": 2}, "token": pulumi.Output.secret(WORDS)},
    opts=given,
)
pulumi.export("settings", settings.metadata.name)
pulumi.export("host", balanced.status.load_balancer.ingress[0].hostname)
pulumi.export("release", release.status)
