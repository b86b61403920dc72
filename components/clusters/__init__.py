"""The parts of a Kubernetes cluster on EKS, one file each."""
