"""Secrets change every 90 days or more often: by a function, or by a person whom AWS Config reminds.

That a person changes a secret is said by its tags `rotation=manual` and `rotation-days`. The tags alone excuse
nothing: the stack must hold AWS Config's own rule on the age of secrets, for the secret's region and without a scope,
so that one that was forgotten is a finding of the account.
"""

import json
import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.general.regions import region_of
from policies.values import Block

_LONGEST_DAYS = 90
_HOURS_OF = {"hour": 1, "hours": 1, "day": 24, "days": 24}
# Secrets Manager user guide, schedule expressions: `rate(value unit)`, and cron with minutes, hours, day of month,
# month, day of week and year.
_RATE = re.compile(r"rate\((\d+) (hours?|days?)\)")
_CRON = re.compile(r"cron\(\S+ \S+ \S+ (\S+) \S+ (\S+)\)")
# AWS Config developer guide, managed rules: secretsmanager-secret-periodic-rotation, of 90 days by default.
_REMINDER = "SECRETSMANAGER_SECRET_PERIODIC_ROTATION"
_ROTATORS = ("rotationLambdaArn", "externalSecretRotationRoleArn")


def _problems(secret: Resource, graph: Graph) -> Iterator[Problem]:
    rotations = graph.referrers(secret, tokens.SECRET_ROTATION, "secretId")
    if rotations and not some(rotations, lambda rotation: _is_often_enough(rotation, graph)):
        yield Problem(None, f"the secret is not sure to change within {_LONGEST_DAYS} days")
    elif not rotations and graph.tag(secret, "rotation") != "manual":
        yield Problem(None, "nothing changes the secret, and no tag rotation=manual says that a person does")
    elif not rotations:
        yield from _manual_problems(secret, graph)


def _manual_problems(secret: Resource, graph: Graph) -> Iterator[Problem]:
    days = graph.tag(secret, "rotation-days") or ""
    if not (days.isdecimal() and 0 < int(days) <= _LONGEST_DAYS):
        yield Problem("tags", f"rotation-days must be 1 to {_LONGEST_DAYS}, got {days or 'none'}")
    region = region_of(secret, graph)
    rules = graph.of_type(tokens.CONFIG_RULE)
    if not some(rules, lambda rule: region_of(rule, graph) == region and _reminds(rule)):
        yield Problem(None, f"AWS Config does not tell of a secret that nobody changes within {_LONGEST_DAYS} days")


def _reminds(rule: Resource) -> bool:
    source = rule.props.block("source")
    if (source.get("owner"), source.get("sourceIdentifier")) != ("AWS", _REMINDER) or "scope" in rule.props:
        return False
    try:
        parameters = json.loads(str.__str__(rule.props.get("inputParameters", "{}")))
        return 0 < int(parameters.get("maxDaysSinceRotation", _LONGEST_DAYS)) <= _LONGEST_DAYS
    except (ValueError, TypeError, AttributeError):  # AWS Config refuses them
        return False


def _is_often_enough(rotation: Resource, graph: Graph) -> bool:
    on = rotation.props.get("rotationEnabled", True) is True
    by = some(_ROTATORS, lambda key: graph.is_given(rotation, key))
    return on and by and any(map(_is_within_limit, rotation.props.blocks("rotationRules")))


def _is_within_limit(rules: Block) -> bool:
    if days := rules.get("automaticallyAfterDays"):  # states say 0 where there is an expression instead
        return 0 < int(days) <= _LONGEST_DAYS
    expression = rules.get("scheduleExpression", "")
    if rate := _RATE.fullmatch(expression):
        return 0 < int(rate[1]) * _HOURS_OF[rate[2]] <= _LONGEST_DAYS * 24
    # whatever the day: one that not every month has comes again in the next but one, 62 days later at most
    return bool((cron := _CRON.fullmatch(expression)) and cron.groups() == ("*", "*"))


def _rotated(secret: object = Ref("card-processor"), by: object = Ref("rotator"), **rules: object) -> Example:
    properties = {"secretId": secret, "rotationLambdaArn": by, "rotationRules": rules}
    rotation = Node(tokens.SECRET_ROTATION, "rotation", {k: v for k, v in properties.items() if v is not None})
    return (_SECRET, _ROTATOR, rotation)


