"""Ways to more access than one was given.

Sources: Rhino Security Labs, "AWS IAM Privilege Escalation - Methods and Mitigation" (21 methods);
pathfinding.cloud (Datadog), the catalogue of IAM privilege escalation paths; service authorization reference for the
actions that pass a role.
"""

from dataclasses import dataclass
from enum import StrEnum


class Gain(StrEnum):
    """What a way leads to."""

    TARGET = "target"  # one acts as the target
    ANYTHING = "anything"  # the target can be given every permission that its boundary leaves


@dataclass(frozen=True)
class Change:
    """An action on a user, a role, one of their policies or groups that changes what they are.

    `certain` is False where something more is needed that no policy shows.
    """

    action: str
    on: str  # user, role, policy or group
    gain: Gain
    certain: bool = True


CHANGES = (
    Change("iam:CreatePolicyVersion", "policy", Gain.ANYTHING),
    Change("iam:SetDefaultPolicyVersion", "policy", Gain.ANYTHING, certain=False),  # if an older version allows more
    Change("iam:AttachRolePolicy", "role", Gain.ANYTHING),
    Change("iam:PutRolePolicy", "role", Gain.ANYTHING),
    Change("iam:UpdateAssumeRolePolicy", "role", Gain.TARGET),
    Change("iam:AttachUserPolicy", "user", Gain.ANYTHING),
    Change("iam:PutUserPolicy", "user", Gain.ANYTHING),
    Change("iam:CreateAccessKey", "user", Gain.TARGET),
    Change("iam:CreateLoginProfile", "user", Gain.TARGET),
    Change("iam:UpdateLoginProfile", "user", Gain.TARGET),
    Change("iam:AttachGroupPolicy", "group", Gain.ANYTHING),
    Change("iam:PutGroupPolicy", "group", Gain.ANYTHING),
)
JOINING = "iam:AddUserToGroup"


@dataclass(frozen=True)
class Passing:
    """A service that takes a role to run what one gives it: all of `actions`, and one of `starts`, if any."""

    service: str
    actions: tuple[str, ...]
    starts: tuple[str, ...] = ()
    certain: bool = True


PASSINGS = (
    Passing(
        "lambda.amazonaws.com",
        ("lambda:CreateFunction",),
        (
            "lambda:InvokeFunction",
            "lambda:AddPermission",
            "lambda:CreateEventSourceMapping",
            "lambda:CreateFunctionUrlConfig",
        ),
    ),
    Passing("ec2.amazonaws.com", ("ec2:RunInstances",)),
    Passing("ec2.amazonaws.com", ("ec2:AssociateIamInstanceProfile",), certain=False),  # if an instance can be entered
    Passing(
        "ecs-tasks.amazonaws.com",
        ("ecs:RegisterTaskDefinition",),
        ("ecs:RunTask", "ecs:StartTask", "ecs:CreateService", "ecs:UpdateService"),
    ),
    Passing("ecs-tasks.amazonaws.com", ("batch:RegisterJobDefinition", "batch:SubmitJob")),
    Passing("glue.amazonaws.com", ("glue:CreateDevEndpoint",)),
    Passing("glue.amazonaws.com", ("glue:CreateJob",), ("glue:StartJobRun", "glue:CreateTrigger")),
    Passing("glue.amazonaws.com", ("glue:UpdateJob",), ("glue:StartJobRun", "glue:CreateTrigger")),
    Passing("cloudformation.amazonaws.com", ("cloudformation:CreateStack",)),
    Passing("cloudformation.amazonaws.com", ("cloudformation:UpdateStack",), certain=False),  # if there is a stack
    Passing("cloudformation.amazonaws.com", ("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet")),
    Passing(
        "codebuild.amazonaws.com", ("codebuild:CreateProject",), ("codebuild:StartBuild", "codebuild:StartBuildBatch")
    ),
    Passing(
        "codebuild.amazonaws.com", ("codebuild:UpdateProject",), ("codebuild:StartBuild", "codebuild:StartBuildBatch")
    ),
    Passing(
        "datapipeline.amazonaws.com",
        ("datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"),
    ),
    Passing(
        "sagemaker.amazonaws.com", ("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl")
    ),
    Passing("sagemaker.amazonaws.com", ("sagemaker:CreateTrainingJob",)),
    Passing("sagemaker.amazonaws.com", ("sagemaker:CreateProcessingJob",)),
    Passing("ssm.amazonaws.com", ("ssm:StartAutomationExecution",)),
    Passing("states.amazonaws.com", ("states:CreateStateMachine", "states:StartExecution")),
    Passing("scheduler.amazonaws.com", ("scheduler:CreateSchedule",)),
    Passing("tasks.apprunner.amazonaws.com", ("apprunner:CreateService",)),
    Passing("elasticmapreduce.amazonaws.com", ("elasticmapreduce:RunJobFlow",), certain=False),
    Passing("pods.eks.amazonaws.com", ("eks:CreatePodIdentityAssociation",), certain=False),  # if pods can be made
)
