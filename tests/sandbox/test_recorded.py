"""Types that moto does not have: recorded by account and region, and never passed off as verified."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sandbox import check, driver, inventory
from sandbox.connections import WHOLE, in_use
from sandbox.model import mapping, number, text
from sandbox.recorded import WHY, recorded
from sandbox.resource import Resource
from sandbox.retry import AwsError

KIND = recorded(
    "aws:made/thing:Thing",
    {"cluster": text(required=True, replace=True), "name": text(replace=True), "size": number(), "labels": mapping()},
    id="{cluster}:{name}",
    chosen={"arn": "arn:aws:made:{region}:{account}:thing/{name}", "size": "3"},
    tagged=True,
)
INPUTS = {"cluster": "c", "name": "n", "labels": {"a": "b"}, "tags": {"k": "v"}, "tagsAll": {"k": "v"}}


def thing(account: str, region: str = "eu-central-1", **inputs: Any) -> Resource:
    session: Any = SimpleNamespace(account=account, region=region, default_tags={}, check=lambda *_, **__: None)
    return Resource(KIND, session, {**INPUTS, **inputs})


def again(it: Resource, **inputs: Any) -> Resource:
    return Resource(KIND, it.session, {**it.inputs, **inputs}, id=it.id, old=it.inputs)


def test_a_record_is_created_read_updated_and_deleted() -> None:
    it = thing("100000000001")
    state = driver.create(it)
    assert it.id == "c:n"
    arn = "arn:aws:made:eu-central-1:100000000001:thing/n"
    assert state == {**INPUTS, "region": "eu-central-1", "arn": arn, "size": 3}
    assert driver.update(again(it, size=5, tagsAll={"k": "w"}, tags={"k": "w"}))["tags"] == {"k": "w"}
    found = driver.read(again(it))
    assert found is not None
    assert found["size"] == 5
    for _ in range(2):  # already gone is fine
        driver.delete(it)
    assert driver.read(it) is None


def test_an_import_finds_the_record_by_its_id_alone() -> None:
    it = thing("100000000002")
    state = driver.create(it)
    found = driver.read(Resource(KIND, it.session, {}, id="c:n"))
    assert found == {**state, "tags": {"k": "v"}}
    assert driver.read(Resource(KIND, it.session, {}, id="c:other")) is None


def test_accounts_and_regions_do_not_see_each_other() -> None:
    one, two = thing("100000000003"), thing("100000000003", region="eu-west-1")
    driver.create(one)
    assert driver.read(Resource(KIND, two.session, {}, id=one.id)) is None
    driver.create(two)
    assert inventory.counts()["100000000003"] == {"made:thing": 2}
    driver.delete(one)
    assert inventory.counts()["100000000003"] == {"made:thing": 1}


def test_what_exists_is_not_made_twice_and_what_is_gone_is_not_changed() -> None:
    it = thing("100000000004")
    driver.create(it)
    with pytest.raises(AwsError, match="aws:made/thing:Thing c:n exists"):
        driver.create(thing("100000000004"))
    driver.delete(it)
    with pytest.raises(driver.Incomplete, match="c:n does not exist"):
        driver.update(again(it, size=5))


def test_what_aws_writes_over_is_made_again_without_an_error() -> None:
    kind = recorded("aws:made/setting:Setting", {"size": number()}, id="{region}", overwrites=True)
    session: Any = thing("100000000006").session
    for size in (1, 2):
        it = Resource(kind, session, {"size": size})
        assert driver.create(it)["size"] == size
    assert inventory.counts()["100000000006"] == {"made:setting": 1}


def test_unknown_properties_are_refused_as_for_every_type() -> None:
    (problem,) = check.problems(KIND, {**INPUTS, "colour": "red"})
    assert (problem.property, "does not handle" in problem.reason) == ("colour", True)


def test_the_whole_type_is_listed_as_unverified() -> None:
    assert list(in_use(KIND, INPUTS)) == [(WHOLE, WHY)]


def test_a_type_without_names_gets_ids_of_its_own() -> None:
    kind = recorded("aws:made/other:Other", {"size": number()})
    session: Any = thing("100000000005").session
    one, two = (Resource(kind, session, {"size": 1}) for _ in range(2))
    driver.create(one)
    driver.create(two)
    assert one.id != two.id
    assert one.id.startswith("other-")
