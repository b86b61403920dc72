// Names the modules whose custom resource definitions the sandbox's cluster gets; nothing of them is compiled.
module billing-platform/tools/crds

go 1.24.0

require (
	github.com/aws/amazon-vpc-resource-controller-k8s v1.5.0
	github.com/external-secrets/external-secrets v0.16.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
