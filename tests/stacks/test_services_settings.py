"""Settings of services: every mistake is named with its key, value, what is allowed and the remedy."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from stacks.reading import Problem, SettingsError
from stacks.settings import parse
from tests.stacks.programs import ROOT

Config = dict[str, Any]
_CERTIFICATE = "arn:aws:acm:eu-central-1:999999999999:certificate/00000000-0000-0000-0000-000000000000"
_ELSEWHERE = "arn:aws:acm:eu-west-1:418295703364:certificate/00000000-0000-0000-0000-000000000000"
_CARDS = "api.card-processor.example"


def _config(environment: str = "staging") -> Config:
    config: Config = yaml.safe_load((ROOT / f"Pulumi.{environment}.yaml").read_text())["config"]
    return copy.deepcopy(config)


def _problems(change: Callable[[Config], Any], environment: str = "staging") -> list[Problem]:
    config = _config(environment)
    change(config)
    with pytest.raises(SettingsError) as caught:
        parse(environment, config)
    return caught.value.errors


def _set(*path: str, value: object) -> Callable[[Config], None]:
    def change(config: Config) -> None:
        target = config[f"billing-platform:{path[0]}"]
        for key in path[1:-1]:
            target = target[key]
        if value is None:
            del target[path[-1]]
        else:
            target[path[-1]] = value

    return change


def _release(service: str, key: str, value: object) -> Callable[[Config], None]:
    return _set("services", "releases", service, key, value=value)


# What is changed in staging; the key and value that are named; words of what is allowed; words of the remedy.
MISTAKES: list[tuple[Callable[[Config], Any], str, object, str, str]] = [
    (_release("api", "digest", "v1.2.3"), "releases.api.digest", "v1.2.3", "a tag can be moved", "correct"),
    (_release("api", "replicas_min", 1), "releases.api.replicas_min", 1, "greater than or equal to 2", "correct"),
    (_release("api", "replicas_min", 2), "releases.api.replicas_min", 2, "at least 3: its risk is payment", "raise"),
    (_release("ledger", "replicas_max", 101), "releases.ledger.replicas_max", 101, "or equal to 100", "correct"),
    (_release("webhooks", "replicas_min", 5), "releases.webhooks.replicas_max", 4, "replicas_min (5)", "raise"),
    (_release("api", "requests_per_s", 0), "releases.api.requests_per_s", 0, "greater than 0", "correct"),
    (_release("api", "charges_per_s", 6), "releases.api.charges_per_s", 6, "at most requests_per_s (5", "lower"),
    (_release("api", "charges_per_s", None), "releases.api.charges_per_s", 0.0, "above 0", "count"),
    (_release("api", "host", None), "releases.api.host", None, "the service has routes", "name where"),
    (_release("api", "host", "https://x.example"), "releases.api.host", "https://x.example", "domain name", "correct"),
    (_release("ledger", "host", "l.example"), "releases.ledger.host", "l.example", "has no routes", "remove"),
    (
        _release("webhooks", "host", "api.staging.kestrel-billing.example"),
        "releases.webhooks.host",
        "api.staging.kestrel-billing.example",
        "api has it, on another load balancer",
        "another host",
    ),
    (_set("services", "releases", "ledger", value=None), "releases.ledger", None, "of every service", "add it"),
    (_set("services", "certificate_arn", value="arn:x"), "certificate_arn", "arn:x", "certificate in ACM", "correct"),
    (_set("services", "certificate_arn", value=_CERTIFICATE), "certificate_arn", _CERTIFICATE, "account 41", "there"),
    (_set("services", "certificate_arn", value=_ELSEWHERE), "certificate_arn", _ELSEWHERE, "eu-central-1", "there"),
    (_set("services", "egress", _CARDS, value=None), f"egress.{_CARDS}", None, "api calls it", "ask who runs it"),
    (
        _set("services", "egress", "x.example", value=["1.1.1.1/32"]),
        "egress.x.example",
        "(nobody calls it)",
        _CARDS,
        "re",
    ),
    (_set("services", "egress", _CARDS, value=["1.0.0.0/8"]), f"egress.{_CARDS}[0]", "1.0.0.0/8", "/22 or", "proxy"),
    (_set("services", "egress", _CARDS, value=["0.0.0.0/0"]), f"egress.{_CARDS}[0]", "0.0.0.0/0", "/22 or", "proxy"),
    (_set("services", "egress", _CARDS, value=["10.1.0.0/24"]), f"egress.{_CARDS}[0]", "10.1.0.0/24", "private", "pub"),
    (_set("services", "egress", _CARDS, value=[]), f"egress.{_CARDS}", [], "at least 1 item", "correct"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[1])
def test_a_mistake_is_named_with_key_value_what_is_allowed_and_the_remedy(mistake: Any) -> None:
    change, key, value, allowed, remedy = mistake
    (problem,) = _problems(change)
    assert (problem.key, problem.value) == (f"billing-platform:services.{key}", value)
    assert allowed in problem.allowed
    assert remedy in problem.remedy


def test_a_release_of_no_service_is_told_where_services_are_defined() -> None:
    def add(config: Config) -> None:
        releases = config["billing-platform:services"]["releases"]
        releases["invoices"] = {**releases["ledger"]}

    (problem,) = _problems(add)
    assert problem.key == "billing-platform:services.releases.invoices"
    assert "stacks/services.py" in problem.remedy


@pytest.mark.parametrize(
    ("change", "key", "allowed"),
    [
        (_set("data", "databases", "subscriptions", value=None), "data.databases.subscriptions", "service api uses it"),
        (_set("secrets", "credentials", "mail", value=None), "secrets.credentials.mail", "of service webhooks"),
        (
            _set("secrets", "credentials", "mail", "service", value="api"),
            "secrets.credentials.mail.service",
            "webhooks",
        ),
    ],
)
def test_what_services_declare_must_be_there(change: Callable[[Config], Any], key: str, allowed: str) -> None:
    (problem,) = _problems(change)
    assert problem.key == f"billing-platform:{key}"
    assert allowed in problem.allowed


def test_queues_are_reached_by_an_endpoint() -> None:
    (problem,) = _problems(lambda c: c["billing-platform:network"]["endpoints"]["interface"].remove("sqs"))
    assert problem.key == "billing-platform:network.endpoints.interface"
    assert problem.remedy == "add sqs"


def test_connections_stay_below_what_the_database_takes() -> None:
    """A db.t4g.medium takes 405 connections: 2 x 5 x 40 of api are more than the 395 that are for services."""
    (problem,) = _problems(_release("api", "replicas_max", 40))
    assert problem.key == "billing-platform:services.releases.api.replicas_max"
    assert "below the 395 connections of the database subscriptions (10 are kept free): api 400, together 400" in (
        problem.allowed
    )
    assert "take a larger database" in problem.remedy
    parse("staging", _with(_release("api", "replicas_max", 39)))


def _with(change: Callable[[Config], Any]) -> Config:
    config = _config()
    change(config)
    return config
