"""Takes the role for emergencies, as its trust asks: with a name, a reason and a ticket, for an hour."""

import re
from collections.abc import Mapping
from typing import Any

from platformctl.break_glass.uses import SESSION
from platformctl.clients import KEYS, session
from platformctl.errors import CommandError, Exit

# IAM API reference, AssumeRole: SourceIdentity and RoleSessionName; values of session tags.
_NAME, _NOT_IN_TAGS = re.compile(r"[\w+=,.@-]{2,64}"), re.compile(r"[^\w .:/=+@-]")
_LONGEST_TAG = 256


def take(variables: Mapping[str, str], account: Any, name: str, reason: str, ticket: str) -> dict[str, str]:
    """Variables with the role's credentials. CommandError where AWS refuses, with its words: the grant ends by IAM's
    own clock, and needs no process of ours to end.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    if not _NAME.fullmatch(name):
        raise CommandError(f"--name must be 2 to 64 of a-z A-Z 0-9 + = , . @ - _, got {name!r}")
    role = f"arn:aws:iam::{account.id}:role/foundation/break-glass"  # components/account_names.py
    try:
        client = session(variables, account.region).client("sts", endpoint_url=variables.get("AWS_ENDPOINT_URL"))
        answer = client.assume_role(
            RoleArn=role,
            RoleSessionName=name,
            SourceIdentity=name,
            DurationSeconds=int(SESSION.total_seconds()),
            Tags=[{"Key": "reason", "Value": _tag(reason)}, {"Key": "ticket", "Value": _tag(ticket)}],
        )
    except (BotoCoreError, ClientError) as error:
        raise CommandError(
            f"{role} cannot be taken: {error}\nIts trust asks for one of the users that people.break_glass names, a"
            " second factor, and a grant that is not over: see docs/foundation.md",
            Exit.ENGINE,
        ) from None
    given = answer["Credentials"]
    return dict(zip(KEYS, (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]), strict=True))


def _tag(text: str) -> str:
    return _NOT_IN_TAGS.sub("_", text)[:_LONGEST_TAG]
