"""Roles that cannot give themselves more, and access that a person has read."""

_ROLE = """\
from components.policy_document import Statement, trust
from components.service_role import ServiceRole, ServiceRoleArgs
from pulumi import ResourceOptions

"""
_STARTING = """\
task = f"arn:aws:ecs:{region}:{account_id}:task-definition/prod-reports:*"
args = ServiceRoleArgs(
    role_name="prod-reports",
    account_id=account_id,
    description="Starts reports",
    trust=(trust("Tasks", "ecs-tasks.amazonaws.com"),),
    permissions=(Statement(sid="Start", actions=("ecs:RunTask",), resources=(task,)),),
)
ServiceRole("reports", args, ResourceOptions(provider=provider))
"""

SNIPPETS = {
    "IAM-03": f"{_ROLE}# Starts what is there; with iam:PassRole and ecs:RegisterTaskDefinition it could be any role.\n"
    + _STARTING,
    "IAM-15": f"{_ROLE}# Guarded access goes into the reviewed matrix by platformctl access prod --write.\n{_STARTING}",
}
