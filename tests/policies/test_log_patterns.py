from datetime import date

import pytest

from policies import tokens
from policies.engine import evaluate
from policies.examples import Example, Node, Ref, graph_of
from policies.rules import BY_ID
from policies.rules.logs.nodes import alarm, counter, watching
from policies.rules.logs.patterns import matches_event
from policies.rules.logs.watched import WATCHED, watched_by
from policies.waivers import Waivers

_EVENT = {
    "readOnly": "false",
    "eventName": "StopLogging",
    "userIdentity.type": "Root",
    "errorCode": "Client.UnauthorizedOperation",
}


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.eventName = StopLogging }",
        '{$.eventName="StopLogging"}',
        "{ ($.eventName = Stop*) && ($.userIdentity.type = Root) }",
        "{ $.eventName = DeleteTrail || $.eventName = StopLogging }",
        "{ $.eventName = x || $.eventName = StopLogging && $.userIdentity.type = Root }",
        "{ (($.eventName = *Logging)) }",
        "{ $.eventName != DeleteTrail }",
        "{ $.userIdentity.invokedBy NOT EXISTS }",
        "{ $.userIdentity.type EXISTS }",
        "{ $.readOnly IS FALSE }",
        '{ $.errorCode = "*UnauthorizedOperation" }',
    ],
)
def test_a_pattern_matches_by_its_meaning(pattern: str) -> None:
    assert matches_event(pattern, _EVENT)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "StopLogging",
        '"StopLogging"',
        "{ $.eventName = StopLoggin }",
        "{ $.eventName = stoplogging }",
        "{ $.eventName = StopLogging",
        "{ ($.eventName = StopLogging }",
        "{ $.eventName = StopLogging } x",
        "{ $.eventName StopLogging }",
        "{ $.eventName = StopLogging && }",
        "{ ($.eventName = x || $.eventName = StopLogging) && $.userIdentity.type = IAMUser }",
        "{ $.missing != x }",
        "{ $.missing EXISTS }",
        "{ $.eventName NOT EXISTS }",
        "{ $.eventName = %Stop.*% }",
        "{ $.eventName IS NULL }",
        "{ $.readOnly IS TRUE }",
        "[StopLogging]",
        "{}",
        "{",
    ],
)
def test_a_pattern_matches_nothing_else(pattern: str) -> None:
    assert not matches_event(pattern, _EVENT)


def _names(*names: str) -> str:
    return "||".join(f"($.eventName={name})" for name in names)


@pytest.mark.parametrize(
    ("number", "pattern"),
    [
        ("4.1", '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }'),
        ("4.2", '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }'),
        (
            "4.3",
            '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
            ' && $.eventType != "AwsServiceEvent" }',
        ),
        (
            "4.5",
            "{" + _names("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging") + "}",
        ),
        ("4.6", '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }'),
        ("4.7", "{($.eventSource=kms.amazonaws.com)&&(" + _names("DisableKey", "ScheduleKeyDeletion") + ")}"),
        (
            "4.10",
            "{ "
            + _names(
                "AuthorizeSecurityGroupIngress",
                "AuthorizeSecurityGroupEgress",
                "RevokeSecurityGroupIngress",
                "RevokeSecurityGroupEgress",
                "CreateSecurityGroup",
                "DeleteSecurityGroup",
            )
            + " }",
        ),
        (
            "4.12",
            "{ "
            + _names(
                "CreateCustomerGateway",
                "DeleteCustomerGateway",
                "AttachInternetGateway",
                "CreateInternetGateway",
                "DeleteInternetGateway",
                "DetachInternetGateway",
            )
            + " }",
        ),
        ("4.15", "{ $.eventSource = organizations.amazonaws.com }"),
    ],
)
def test_the_benchmarks_own_pattern_meets_its_recommendation_alone(number: str, pattern: str) -> None:
    assert watched_by(pattern) == {number}


def test_a_pattern_that_matches_everything_meets_nothing() -> None:
    assert watched_by("{ $.eventName = * }") == set()


def test_every_recommendation_is_watched_once() -> None:
    assert [watched.number for watched in WATCHED] == [f"4.{number}" for number in range(1, 16)]
    # as many events as the benchmark's patterns name
    assert [len(watched.events) for watched in WATCHED] == [2, 1, 1, 16, 5, 1, 2, 9, 4, 6, 6, 6, 7, 11, 18]


_KMS = "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}"
_QUERY = {"id": "m", "metric": {"namespace": "CIS", "metricName": "4.7"}}


def _messages(example: Example) -> list[str]:
    report = evaluate(graph_of(example), [BY_ID["LOG-03"]], Waivers(), date(2026, 1, 1))
    return [finding.message for finding in report.findings]


@pytest.mark.parametrize("number", [watched.number for watched in WATCHED])
def test_each_recommendation_is_missed_by_itself(number: str) -> None:
    (message,) = _messages(watching(without=number))
    assert f"(CIS {number}) raise no alarm: no filter counts them" in message


def test_an_alarm_may_ask_for_the_metric_in_a_query() -> None:
    asking = Node(tokens.METRIC_ALARM, "q", {"metricQueries": [_QUERY], "alarmActions": [Ref("alerts")]})
    assert _messages(watching(counter("4.7", _KMS), asking, without="4.7")) == []


@pytest.mark.parametrize(
    ("nodes", "lacking"),
    [
        ((counter("4.7", "{ $.eventName = DisableKey }"), alarm("4.7")), "no filter counts them"),
        ((counter("4.7", "DisableKey ScheduleKeyDeletion"), alarm("4.7")), "no filter counts them"),
        ((counter("4.7", "{ $.eventName = * }"), alarm("4.7")), "no filter counts them"),
        ((counter("4.7", _KMS, "another"), alarm("4.7")), "no filter counts them"),
        ((counter("4.7", _KMS, value="0"), alarm("4.7")), "no alarm with an action watches the filter"),
        ((counter("4.7", _KMS), alarm("4.7", namespace="other")), "no alarm with an action watches the filter"),
        ((counter("4.7", _KMS), alarm("4.7", metricName="4.70")), "no alarm with an action watches the filter"),
        ((counter("4.7", _KMS), alarm("4.7", actionsEnabled=False)), "no alarm with an action watches the filter"),
        ((counter("4.7", _KMS), alarm("4.7", alarmActions=[])), "no alarm with an action watches the filter"),
    ],
)
def test_a_filter_or_alarm_that_does_half_of_it_does_not_count(nodes: Example, lacking: str) -> None:
    assert _messages(watching(*nodes, without="4.7")) == [
        f"keys disabled or to be deleted (CIS 4.7) raise no alarm: {lacking}"
    ]
