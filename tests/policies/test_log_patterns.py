import pytest

from policies.rules.logs.patterns import matches_event
from policies.rules.logs.watched import WATCHED, watched_by

_EVENT = {"eventName": "StopLogging", "userIdentity.type": "Root", "errorCode": "Client.UnauthorizedOperation"}


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
