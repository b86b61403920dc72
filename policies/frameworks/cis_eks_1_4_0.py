"""CIS Amazon EKS Benchmark 1.4.0."""

SOURCE = "aquasecurity/trivy-checks pkg/compliance/eks-cis-1.4.yaml"
REQUIREMENTS = """
2.1.1 T logs of the control plane are on
3.1.1 E permissions of the kubeconfig file
3.1.2 E owner of the kubelet's kubeconfig file
3.1.3 E permissions of the kubelet's configuration file
3.1.4 E owner of the kubelet's configuration file
3.2.1 E the kubelet refuses anonymous requests
3.2.2 E the kubelet authorises requests
3.2.3 E the kubelet verifies clients by certificate
3.2.4 E the kubelet's read-only port is off
3.2.5 E idle streaming connections end
3.2.6 E the kubelet manages iptables
3.2.7 E the kubelet captures enough events
3.2.8 E the kubelet renews its client certificate
3.2.9 E the kubelet renews its server certificate
3.3.1 T nodes run a system made for containers
4.1.1 T cluster-admin is used only where required
4.1.2 T few may read secrets
4.1.3 T no wildcards in roles
4.1.4 T few may create pods
4.1.5 T default service accounts are not used
4.1.6 T service account tokens are mounted only where needed
4.1.7 T nobody is in system:masters
4.1.8 T few may bind, impersonate or escalate
4.2.1 T no privileged containers
4.2.2 T no host process namespace
4.2.3 T no host IPC namespace
4.2.4 T no host network
4.2.5 T no privilege escalation
4.2.6 T no root containers
4.2.7 T no added capabilities
4.2.8 T capabilities are dropped
4.3.1 T the network plugin supports network policies
4.3.2 T every namespace has network policies
4.4.1 T secrets are files rather than environment variables
4.4.2 T secrets are stored outside the cluster
4.5.1 T namespaces separate what belongs apart
4.5.2 T pods and containers have a security context
4.5.3 T the default namespace is not used
5.1.1 T images are scanned
5.1.2 T few users reach the registry
5.1.3 T the cluster only reads from the registry
5.1.4 T only approved registries
5.2.1 T workloads have service accounts of their own in AWS
5.3.1 T Kubernetes secrets are encrypted with a customer key
5.4.1 T access to the control plane's endpoint is restricted
5.4.2 T the endpoint is private, not public
5.4.3 T nodes are private
5.4.4 T network policies are on
5.4.5 T load balancers use TLS certificates
5.5.1 T users of the cluster come from IAM
5.6.1 T untrusted workloads run on Fargate
"""
