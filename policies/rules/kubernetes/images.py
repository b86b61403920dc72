"""Images come from a registry of ours, and are the very ones that were scanned and signed."""

import re
from collections.abc import Iterator

from policies.controls import cis_eks, unverified
from policies.examples import Ref
from policies.graph import Graph
from policies.kubernetes_facts import image_pattern
from policies.pod_security.check import CONTAINERS
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.kubernetes.examples import IMAGE, REGISTRY, container, deployment, pod
from policies.rules.kubernetes.pods import TYPES, Template, each_pod, has_pods
from policies.values import Block

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    allowed = re.compile(image_pattern(*graph.registries))
    where = " or ".join(graph.registries) or "a private ECR registry"

    def check(place: tuple[Block, str]) -> Iterator[Problem]:
        owner, key = place
        image, path = owner.text(key), owner.at(key)
        if not image:
            yield Problem(path, f"{path} is not set")
        elif not _DIGEST.search(image):
            yield Problem(path, f"{path} is {image}, by tag: name the digest (@sha256:...), which never changes")
        elif not allowed.fullmatch(image):
            yield Problem(path, f"{path} is {image}, which is not of {where}")

    def find(template: Template) -> Iterator[Problem]:
        return decide((*CONTAINERS, "volumes"), lambda key: decide(_images(template, key), check))

    return each_pod(find)(resource, graph)


def _images(template: Template, key: str) -> list[tuple[Block, str]]:
    items = template.spec.each(key)
    if key == "volumes":
        return [(item.block("image"), "reference") for item in items if "image" in item]
    return [(item, "image") for item in items]


_FOREIGN = f"docker.io/library/nginx@sha256:{'0' * 64}"

RULES = (
    Rule(
        id="K8S-06",
        name="image-ours-by-digest",
        summary="Every image is named by its digest, in a registry of ours.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=TYPES,
        applies=has_pods,
        reads=("containers.image", "initContainers.image", "ephemeralContainers.image", "volumes.image.reference"),
        controls=(*unverified("pci-dss-4.0.1", "6.3.2"), *cis_eks("5.1.4"), *unverified("soc2", "CC8.1")),
        remedy="Push the image to our registry and name it there by digest:"
        " ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY@sha256:DIGEST.",
        problems=_problems,
        passes=(
            deployment(),
            pod(container(image=IMAGE.replace("@", ":v1@"))),
            pod(volumes=[{"name": "model", "image": {"reference": IMAGE}}]),
            pod(initContainers=[container()], ephemeralContainers=[container()]),
        ),
        fails=(
            pod(container(image=f"{REGISTRY}/billing/api:v1")),
            pod(container(image=f"{REGISTRY}/billing/api@sha256:abc")),
            pod(container(image=_FOREIGN)),
            pod(container(image=f"evil.example/{IMAGE}")),
            pod(container(image=f"{REGISTRY}.evil.example/api@sha256:{'0' * 64}")),
            pod(container(image=None)),
            pod(container(image=1)),
            pod(container(), container(image=_FOREIGN)),
            deployment(initContainers=[container(image=_FOREIGN)]),
            pod(ephemeralContainers=[container(image=_FOREIGN)]),
            pod(volumes=[{"name": "model", "image": {"reference": _FOREIGN}}]),
        ),
        undecided=(pod(container(image=Ref("nobody"))),),
    ),
)
