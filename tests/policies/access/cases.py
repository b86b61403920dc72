"""How the tests write policy documents and requests."""

from typing import Any

from policies.access import Decision, Document, Documents, Request, decide

ACCOUNT = "111122223333"
OTHER = "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
USER = f"arn:aws:iam::{ACCOUNT}:user/finance/richard"
OBJECT = "arn:aws:s3:::invoices/2026.csv"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234"


def statement(action: Any = "s3:GetObject", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    whole = {"Effect": effect, "Action": action, "Resource": "*"} | more
    return {key: value for key, value in whole.items() if value is not None}


def document(*statements: dict[str, Any], name: str = "policy", version: str = "2012-10-17") -> Document:
    return Document.of(name, {"Version": version, "Statement": list(statements)})


ALLOW_ALL = document(statement("*"), name="allow all")


def answer(
    *identity: dict[str, Any],
    principal: str = ROLE,
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    account: str = ACCOUNT,
    session: str = "",
    complete: bool = False,
    documents: Documents | None = None,
    **context: Any,
) -> Decision:
    """The decision for one identity document of these statements, or for `documents`; `a__b` stands for `a:b`."""
    keys = {key.replace("__", ":", 1).replace("__", "/"): value for key, value in context.items()}
    request = Request(
        principal=principal,
        action=action,
        resource=resource,
        account=account,
        session=session,
        context=keys,
        complete=complete,
    )
    return decide(request, documents or Documents(identity=(document(*identity),)))
