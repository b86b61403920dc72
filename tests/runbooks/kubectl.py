"""What is wrong with a kubectl command: verbs, options, namespaces and names, by what production's program makes."""

import re
from collections.abc import Iterator

from components.exporter import objects as exporter
from tests.runbooks import environment

_KINDS = {  # as people type them, by kind
    "pods": "pod",
    "pod": "pod",
    "jobs": "job",
    "job": "job",
    "events": "event",
    "nodes": "node",
    "pvc": "persistentvolumeclaim",
    "rollout": "rollout",
    "analysisrun": "analysisrun",
    "externalsecret": "externalsecret",
    "servicemonitor": "servicemonitor",
}
_WHOLE_CLUSTER = {"node"}
_OF_CONTROLLERS = {
    "pod",
    "event",
    "persistentvolumeclaim",
    "analysisrun",
}  # made in the cluster, so named by nobody here
_OPTIONS = {  # by verb: kubectl 1.34 and kubectl-argo-rollouts 1.8, their --help
    "get": {"-n", "-o", "-l", "-L", "--sort-by"},
    "logs": {"-n", "-l", "--since", "--prefix", "--tail"},
    "scale": {"-n", "--replicas"},
    "delete": {"-n"},
    "cordon": set(),
    "uncordon": set(),
    "drain": {"--ignore-daemonsets", "--delete-emptydir-data", "--timeout"},
    "apply": {"--server-side", "--force-conflicts", "-f"},
}
_ARGO = {"get", "list", "status", "abort", "promote", "restart", "retry", "undo"}
_ARGO_OPTIONS = {"-n", "--timeout"}
_VALUED = {"-n", "-o", "-l", "-L", "-f", "--timeout", "--replicas"}
# Labels that charts give their pods: of the releases that are installed in platform-telemetry.
_TELEMETRY_PODS = {"prometheus", "alertmanager", "opentelemetry-collector", exporter.NAME}
_MIGRATES = {"billing-api", "billing-ledger"}


def problems(words: tuple[str, ...], whole: bool = True) -> list[str]:
    """Nothing for a command that could be typed so; one that is not `whole` is only mentioned, without all it needs."""
    return list(_problems(words, whole))


def _problems(words: tuple[str, ...], whole: bool) -> Iterator[str]:
    argo = words[1:3] == ("argo", "rollouts")
    verb, rest = (words[3], words[4:]) if argo else (words[1], words[2:])
    known = _ARGO if argo else _OPTIONS.keys()
    if verb not in known:
        yield f"{verb}: no verb of runbooks"
        return
    options, names = _split(rest)
    allowed = _ARGO_OPTIONS if argo else _OPTIONS[verb]
    yield from (
        f"{option}: {verb} has no such option, or none that runbooks use" for option in options.keys() - allowed
    )
    space = options.get("-n", "")
    if space and space not in environment.namespaces():
        yield f"{space}: there is no such namespace"
    kind, name = _meant(argo, verb, names)
    if not space and kind and kind not in _WHOLE_CLUSTER:
        if whole:
            yield f"{' '.join(words)}: it names no namespace"
        return
    if name and not _exists(kind, space, name):
        yield f"{kind} {name}: there is none in {space}"
    yield from _labels(options.get("-l", ""), space)


def _split(words: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    options: dict[str, str] = {}
    names: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            names.append(word)
            continue
        option, equals, value = word.partition("=")
        options[option] = value if equals else rest.pop(0) if option in _VALUED and rest else ""
    return options, names


def _meant(argo: bool, verb: str, names: list[str]) -> tuple[str, str]:
    """The kind and, if any, the name."""
    if argo:
        # `get rollout NAME`, `retry rollout NAME`; `abort NAME`; `list rollouts`
        kinds = [one for one in names if one in ("rollout", "rollouts")]
        rest = [one for one in names if one not in kinds]
        return "rollout", rest[0] if rest else ""
    if verb in ("cordon", "uncordon", "drain"):
        return "node", names[0] if names else "?"
    if verb == "apply":
        return "", ""
    if verb == "logs":
        kind, _, name = names[0].partition("/") if names and "/" in names[0] else ("pod", "", names[0] if names else "")
        return _KINDS.get(kind, kind), name
    kind = _KINDS.get(names[0], f"{names[0]}?") if names else "?"
    return kind, names[1] if len(names) > 1 else ""


def _exists(kind: str, space: str, name: str) -> bool:
    if name.isupper():
        return kind in _KINDS.values()
    if kind == "pod" and space == "platform-telemetry":
        return (
            re.fullmatch(r"prometheus-prometheus-prometheus-\d", name) is not None
        )  # the operator's, of fullnameOverride
    if kind in _OF_CONTROLLERS or kind in _WHOLE_CLUSTER:
        return False  # a name that is written down here would be wrong tomorrow
    # A job is named after its image's digest.
    wanted = re.escape(name).replace("DIGEST", "[0-9a-f]{12}")
    return any(k == kind and n == space and re.fullmatch(wanted, called) for k, n, called in environment.objects())


def _labels(selector: str, space: str) -> Iterator[str]:
    for one in filter(None, selector.split(",")):
        key, _, value = one.partition("=")
        ours = f"billing-{value}" == space
        good = {
            "app.kubernetes.io/name": ours or (space == "platform-telemetry" and value in _TELEMETRY_PODS),
            "app.kubernetes.io/component": value == "migration" and space in _MIGRATES,
            "rollout": ours,
        }
        if not good.get(key, False):
            yield f"-l {one}: no pod of {space} has it"
