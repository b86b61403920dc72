"""How an admission policy finds the pods that an object makes, in CEL."""

from typing import Final

POD_KINDS: Final = (
    ("", "v1", ("pods", "pods/ephemeralcontainers")),
    ("apps", "v1", ("daemonsets", "deployments", "statefulsets")),
    ("argoproj.io", "v1alpha1", ("rollouts",)),
    ("batch", "v1", ("cronjobs", "jobs")),
)
# What is on its way out is let go, whatever it is.
STAYING: Final = {"stays": "!has(object.metadata.deletionTimestamp)"}
# A Rollout with workloadRef has no pods of its own: the Deployment that it names is judged.
HAS_PODS: Final = {"has-pods": "object.kind != 'Rollout' || has(object.spec.template)"}
# Jobs end by themselves, so that no probe asks how they are.
LASTING: Final = {
    "lasts": "!(object.kind in ['CronJob', 'Job']) && !(has(object.metadata.ownerReferences) && "
    "object.metadata.ownerReferences.exists(o, o.kind == 'Job'))"
}
_TEMPLATE = "object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template : object.spec.template"
_INIT = "(has(variables.spec.initContainers) ? variables.spec.initContainers : [])"
_EPHEMERAL = "(has(variables.spec.ephemeralContainers) ? variables.spec.ephemeralContainers : [])"


def _of_pod(key: str) -> str:
    return f"has(variables.pod.metadata) && has(variables.pod.metadata.{key}) ? variables.pod.metadata.{key} : {{}}"


# `lasting`: containers that run as long as the pod, sidecars (init containers that restart always) among them.
POD_VARIABLES: Final = {
    "pod": f"object.kind == 'Pod' ? object : ({_TEMPLATE})",
    "spec": "variables.pod.spec",
    "containers": f"variables.spec.containers + {_INIT} + {_EPHEMERAL}",
    "lasting": f"variables.spec.containers + {_INIT}.filter(c, has(c.restartPolicy) && c.restartPolicy == 'Always')",
    "images": "variables.containers.map(c, c.image) + (has(variables.spec.volumes) ? variables.spec.volumes."
    "filter(v, has(v.image)).map(v, has(v.image.reference) ? v.image.reference : '') : [])",
    "account": "has(variables.spec.serviceAccountName) ? variables.spec.serviceAccountName : "
    "(has(variables.spec.serviceAccount) ? variables.spec.serviceAccount : '')",
    # A Pod comes here with the token that its account gives it; a template says no more than what it asks for itself.
    "tokens": "(has(variables.spec.volumes) ? variables.spec.volumes : []).filter(v, has(v.projected) && "
    "has(v.projected.sources) && v.projected.sources.exists(s, has(s.serviceAccountToken) && "
    "(!has(s.serviceAccountToken.audience) || s.serviceAccountToken.audience == '')))",
    "labels": _of_pod("labels"),
    "annotations": _of_pod("annotations"),
}
