"""Who the pipeline is: roles that a workflow run takes with a token of GitHub, never with a stored key."""

import re
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import iam

from components.account_names import state_bucket_name
from components.identity.deploy_permissions import deploying, no_data, reading, state_access
from components.identity.foundation_role import RoleSpec, make_role
from components.policy_document import Statement
from components.tags import tagged

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
_DEPLOY_SESSION_S = 7200  # the longest update: a database that is made from a snapshot


@dataclass(frozen=True, kw_only=True)
class CiIdentityArgs:
    """`repository`: owner/name, `repository_id`: its number, which no other repository ever gets; deployments come from
    `branch` through GitHub's environment of the same name as ours.
    """

    account_id: str
    region: str
    organisation: str
    environment: str
    repository: str
    repository_id: str
    branch: str
    platform_boundary_arn: Input[str]
    pipeline_boundary_arn: Input[str]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9-]+/[\w.-]+", self.repository):
            raise ValueError(f"repository must be owner/name, without wildcards, got {self.repository!r}")
        if not re.fullmatch(r"\d+", self.repository_id):
            raise ValueError(f"repository_id must be the repository's number, got {self.repository_id!r}")
        if not re.fullmatch(r"[\w./-]+", self.branch):
            raise ValueError(f"branch must be the name of one branch, got {self.branch!r}")


class CiIdentity(ComponentResource):
    """GitHub as an identity provider, and three roles: preview looks, drift compares, deploy changes."""

    provider_arn: Output[str]
    role_arns: dict[str, Output[str]]  # by role

    def __init__(self, name: str, args: CiIdentityArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:identity:CiIdentity", name, {}, opts)
        child = ResourceOptions(parent=self)
        provider = iam.OpenIdConnectProvider(
            name, url=f"https://{ISSUER}", client_id_lists=[AUDIENCE], tags=tagged(name), opts=child
        )
        after = ResourceOptions(parent=self, depends_on=[provider])
        roles = {
            spec.role: make_role(
                name, spec, args.pipeline_boundary_arn if spec.role == "deploy" else args.platform_boundary_arn, after
            )
            for spec in role_specs(args)
        }
        self.provider_arn = provider.arn
        self.role_arns = {role: made.arn for role, made in roles.items()}
        self.register_outputs({"provider_arn": self.provider_arn, "role_arns": self.role_arns})


def role_specs(args: CiIdentityArgs) -> tuple[RoleSpec, ...]:
    """The pipeline's roles. A token is accepted by exact claims alone: which repository by name and number, and
    either that it is a pull request or which branch and environment.

    A pull request from a fork is given no token that could be exchanged (GitHub docs, "Automatic token
    authentication": `id-token` is never write there), and what it runs is called pull_request, which only looks.
    """
    state = state_bucket_name(args.organisation, args.environment, args.account_id)
    branch = f"refs/heads/{args.branch}"
    only_looks = {"read": (reading(), *state_access(state, write=False)), "no-data": no_data(state)}
    deploys = (
        *deploying(args.account_id, args.region, args.organisation, args.environment),
        *state_access(state, write=True),
    )
    return (
        RoleSpec(
            role="preview",
            description="Pull requests: shows what would change",
            trust=(_trust(args, "pull_request", {}),),
            permissions=only_looks,
        ),
        RoleSpec(
            role="drift",
            description="Scheduled runs: compares the environment with its program",
            trust=(_trust(args, f"ref:{branch}", {"ref": branch}),),
            permissions={**only_looks, "tell": _telling(args)},
        ),
        RoleSpec(
            role="deploy",
            description=f"Deploys {args.environment} from {args.branch}",
            trust=(_trust(args, f"environment:{args.environment}", {"ref": branch, "environment": args.environment}),),
            permissions={"read": (reading(),), "deploy": deploys},
            session_s=_DEPLOY_SESSION_S,
        ),
    )


def _telling(args: CiIdentityArgs) -> tuple[Statement, ...]:
    """Who made what is urgent, and to wake somebody up for it. The key of the topic is open to everyone in the account
    through SNS, by its own policy.
    """
    pager = f"arn:aws:sns:{args.region}:{args.account_id}:{args.environment}-page"  # stacks/notifications.py
    return (
        Statement(sid="WhoDidIt", actions=("cloudtrail:LookupEvents",), resources=("*",), why="it knows no resources"),
        Statement(sid="Page", actions=("sns:Publish",), resources=(pager,)),
    )


def _trust(args: CiIdentityArgs, context: str, claims: dict[str, str]) -> Statement:
    """Source: IAM user guide, "Available keys for AWS OIDC federation", GitHub's claims."""
    exact = {
        "aud": AUDIENCE,
        "sub": f"repo:{args.repository}:{context}",
        "repository": args.repository,
        "repository_id": args.repository_id,
        **claims,
    }
    return Statement(
        sid="WorkflowRuns",
        principals={"Federated": f"arn:aws:iam::{args.account_id}:oidc-provider/{ISSUER}"},
        actions=("sts:AssumeRoleWithWebIdentity",),
        conditions={"StringEquals": {f"{ISSUER}:{claim}": value for claim, value in exact.items()}},
    )
