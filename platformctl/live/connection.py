"""The credentials of the shell, or of a role taken with them, held against the environment's account."""

import os
import re
from typing import Any

from platformctl.errors import CommandError
from platformctl.live.account import EXPIRED, Account, settings

SESSION_NAME = "platformctl-audit-live"
_ROLE = re.compile(r"arn:[a-z-]+:iam::(?P<account>\d{12}):role/\S+")
_INVALID = ("InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException", "InvalidAccessKeyId")
_GET_SOME = "configure AWS_PROFILE, or sign in with `aws sso login`"


def connect(account_id: str, region: str, role: str | None = None) -> Account:
    """The account, after STS said that the credentials are of it; CommandError (exit code 2) if they are not.

    `role` is taken first. What its trust asks for is passed on: the caller's name as the source identity.
    """
    if role is not None:
        _check_role(role, account_id)
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    boto, caller = _caller(region, endpoint)
    if role is not None:
        boto = _assume(boto, role, str(caller["Arn"]).rpartition("/")[2], region, endpoint)
        caller = _identity(boto, region, endpoint)
    if caller["Account"] != account_id:
        raise CommandError(
            f"the credentials are of account {caller['Account']} ({caller['Arn']}), but the environment's account.id is"
            f" {account_id}: use another profile, or --role with a role of {account_id}"
        )
    return Account(boto, account_id, region, endpoint)


def _check_role(role: str, account_id: str) -> None:
    found = _ROLE.fullmatch(role)
    if not found:
        raise CommandError(
            f"--role {role}: not the ARN of a role, such as arn:aws:iam::{account_id}:role/foundation/auditor"
        )
    if found["account"] != account_id:
        raise CommandError(f"--role {role}: a role of another account than the environment's account.id {account_id}")


def _caller(region: str, endpoint: str) -> tuple[Any, dict[str, Any]]:
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        boto = boto3.session.Session(region_name=region)
    except BotoCoreError as error:  # a profile that does not exist, a configuration that cannot be read
        raise CommandError(f"the AWS configuration of this shell does not work: {error}") from None
    return boto, _identity(boto, region, endpoint)


def _identity(boto: Any, region: str, endpoint: str) -> dict[str, Any]:
    return _sts(boto, region, endpoint, lambda sts: sts.get_caller_identity())


def _assume(boto: Any, role: str, name: str, region: str, endpoint: str) -> Any:
    import boto3

    asked = {"RoleArn": role, "RoleSessionName": SESSION_NAME, "SourceIdentity": name}
    given = _sts(boto, region, endpoint, lambda sts: sts.assume_role(**asked), role)["Credentials"]
    return boto3.session.Session(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=region
    )


def _sts(boto: Any, region: str, endpoint: str, ask: Any, role: str = "") -> dict[str, Any]:
    from botocore import exceptions as wrong

    config = settings(endpoint)
    try:
        answer: dict[str, Any] = ask(
            boto.client("sts", region_name=region, endpoint_url=endpoint or None, config=config)
        )
        return answer
    except (wrong.NoCredentialsError, wrong.PartialCredentialsError) as error:
        raise CommandError(f"this shell has no AWS credentials ({error}): {_GET_SOME}") from None
    except (wrong.TokenRetrievalError, wrong.SSOTokenLoadError, wrong.UnauthorizedSSOTokenError) as error:
        raise CommandError(f"the single sign-on has ended ({error}): sign in with `aws sso login`") from None
    except wrong.ClientError as error:
        raise CommandError(_refused(error, role)) from None
    except (wrong.HTTPClientError, wrong.ConnectionError) as error:  # or no valid certificate
        where = endpoint or f"sts.{region}.amazonaws.com"
        raise CommandError(f"AWS does not answer at {where} ({type(error).__name__}): check the network") from None
    except wrong.BotoCoreError as error:
        raise CommandError(f"the AWS credentials of this shell do not work: {error}") from None


def _refused(error: Any, role: str) -> str:
    told = error.response.get("Error", {})
    code, message = told.get("Code", ""), told.get("Message", "")
    if code in EXPIRED:
        return f"the AWS credentials have expired ({code}): {_GET_SOME}"
    if code in _INVALID:
        return f"AWS does not know the credentials of this shell ({code}): {_GET_SOME}"
    if role:
        return (
            f"--role {role} may not be taken ({code}: {message}): its trust must allow the caller sts:AssumeRole and"
            " sts:SetSourceIdentity, where it asks for it with a second factor"
        )
    return f"AWS refuses to say who the caller is ({code}: {message})"
