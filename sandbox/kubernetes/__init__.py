"""The `kubernetes` package in the sandbox: objects in its control plane, or kept as recorded where there is none."""
