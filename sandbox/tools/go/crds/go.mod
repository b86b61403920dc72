// Names the modules whose custom resource definitions the sandbox's cluster gets; nothing of them is compiled.
module billing-platform/tools/crds

go 1.24.0

require (
	github.com/external-secrets/external-secrets v0.16.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
