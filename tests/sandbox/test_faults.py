"""Throttling, slow and lost answers, cancellation: what the provider does when the cloud misbehaves."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from sandbox import process, wire
from sandbox.process import Running
from tests.sandbox.conftest import Engine

VPC, KEY, BUCKET = "aws:ec2/vpc:Vpc", "aws:kms/key:Key", "aws:s3/bucket:Bucket"


def order(running: Running, **faults: Any) -> dict[str, Any]:
    url = f"{running.aws_url}/_sandbox/faults"
    request = urllib.request.Request(url, json.dumps(faults).encode() if faults else None)
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


@pytest.fixture(autouse=True)
def _no_faults_left(sandbox: Running) -> Iterator[None]:
    yield
    order(sandbox, throttle=0)


@pytest.mark.parametrize(
    ("token", "inputs"), [(VPC, {"cidrBlock": "10.0.0.0/16"}), (KEY, {}), (BUCKET, {"forceDestroy": True})]
)
def test_three_refusals_in_the_words_of_each_service_are_survived(
    engine: Engine, token: str, inputs: dict[str, Any]
) -> None:
    before = process.status(engine.running)["throttled"]
    order(engine.running, throttle=3)
    assert engine.create(token, inputs)[0]
    assert process.status(engine.running)["throttled"] - before == 3


def test_twenty_refusals_over_parallel_calls_make_each_resource_once(engine: Engine) -> None:
    order(engine.running, throttle=20)
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda n: engine.create(VPC, {"cidrBlock": f"10.{n}.0.0/16"})[0], range(4)))
    assert len(set(ids)) == 4
    assert process.status(engine.running)["resources"][engine.account] == {"ec2:vpc": 4}


CREATING = [
    (VPC, {"cidrBlock": "10.{}.0.0/16"}, "CreateVpc", "UnauthorizedOperation"),
    (KEY, {"description": "{}"}, "CreateKey", "AccessDeniedException"),
    (BUCKET, {"bucket": "to-fail-{}"}, "PUT", "AccessDenied"),
]


@pytest.mark.parametrize(("token", "inputs", "operation", "code"), CREATING)
def test_the_call_that_is_to_fail_is_refused_once_and_for_good_in_the_words_of_its_service(
    engine: Engine, token: str, inputs: dict[str, str], operation: str, code: str
) -> None:
    order(engine.running, fail=2, operation=operation)
    first, second = ({key: text.format(n) for key, text in inputs.items()} for n in (1, 2))
    assert engine.create(token, first)[0]
    with pytest.raises(grpc.RpcError, match=code):
        engine.create(token, second)
    assert order(engine.running)["fail"] == 0
    assert engine.create(token, second)[0]


def test_a_late_answer_is_waited_for(engine: Engine) -> None:
    order(engine.running, delay_s=0.5, operation="CreateVpc", times=1)
    started = time.monotonic()
    engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    assert time.monotonic() - started > 0.5
    assert process.status(engine.running)["resources"][engine.account] == {"ec2:vpc": 1}


def test_the_calls_to_skip_pass_before_an_answer_is_lost(engine: Engine) -> None:
    order(engine.running, skip=1, lose_response=1, operation="CreateVpc")
    engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    with pytest.raises(grpc.RpcError, match="may have taken effect"):
        engine.create(VPC, {"cidrBlock": "10.1.0.0/16"})


def test_a_creation_whose_answer_was_lost_is_not_made_twice(engine: Engine) -> None:
    order(engine.running, lose_response=1, operation="CreateVpc")
    with pytest.raises(grpc.RpcError, match="may have taken effect: look for the resource and import it"):
        engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    assert process.status(engine.running)["resources"][engine.account] == {"ec2:vpc": 1}


def test_a_reading_whose_answer_was_lost_is_repeated(engine: Engine) -> None:
    order(engine.running, lose_response=2, operation="DescribeVpcs")
    assert engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})[0]


def test_cancel_ends_waiting(engine: Engine) -> None:
    order(engine.running, throttle=1000)
    threading.Timer(0.5, lambda: engine.stub.Cancel(empty_pb2.Empty())).start()
    started = time.monotonic()
    with pytest.raises(grpc.RpcError, match="cancelled by the engine"):
        engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    assert time.monotonic() - started < 3


def in_cloud(engine: Engine) -> bool:
    return engine.account in process.status(engine.running)["resources"]


def test_a_creation_whose_engine_died_stays_and_goes_no_further(engine: Engine) -> None:
    order(engine.running, delay_s=1.5, operation="CreateVpc", times=1)
    properties = wire.encode(engine.checked(VPC, {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}))
    call = engine.stub.Create.future(provider_pb2.CreateRequest(urn=engine.urn(VPC), properties=properties))
    wait_until(lambda: in_cloud(engine))
    call.cancel()
    time.sleep(2.5)
    (vpc,) = [vpc for vpc in engine.client("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    attribute = engine.client("ec2").describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute="enableDnsHostnames")
    assert attribute["EnableDnsHostnames"]["Value"] is False


def wait_until(condition: Callable[[], bool], patience_s: float = 15) -> None:
    until = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_order_that_is_not_understood_is_refused_with_what_is(sandbox: Running) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        order(sandbox, throtle=3)
    answer = json.load(error.value)
    assert error.value.code == 400
    assert answer["known"] == ["throttle", "skip", "delay_s", "fail", "lose_response", "operation", "times"]
