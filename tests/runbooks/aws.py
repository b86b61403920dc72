"""What is wrong with an aws command: its operation, options and output by the models of botocore, and its names."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jmespath  # type: ignore[import-untyped]  # it has no types
from botocore import xform_name
from botocore.session import get_session

from tests.runbooks.environment import named

_GLOBAL = {"--query", "--output", "--region", "--max-items"}  # AWS CLI, "Command line options", and pagination
# Of the CLI alone, which no model has: `aws eks update-kubeconfig help`.
CUSTOM = {("eks", "update-kubeconfig"): {"--name", "--region"}}
_BARE = {"--deletion-protection"}  # flags without a value
_SCOPE = {"Name", "Value"}


@cache
def _service(name: str) -> Any:
    return get_session().get_service_model("s3" if name == "s3api" else name)


def operation(words: tuple[str, ...]) -> Any | None:
    """The model of the operation that a command calls; None where there is none."""
    try:
        model = _service(words[1])
    except Exception:
        return None
    found = [name for name in model.operation_names if xform_name(name, "-") == words[2]]
    return model.operation_model(found[0]) if found else None


def options(words: tuple[str, ...]) -> dict[str, list[str]]:
    """The values of each option."""
    found: dict[str, list[str]] = {}
    last: list[str] = []
    for word in words[3:]:
        if word.startswith("--"):
            last = found.setdefault(word, [])
        else:
            last.append(word)
    return found


def problems(words: tuple[str, ...], whole: bool = True) -> list[str]:
    return list(_problems(words, whole))


def _problems(words: tuple[str, ...], whole: bool) -> Iterator[str]:
    if len(words) < 3:
        yield f"{' '.join(words)}: an operation is missing"
        return
    given = options(words)
    if words[1:3] in CUSTOM:
        yield from (f"{one}: no such option" for one in given.keys() - CUSTOM[words[1], words[2]])
        return
    model = operation(words)
    if model is None:
        yield f"{words[1]} {words[2]}: there is no such operation"
        return
    members = model.input_shape.members if model.input_shape else {}
    known = {f"--{xform_name(name, '-')}": name for name in members}
    yield from (f"{one}: {words[2]} has no such option" for one in sorted(given.keys() - known.keys() - _GLOBAL))
    if whole:
        needed = set(model.input_shape.required_members if model.input_shape else ())
        yield from (f"{one}: {words[2]} needs it" for one in sorted(needed - {known.get(one) for one in given}))
    yield from (f"{one}: it needs a value" for one, values in given.items() if not values and one not in _BARE)
    for query in given.get("--query", ()):
        yield from _query_problems(query, model.output_shape)
    for option, values in given.items():
        for value in values:
            yield from _name_problems(words, option, value)


def _query_problems(query: str, shape: Any) -> Iterator[str]:
    """Fields that the answer does not have."""
    try:
        parsed = jmespath.compile(query).parsed
    except Exception as problem:
        yield f"--query {query}: {problem}"
        return
    try:
        _walk(parsed, shape)
    except LookupError as missing:
        yield f"--query {query}: the answer has no {missing}"


def _walk(node: Any, shape: Any) -> Any:
    """The shape that a part of a JMESPath leads to; LookupError where it leads nowhere."""
    kind, children = node["type"], node.get("children", [])
    if kind == "field":
        return _field(shape, node["value"])
    if kind == "subexpression":
        for child in children:
            shape = _walk(child, shape)
        return shape
    if kind in ("projection", "filter_projection", "index_expression", "flatten"):
        return _list(kind, children, shape)
    if kind in ("multi_select_list", "multi_select_dict"):
        for child in children:
            _walk(child.get("children", [child])[0] if child["type"] == "key_val_pair" else child, shape)
    return shape


def _list(kind: str, children: list[Any], shape: Any) -> Any:
    inner = _walk(children[0], shape)
    if kind == "index_expression":
        return getattr(inner, "member", inner)
    if kind == "flatten":
        return inner
    element = getattr(inner, "member", inner)
    if kind == "filter_projection":
        _walk(children[2], element)
    return _walk(children[1], element)


def _field(shape: Any, name: str) -> Any:
    members = getattr(shape, "members", None)
    if members is None:
        return getattr(shape, "value", shape)  # a map's values
    if name not in members:
        raise LookupError(name)
    return members[name]


def _names(option: str) -> frozenset[str] | None:
    """What the values of an option must be among; None where anything goes."""
    cluster, server = (
        named("aws:rds/cluster:Cluster", "clusterIdentifier"),
        named("aws:rds/clusterInstance:ClusterInstance", "identifier"),
    )
    # RDS names the members of a Multi-AZ cluster itself: components/databases/topology.py, members
    servers = {*server, *(f"{one}-instance-{number}" for one in cluster for number in (1, 2, 3))}
    roles = {*named("aws:iam/role:Role", "name"), "break-glass"}
    tables: dict[str, set[str] | frozenset[str]] = {
        "--source-identifier": cluster,
        "--source-db-cluster-identifier": cluster,
        "--db-cluster-identifier": {*cluster, "prod-ledger-restored"},
        "--db-instance-identifier": {*servers, "prod-ledger-restored-1"},
        "--target-db-instance-identifier": servers,
        "--db-subnet-group-name": named("aws:rds/subnetGroup:SubnetGroup", "name"),
        "--db-cluster-parameter-group-name": named("aws:rds/clusterParameterGroup:ClusterParameterGroup", "name"),
        "--alarm-names": named("aws:cloudwatch/metricAlarm:MetricAlarm", "name"),
        "--log-group-name": named("aws:cloudwatch/logGroup:LogGroup", "name"),
        "--trail-name": named("aws:cloudtrail/trail:Trail", "name"),
        "--delivery-stream-name": named("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "name"),
        "--backup-vault-name": named("aws:backup/vault:Vault", "name"),
        "--by-backup-vault-name": named("aws:backup/vault:Vault", "name"),
        "--secret-id": named("aws:secretsmanager/secret:Secret", "name"),
        "--cluster-name": named("aws:eks/cluster:Cluster", "name"),
        "--role-name": roles,
        "--region": {"eu-central-1", "eu-west-1"},
    }
    found = tables.get(option)
    return None if found is None else frozenset(found)


def _name_problems(words: tuple[str, ...], option: str, value: str) -> Iterator[str]:
    if re.fullmatch(r"[A-Z][A-Z_]+", value):
        return  # for people to fill in
    allowed = _names(option)
    if option == "--name":
        allowed = {"eks": named("aws:eks/cluster:Cluster", "name"), "cloudtrail": _names("--trail-name")}.get(words[1])
    if allowed is not None and value not in allowed:
        yield f"{option} {value}: production has none of that name"
    if option == "--alarm-name-prefix" and not any(one.startswith(value) for one in _names("--alarm-names") or ()):
        yield f"{option} {value}: no alarm begins so"
    queues = named("aws:sqs/queue:Queue", "name")
    if option in ("--queue-url", "--source-arn") and re.split("[/:]", value)[-1] not in queues:
        yield f"{option} {value}: there is no such queue"
    if option in ("--iam-role-arn",) and value.rpartition("/")[2] not in (_names("--role-name") or ()):
        yield f"{option} {value}: there is no such role"
    if value.startswith("alias/") and value not in named("aws:kms/alias:Alias", "name"):
        yield f"{option} {value}: there is no such key"
    if option == "--dimensions":
        yield from _dimension_problems(value)


def _dimension_problems(value: str) -> Iterator[str]:
    pairs = dict(one.split("=", 1) for one in value.split(","))
    if pairs.keys() != _SCOPE:
        yield f"--dimensions {value}: Name=...,Value=..."
        return
    known = {
        "QueueName": named("aws:sqs/queue:Queue", "name"),
        "DBClusterIdentifier": _names("--source-identifier"),
        "DBInstanceIdentifier": _names("--target-db-instance-identifier"),
        "Role": frozenset({"WRITER", "READER"}),
    }
    if pairs["Value"] not in (known.get(pairs["Name"]) or ()):
        yield f"--dimensions {value}: there is none"
