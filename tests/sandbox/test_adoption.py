"""What an interrupted creation made, of every type: found, adopted and not replaced, or made again without harm."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from platformctl.recovery.adoption import MADE_AGAIN_HARMLESSLY, find
from platformctl.recovery.untold import as_asked
from sandbox import process, wire
from tests.sandbox.conftest import REGION, Engine
from tests.sandbox.examples import EXAMPLES
from tests.sandbox.test_faults import order
from tests.sandbox.test_lifecycles import example

AGAIN = [token for token in EXAMPLES if token.startswith(MADE_AGAIN_HARMLESSLY) and token != "aws:s3/bucket:Bucket"]
ADOPTED = [token for token in EXAMPLES if token not in AGAIN]
NOTHING = provider_pb2.DiffResponse.DIFF_NONE
NAMED_BY_TAG = {"tags": {"Name": "adopted"}}


@pytest.mark.parametrize("calls", ["all", "first"])
@pytest.mark.parametrize("token", ADOPTED)
def test_what_was_made_without_an_answer_is_found_and_finished(token: str, calls: str, tagged_engine: Engine) -> None:
    engine = tagged_engine
    inputs = example(token, engine)
    if "tags" in inputs:
        inputs |= NAMED_BY_TAG
    pending: Any = {"urn": engine.urn(token), "type": token, "inputs": engine.checked(token, inputs)}
    variables = process.environment(engine.running, engine.account, REGION)
    target: Any = SimpleNamespace(variables=variables, sandbox=engine.running)
    assert find(target, pending) is None
    engine.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})  # by now the provider has its credentials
    if calls == "first":
        order(engine.running, fail=2)
    with suppress(grpc.RpcError):
        engine.create(token, inputs)
    order(engine.running, fail=0)
    id_ = find(target, pending)
    assert id_
    told = engine.read(token, id_)
    (adopted,) = as_asked([{**pending, "inputs": wire.decode(told.inputs)}], {pending["urn"]: pending})
    answer = engine.diff(token, adopted["inputs"], pending["inputs"])
    assert not answer.replaces, dict(answer.detailedDiff)
    if answer.detailedDiff:
        old, new = (wire.encode(one["inputs"]) for one in (adopted, pending))
        update = provider_pb2.UpdateRequest(
            urn=pending["urn"], id=told.id, old_inputs=old, olds=told.properties, news=new
        )
        engine.stub.Update(update)
    finished = engine.read(token, told.id, inputs)
    assert engine.diff(token, wire.decode(finished.inputs), pending["inputs"]).changes == NOTHING


@pytest.mark.parametrize("token", AGAIN)
def test_what_is_not_looked_for_can_be_made_again(token: str, tagged_engine: Engine) -> None:
    inputs = example(token, tagged_engine)
    counts = []
    for _ in range(2):
        tagged_engine.create(token, inputs)
        counts.append(process.status(tagged_engine.running)["resources"].get(tagged_engine.account))
    assert counts[0] == counts[1]
