"""Who may use a queue: the declared senders and receivers, over TLS, and nobody else, whatever IAM grants them."""

from dataclasses import dataclass

from components.policy_document import EVERYONE, Conditions, Statement

SENDING = ("sqs:SendMessage",)
RECEIVING = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage")


@dataclass(frozen=True, kw_only=True)
class QueueUsers:
    """ARNs of roles. `operators`: who moves dead letters back, in an emergency; IAM has to let them as well."""

    senders: tuple[str, ...]
    receivers: tuple[str, ...]
    operators: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for key in ("senders", "receivers"):
            if not getattr(self, key):
                raise ValueError(f"{key} must name at least one role, got none: a queue without is of no use")

    @property
    def everyone(self) -> tuple[str, ...]:
        return (*self.senders, *self.receivers, *self.operators)


def work_policy(arn: str, account_id: str, users: QueueUsers) -> tuple[Statement, ...]:
    """Denials alone: what is not denied, a role's own policy has to allow. Moving dead letters back is sending
    (SQS developer guide, "Configuring queue permissions for dead-letter queue redrive").
    """
    return (
        *_always(arn, account_id),
        _deny("SendersAlone", SENDING, arn, _but(*users.senders, *users.operators)),
        _deny("ReceiversAlone", RECEIVING, arn, _but(*users.receivers)),
    )


def dead_letter_policy(arn: str, account_id: str, users: QueueUsers) -> tuple[Statement, ...]:
    """Only who moves them back reads dead letters. Nothing is said of sending: SQS itself puts them there."""
    return (
        *_always(arn, account_id),
        _deny("OperatorsAlone", RECEIVING, arn, _but(*users.operators)),
    )


def _always(arn: str, account_id: str) -> tuple[Statement, ...]:
    return (
        _deny("DenyPlainHttp", ("sqs:*",), arn, {"Bool": {"aws:SecureTransport": "false"}}),
        _deny("OurAccountAlone", ("sqs:*",), arn, _others(account_id)),
        _deny("NeverPurged", ("sqs:PurgeQueue",), arn, {}),  # one call, and all the work is gone
    )


def _others(account_id: str) -> Conditions:
    return {"StringNotEquals": {"aws:PrincipalAccount": account_id}, "Bool": {"aws:PrincipalIsAWSService": "false"}}


def _but(*roles: str) -> Conditions:
    """Everyone but these roles; everyone where there are none."""
    return {"ArnNotEquals": {"aws:PrincipalArn": [*roles]}} if roles else {}


def _deny(sid: str, actions: tuple[str, ...], arn: str, conditions: Conditions) -> Statement:
    return Statement(
        sid=sid, effect="Deny", actions=actions, resources=(arn,), principals=EVERYONE, conditions=conditions
    )