def _external(role: str) -> Node:
    """A rotation by the service that the secret is for, in a role of ours."""
    properties = {"externalSecretRotationRoleArn": role, "rotationRules": {"automaticallyAfterDays": 30}}
    return Node(tokens.SECRET_ROTATION, "rotation", {"secretId": Ref("card-processor")} | properties)


def _off() -> Example:
    *others, rotation = _rotated(automaticallyAfterDays=30)
    return (*others, Node(rotation.type, rotation.name, {**rotation.props, "rotationEnabled": False}))


def _manual(days: object = "90", rotation: str = "manual", **rule: object) -> Example:
    secret = Node(tokens.SECRET, "mail", {"tags": {"rotation": rotation, "rotation-days": days}}, provider="aws")
    source = {"owner": "AWS", "sourceIdentifier": _REMINDER}
    return (_HOME, secret, Node(tokens.CONFIG_RULE, "reminder", {"source": source} | rule, provider="aws"))


_HOME = Node(tokens.AWS_PROVIDER, "aws", {"region": "eu-central-1"})
_ROTATOR = Node("aws:lambda/function:Function", "rotator")
_SECRET = Node(tokens.SECRET, "card-processor", {"name": "card-processor"})

RULES = (
    Rule(
        id="SEC-02",
        name="secret-changes-in-time",
        summary=f"Every secret changes every {_LONGEST_DAYS} days, by a function or a person whom AWS Config reminds.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.SECRET,),
        reads=(
            "secretId",
            "rotationEnabled",
            "rotationRules",
            *_ROTATORS,
            "tags",
            "source",
            "inputParameters",
            "region",
            "scope",
        ),
        controls=(*pci("L", "3.7.4"), *pci("P", "8.3.9", "8.6.3"), *unverified("soc2", "CC6.1")),
        remedy="Use components.ServiceSecret: with a rotation by function, or with rotation_days for a person, and"
        f" AWS Config's rule {_REMINDER} in the same region.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _rotated(automaticallyAfterDays=30),
            _rotated(automaticallyAfterDays=90),
            _rotated("card-processor", "arn:aws:lambda:eu-central-1:111122223333:function:f", automaticallyAfterDays=1),
            _rotated(scheduleExpression="rate(30 days)"),
            _rotated(scheduleExpression="rate(4 hours)"),
            _rotated(scheduleExpression="rate(4 hours)", automaticallyAfterDays=0),
            _rotated(scheduleExpression="cron(0 8 1 * ? *)"),
            (_SECRET, _external("arn:aws:iam::111122223333:role/rotation")),
            _manual(),
            _manual("30", inputParameters='{"maxDaysSinceRotation": "30"}'),
        ),
        fails=(
            (_SECRET,),
            _manual()[:2],
            _manual("91"),
            _manual("0"),
            _manual("soon"),
            _manual(rotation="Manual"),
            _manual(scope={"tagKey": "watched"}),
            _manual(region="eu-west-1"),
            _manual(inputParameters='{"maxDaysSinceRotation": "365"}'),
            _manual(source={"owner": "AWS", "sourceIdentifier": "SECRETSMANAGER_SECRET_UNUSED"}),
            _manual(source={"owner": "CUSTOM_LAMBDA", "sourceIdentifier": _REMINDER}),
            _rotated("another", automaticallyAfterDays=30),
            _rotated(by=None, automaticallyAfterDays=30),
            _rotated(by="", automaticallyAfterDays=30),
            (_SECRET, _external("")),
            _rotated(),
            _rotated(automaticallyAfterDays=91),
            _rotated(automaticallyAfterDays=0),
            _rotated(scheduleExpression="rate(91 days)"),
            _rotated(scheduleExpression="rate(2161 hours)"),
            _rotated(scheduleExpression="cron(0 8 1 1 ? *)"),
            _rotated(scheduleExpression="cron(0 8 1 * ? 2027)"),
            _rotated(scheduleExpression="rate(30 days) or never"),
            _off(),
        ),
        undecided=(
            _rotated(automaticallyAfterDays=Ref("settings")),
            _rotated(Ref("lost"), automaticallyAfterDays=30),
            _rotated(by=Ref("lost"), automaticallyAfterDays=30),
            _manual(source=Ref("settings")),
        ),
    ),
)
