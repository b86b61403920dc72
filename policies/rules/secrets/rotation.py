"""Secrets change by themselves, every 90 days or more often.

No tag excuses a secret that only a person can change: it is waived. A waiver names who answers for it, stays in every
report and lives 90 days at most, so that whoever changes the secret renews it then.
"""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.values import Block

_LONGEST_DAYS = 90
_HOURS_OF = {"hour": 1, "hours": 1, "day": 24, "days": 24}
# Secrets Manager user guide, schedule expressions: `rate(value unit)`, and cron with minutes, hours, day of month,
# month, day of week and year.
_RATE = re.compile(r"rate\((\d+) (hours?|days?)\)")
_CRON = re.compile(r"cron\(\S+ \S+ \S+ (\S+) \S+ (\S+)\)")
_ROTATORS = ("rotationLambdaArn", "externalSecretRotationRoleArn")


def _problems(secret: Resource, graph: Graph) -> Iterator[Problem]:
    rotations = graph.referrers(secret, tokens.SECRET_ROTATION, "secretId")
    if not rotations:
        yield Problem(None, "nothing changes the secret by itself")
    elif not some(rotations, _is_often_enough):
        yield Problem(None, f"the secret is not sure to change within {_LONGEST_DAYS} days")


def _is_often_enough(rotation: Resource) -> bool:
    on = rotation.props.get("rotationEnabled", True) is True and any(key in rotation.props for key in _ROTATORS)
    return on and any(map(_is_within_limit, rotation.props.blocks("rotationRules")))


def _is_within_limit(rules: Block) -> bool:
    if "automaticallyAfterDays" in rules:
        return 0 < int(rules["automaticallyAfterDays"]) <= _LONGEST_DAYS
    expression = rules.get("scheduleExpression", "")
    if rate := _RATE.fullmatch(expression):
        return 0 < int(rate[1]) * _HOURS_OF[rate[2]] <= _LONGEST_DAYS * 24
    # whatever the day: one that not every month has comes again in the next but one, 62 days later at most
    return bool((cron := _CRON.fullmatch(expression)) and cron.groups() == ("*", "*"))


def _rotated(secret: object = Ref("card-processor"), by: object = Ref("rotator"), **rules: object) -> Example:
    properties = {"secretId": secret, "rotationLambdaArn": by, "rotationRules": rules}
    rotation = Node(tokens.SECRET_ROTATION, "rotation", {k: v for k, v in properties.items() if v is not None})
    return (_SECRET, rotation)


def _off() -> Example:
    secret, rotation = _rotated(automaticallyAfterDays=30)
    return (secret, Node(rotation.type, rotation.name, {**rotation.props, "rotationEnabled": False}))


_SECRET = Node(tokens.SECRET, "card-processor", {"name": "card-processor"})

RULES = (
    Rule(
        id="SEC-02",
        name="secret-changes-by-itself",
        summary=f"Every secret is rotated by a function, at least every {_LONGEST_DAYS} days.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.SECRET,),
        reads=("secretId", "rotationEnabled", "rotationRules", *_ROTATORS),
        controls=(*pci("L", "3.7.4"), *pci("P", "8.3.9", "8.6.3"), *unverified("soc2", "CC6.1")),
        remedy="Add secretsmanager.SecretRotation with rotation_lambda_arn and"
        f" rotation_rules={{'automatically_after_days': {_LONGEST_DAYS}}}; a secret that only a person can change needs"
        " a waiver, renewed at each change.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _rotated(automaticallyAfterDays=30),
            _rotated(automaticallyAfterDays=90),
            _rotated("card-processor", "arn:aws:lambda:eu-central-1:111122223333:function:f", automaticallyAfterDays=1),
            _rotated(scheduleExpression="rate(30 days)"),
            _rotated(scheduleExpression="rate(4 hours)"),
            _rotated(scheduleExpression="cron(0 8 1 * ? *)"),
        ),
        fails=(
            (_SECRET,),
            (Node(tokens.SECRET, "mail", {"tags": {"rotation": "manual", "rotation-days": "90"}}),),
            _rotated("another", automaticallyAfterDays=30),
            _rotated(by=None, automaticallyAfterDays=30),
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
        undecided=(_rotated(automaticallyAfterDays=Ref("settings")), _rotated(Ref("lost"), automaticallyAfterDays=30)),
    ),
)
