"""The documents: well-formed, the same each time, and nothing in them acts or reaches out, whatever a name holds."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platformctl.picture import document, draw, mermaid
from policies.graph import Graph
from tests.platformctl.picture.reviews import HOSTILE
from tests.platformctl.picture.states import graph, resource, shop

SVG = "{http://www.w3.org/2000/svg}"
texts = st.text(st.characters(), max_size=80)


def _named(name: str) -> Graph:
    return graph(
        *shop(
            resource("aws:s3/bucket:Bucket", name, "b", bucket=name),
            resource("aws:sqs/queue:Queue", "q", "q", name=name),
            resource("aws:rds/instance:Instance", "d", "d", identifier=name, engine=name, dbSubnetGroupName="db"),
            resource("aws:ec2/subnet:Subnet", "s", "s", vpcId="vpc-1", availabilityZone=name, tags={"tier": name}),
            resource("kubernetes:apps/v1:Deployment", "n", "n", metadata={"namespace": name}),
        )
    )


def test_is_well_formed_and_says_what_it_is(staging: Graph) -> None:
    root = ElementTree.fromstring(draw(staging))
    assert root.tag == f"{SVG}svg"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == "The environment staging"
    assert "billing-api to subscriptions (data)" in (description.text or "")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


def test_reaches_for_nothing(staging: Graph) -> None:
    drawn = draw(staging).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?://(?!www\.w3\.org)|href|url\(|@import|<script|<image|\son\w+=", drawn)


@pytest.mark.parametrize("name", [HOSTILE, "</style><script>", "]]>", "--><!--", "%%{init: {}}%%", "end", "a\nb"])
def test_names_that_would_act_are_only_text(name: str) -> None:
    root = ElementTree.fromstring(draw(_named(name)))
    known = {"svg", "title", "desc", "style", "rect", "g", "path", "text", "circle"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= known
    assert {key for element in root.iter() for key in element.attrib if key.startswith("on")} == set()
    _check_chart(mermaid(_named(name)))


@given(texts)
def test_any_name_makes_well_formed_documents(name: str) -> None:
    ElementTree.fromstring(draw(_named(name)))
    _check_chart(mermaid(_named(name)))


def _check_chart(chart: str) -> None:
    """Every line is one of the few forms that are written, with nothing in a label that Mermaid would read."""
    label = r'"(?:[^"\[\](){}<>|;`#&\\]|#\d+;|<br/>)*"'
    forms = [
        r"flowchart LR",
        rf" *subgraph \w+\[{label}\]",
        r" *end",
        rf" *\w+(?:\[\({label}\)\]|\[\[{label}\]\]|\(\[{label}\]\)|\[{label}\])",
        r" *n\d+ (?:-->|==>|-\.->)\|[a-z ]+\| n\d+",
        r" *classDef \w+ stroke:#[0-9a-f]{6},stroke-width:[23]px",
        r" *class n\d+(?:,n\d+)* \w+",
    ]
    lines = chart.splitlines()
    wrong = [line for line in lines if not any(re.fullmatch(form, line) for form in forms)]
    assert not wrong
    assert sum(line.lstrip().startswith("subgraph ") for line in lines) == sum(line.strip() == "end" for line in lines)
    made = set(re.findall(r"^ *(n\d+)[\[(]", chart, re.MULTILINE))
    used = set(re.findall(r"\bn\d+\b(?= *-->| *==>| *-\.->)|(?<=\| )n\d+$", chart, re.MULTILINE))
    assert used <= made


def test_a_chart_has_every_flow_of_the_picture(staging: Graph) -> None:
    chart = mermaid(staging, {one.urn: "update" for one in staging.resources})
    _check_chart(chart)
    assert chart.count("|database sessions|") == 3
    assert chart.count("|messages|") == 8


def test_the_order_of_resources_does_not_matter() -> None:
    changed = {one["urn"]: "create" for one in shop()}
    one, other = graph(*shop()), graph(*reversed(shop()))
    assert draw(one, changed) == draw(other, dict(reversed(changed.items())))
    assert mermaid(one) == mermaid(other)
    assert document(one) == document(other)


def test_is_the_same_in_processes_that_hash_differently() -> None:
    program = (
        "from platformctl.picture import draw, mermaid\nfrom tests.platformctl.picture.states import graph, shop\n"
        "print(draw(graph(*shop())), mermaid(graph(*shop())))"
    )
    root = Path(__file__).parents[3]
    drawn = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, env={"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(drawn) == 1


def test_secret_values_are_in_no_form() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hunter2"}
    hidden = graph(
        *shop(
            resource("aws:sqs/queue:Queue", "s", "s", name=secret),
            resource("aws:rds/instance:Instance", "d", "d", engine=secret, identifier=secret, port=secret),
            resource("aws:s3/bucket:Bucket", "b", "b", bucket=secret, tags=secret),
        )
    )
    for form in (draw(hidden), mermaid(hidden), document(hidden)):
        assert "hunter2" not in form
