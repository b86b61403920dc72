"""Every aws command of a runbook could be typed as it is, by the role that its block names."""

import re

import pytest

from platformctl.access.source import estate_of
from platformctl.project import Project
from platformctl.render import render
from policies import adapters
from policies.access.decision import Outcome
from tests.runbooks import environment
from tests.runbooks.aws import CUSTOM, operation, options, problems
from tests.runbooks.pages import ROOT, Command, commands, index, pages, simple

AWS = [command for command in commands() if command.words[0] == "aws"]
_ACCOUNT, _REGION = "730218645519", "eu-central-1"
_PREFIXES = {"elbv2": "elasticloadbalancing", "s3api": "s3"}  # of actions, where they are not the service's
# ARN by what an option names: service authorization reference, resource types of each service.
_RESOURCES = {
    "--db-cluster-identifier": "rds:{region}:{account}:cluster:{value}",
    "--db-instance-identifier": "rds:{region}:{account}:db:{value}",
    "--log-group-name": "logs:{region}:{account}:log-group:{value}:*",
    "--trail-name": "cloudtrail:{region}:{account}:trail/{value}",
    "--delivery-stream-name": "firehose:{region}:{account}:deliverystream/{value}",
    "--backup-vault-name": "backup:{region}:{account}:backup-vault:{value}",
    "--secret-id": "secretsmanager:{region}:{account}:secret:{value}-AbCdEf",
    "--cluster-name": "eks:{region}:{account}:cluster/{value}",
    "--role-name": "iam::{account}:role/platform/{value}",
    "--key-id": "kms:{region}:{account}:key/{value}",
}


def test_every_command_exists_with_its_options_names_and_fields() -> None:
    assert len(AWS) > 50
    wrong = {str(one): found for one in AWS if (found := problems(one.words, bool(one.place)))}
    assert wrong == {}


@pytest.mark.parametrize(
    "line",
    [
        "aws rds fail-over-db-cluster --db-cluster-identifier prod-ledger",
        "aws rdss failover-db-cluster --db-cluster-identifier prod-ledger",
        "aws rds failover-db-cluster --cluster prod-ledger",
        "aws rds failover-db-cluster",
        "aws rds failover-db-cluster --db-cluster-identifier prod-leger",
        "aws rds describe-db-clusters --query 'DBClusters[].LatestRestoreableTime'",
        "aws rds describe-db-clusters --query 'DBCluster[]'",
        "aws rds describe-db-clusters --query 'DBClusters[].DBClusterMembers[?IsWriter].DBInstanceIdentifier'",
        "aws sqs get-queue-attributes --queue-url https://sqs.eu-central-1.amazonaws.com/730218645519/prod-payouts.fifo",
        "aws cloudwatch describe-alarms --alarm-names queue-payouts-oldest",
        "aws logs filter-log-events --log-group-name /audit/prod/trails",
        "aws backup list-recovery-points-by-backup-vault --backup-vault-name prod-money",
        "aws eks update-kubeconfig --cluster-name billing-prod",
    ],
)
def test_a_slip_of_the_pen_is_found(line: str) -> None:
    (words,) = simple(line)
    assert problems(words)


def _resource(command: Command) -> str:
    for option, values in options(command.words).items():
        if option in _RESOURCES and values:
            return "arn:aws:" + _RESOURCES[option].format(region=_REGION, account=_ACCOUNT, value=values[0])
        if option == "--source-arn":
            return values[0]
        if option == "--queue-url":
            return f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:{values[0].rpartition('/')[2]}"
    return "*"


def test_the_role_of_the_block_may_do_it() -> None:
    """By the program's own policies, boundaries and guardrails; administrators are of the organisation, not of it."""
    people = render(Project(ROOT, "foundation"), "prod")  # the roles are the foundation's
    graph = adapters.from_registrations([*environment.rendered(), *people])
    estate, denied, asked = estate_of(graph, "prod"), [], 0
    for command in AWS:
        role = command.place.removeprefix("as ")
        model = None if command.words[1:3] in CUSTOM else operation(command.words)
        if role in ("", "administrator") or model is None or command.words[1] == "sts":
            continue
        service = command.words[1]
        action = f"{_PREFIXES.get(service, service)}:{model.name}"
        decision = estate.can(estate.asker(role), action, _resource(command), {})
        asked += 1
        if decision.outcome is Outcome.DENY:
            denied.append(f"{command.page}: {role}: {action} on {_resource(command)}")
    assert asked > 40
    assert denied == []
    refused = estate.can(estate.asker("on-call"), "secretsmanager:PutSecretValue", "*", {})
    assert refused.outcome is Outcome.DENY  # else the question above cannot fail


def test_alarms_that_pages_name_exist() -> None:
    alarms = environment.named("aws:cloudwatch/metricAlarm:MetricAlarm", "name")
    families = "|".join(sorted({re.escape(one.partition("-")[0]) for one in alarms}))
    told = {
        word
        for page in (*pages(), index())
        for word in re.findall(rf"`((?:{families})-[a-z0-9-]+)`", page.text.partition("\n## Meaning")[0])
    }
    assert len(told) > 15
    assert told - alarms - {name for _, _, name in environment.objects()} == set()
