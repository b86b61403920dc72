"""Secrets reach pods as files that can be rotated, and are made in the cluster, never written down."""

from base64 import b64decode
from collections.abc import Iterator, Mapping

from policies import credentials, tokens
from policies.controls import cis_eks, pci
from policies.examples import Example, Ref, secret
from policies.graph import Graph
from policies.pod_security.check import CONTAINERS
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.kubernetes.examples import container, deployment, object_, pod
from policies.rules.kubernetes.pods import TYPES, Template, each_pod, has_pods
from policies.values import Block, SecretText, Undecided

_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105  # a type, no password
_DATA = {tokens.KUBERNETES_SECRET: ("data", "stringData"), tokens.CONFIG_MAP: ("data", "binaryData")}


def _is_subject(resource: Resource, graph: Graph) -> bool:
    return resource.type in _DATA or has_pods(resource, graph)


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type not in _DATA:
        yield from each_pod(_of_pod)(resource, graph)
        return
    if resource.type == tokens.KUBERNETES_SECRET and resource.props.text("type") == _TOKEN:
        yield Problem("type", f"type is {_TOKEN}: a token that never expires")
    places = [(resource.props, key, name) for key in _DATA[resource.type] for name in _names(resource, key)]
    yield from decide(places, lambda place: _literal(resource, *place))


def _names(resource: Resource, key: str) -> list[str]:
    return list(resource.props.block(key))


def _literal(resource: Resource, props: Block, key: str, name: str) -> Iterator[Problem]:
    value = props.block(key)[name]
    path = f"{key}[{name!r}]"
    if resource.type == tokens.KUBERNETES_SECRET:
        if not isinstance(value, SecretText) and value != "":  # marked as secret: the program did not write it down
            yield Problem(path, f"{path} is written down here: whoever reads the manifest has it")
    elif found := credentials.kind_of(name, _content(key, value)):
        yield Problem(path, f"{path} has a {found}, and whoever may look at the ConfigMap sees it")


def _content(key: str, value: object) -> str:
    """The text of an entry; what binaryData holds is encoded, and decoded where it is text."""
    if not isinstance(value, str) or key != "binaryData":
        return value if isinstance(value, str) else ""
    try:
        return b64decode(str.__str__(value)).decode()
    except ValueError:
        return value


def _of_pod(template: Template) -> Iterator[Problem]:
    return decide(CONTAINERS, lambda key: decide(template.spec.each(key), _of_container))


def _of_container(container: Block) -> Iterator[Problem]:
    yield from decide(container.each("env"), _of_variable)
    yield from decide(container.each("envFrom"), _of_source)


def _of_variable(variable: Block) -> Iterator[Problem]:
    source, name = variable.block("valueFrom"), variable.text("name")
    if "secretKeyRef" in source:
        path = source.at("secretKeyRef")
        yield Problem(
            path, f"{path} puts a secret into the environment, where child processes and crash reports see it"
        )
    value = _written(variable)
    if found := credentials.kind_of(name, value):
        path = variable.at("value")
        yield Problem(path, f"{path} ({name}) has a {found} in plain text")


def _written(variable: Block) -> str:
    """What stands there; a value that is not known yet is another resource's, and no literal."""
    try:
        return variable.text("value")
    except Undecided:
        return ""


def _of_source(source: Block) -> Iterator[Problem]:
    if "secretRef" in source:
        path = source.at("secretRef")
        yield Problem(path, f"{path} puts a whole Secret into the environment")


def _env(*variables: Mapping[str, object]) -> Example:
    return pod(container(env=[dict(variable) for variable in variables]))


_REFERENCE = {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
_SECRET, _MAP = tokens.KUBERNETES_SECRET, tokens.CONFIG_MAP

RULES = (
    Rule(
        id="K8S-08",
        name="secret-as-file",
        summary="No Secret in an environment variable, none written down, no credential in a ConfigMap or variable.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=TYPES,
        applies=_is_subject,
        reads=("env", "envFrom", "data", "stringData", "binaryData", "type"),
        controls=(*pci("P", "8.3.2"), *cis_eks("4.4.1", "4.4.2")),
        remedy="Mount the Secret as a volume, and have External Secrets make it from Secrets Manager.",
        problems=_problems,
        passes=(
            deployment(volumes=[{"name": "db", "secret": {"secretName": "db"}}]),
            _env({"name": "QUEUE_URL", "value": Ref("queue")}),
            _env({"name": "LOG", "value": "info"}, {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "c"}}}),
            pod(container(envFrom=[{"configMapRef": {"name": "c"}}])),
            (object_(_SECRET, stringData={"password": secret("hunter2")}),),
            (object_(_SECRET, type="Opaque"),),
            (object_(_MAP, data={"log": "info"}),),
            (object_(_MAP, binaryData={"logo": "iVBORw0KGgo=", "log": "aW5mbw=="}),),
        ),
        fails=(
            _env(_REFERENCE),
            _env({"name": "B", "value": "1"}, _REFERENCE),
            _env({"name": "DB_PASSWORD", "value": "hunter2"}),
            pod(container(envFrom=[{"secretRef": {"name": "s"}}])),
            pod(initContainers=[container(env=[_REFERENCE])]),
            pod(ephemeralContainers=[container(env=[_REFERENCE])]),
            (object_(_SECRET, data={"password": "aHVudGVyMg=="}),),
            (object_(_SECRET, stringData={"a": "b"}),),
            (object_(_SECRET, type=_TOKEN),),
            (object_(_MAP, data={"app.yaml": "db:\n  password: hunter2\n"}),),
            (object_(_MAP, binaryData={"app.yaml": "ZGI6CiAgcGFzc3dvcmQ6IGh1bnRlcjIK"}),),
        ),
        undecided=(
            pod(container(env=Ref("nobody"))),
            _env({"name": "A", "valueFrom": Ref("nobody")}),
            (object_(_SECRET, data=Ref("nobody")),),
        ),
    ),
)
