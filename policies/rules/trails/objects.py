"""Who reads and writes the objects that matter is on record."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.trails.nodes import advanced, field, trail
from policies.rules.trails.selectors import records_objects

_RECORDED_CLASSES = ("financial", "audit")


def _object_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    trails = [t for t in graph.of_type(tokens.TRAIL) if t.props.get("enableLogging", True) is True]
    if not records_objects(trails, bucket):
        yield Problem(None, "no trail records who reads and who writes the objects of this bucket")


def _must_be_recorded(bucket: Resource, graph: Graph) -> bool:
    """Buckets of evidence, financial or card data, in a stack that has the account's trail."""
    if not graph.of_type(tokens.TRAIL):
        return False
    return graph.tag(bucket, "data-class") in _RECORDED_CLASSES or graph.tag(bucket, "pci-scope") == "cde"


def _data(name: str, *values: object, type_: str = "AWS::S3::Object", ways: str = "All", **more: object) -> Node:
    resources = [{"type": type_, "values": list(values)}]
    return trail(name, eventSelectors=[{"dataResources": resources, "readWriteType": ways}], **more)


def _objects(*values: object, **more: str) -> Example:
    return (_BUCKET, _data("account", *values, **more))


def _object_fields(*fields: dict[str, object]) -> Example:
    return (_BUCKET, advanced(field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object"), *fields))


_ARN = "arn:aws:s3:::invoices"
_BUCKET = Node(tokens.BUCKET, "invoices", {"bucket": "invoices", "tags": {"data-class": "financial"}})
_CDE = Node(tokens.BUCKET, "invoices", {"bucket": "invoices", "tags": {"pci-scope": "cde"}})

RULES = (
    Rule(
        id="CT-05",
        name="object-access-is-recorded",
        summary="A trail records every access to the objects of financial, audit and card-data buckets.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.BUCKET,),
        reads=("bucket", "tags", "eventSelectors", "advancedEventSelectors", "enableLogging"),
        controls=(*pci("L", "10.2.1", "10.2.1.1"), *cis(("3.8", "3.9"), ("3.8", "3.9")), *soc2("CC7.2")),
        remedy='Select data events: {"type": "AWS::S3::Object", "values": [f"{bucket.arn}/"]} with readWriteType All.',
        problems=_object_problems,
        applies=_must_be_recorded,
        needs_graph=True,
        passes=(
            _objects(f"{_ARN}/"),
            _objects("arn:aws:s3"),
            _objects("arn:aws:s3:::other/", "arn:aws:s3:::"),
            _objects(Ref("invoices")),
            (_CDE, _data("account", f"{_ARN}/")),
            (_BUCKET, *(_data(ways, f"{_ARN}/", ways=ways) for ways in ("ReadOnly", "WriteOnly"))),
            _object_fields(),
            _object_fields(field("resources.ARN", startsWiths=[f"{_ARN}/"])),
            _object_fields(field("resources.ARN", startsWiths=[Ref("invoices")])),
            _object_fields(field("resources.ARN", notStartsWiths=["arn:aws:s3:::logs/"])),
        ),
        fails=(
            (_BUCKET, trail()),
            (_CDE, trail()),
            _objects(_ARN),
            _objects(f"{_ARN}/2026/"),
            _objects("arn:aws:s3:::invoices-2/"),
            _objects(f"{_ARN}/", ways="WriteOnly"),
            _objects(f"{_ARN}/", type_="AWS::Lambda::Function"),
            (_BUCKET, _data("off", "arn:aws:s3", enableLogging=False)),
            _object_fields(field("readOnly", "false")),
            _object_fields(field("eventName", "PutObject")),
            _object_fields(field("resources.ARN", startsWiths=[f"{_ARN}/2026/"])),
            _object_fields(field("resources.ARN", f"{_ARN}/one")),
            _object_fields(field("resources.ARN", notStartsWiths=[f"{_ARN}/drafts/"])),
            _object_fields(field("resources.ARN", notStartsWiths=["arn:aws:s3:::inv"])),
            (_BUCKET, advanced(field("eventCategory", "Data"))),
        ),
        undecided=(_objects(Ref("nowhere")),),
        ignores=((_BUCKET,), (Node(tokens.BUCKET, "public"), trail())),
    ),
)
