"""Tells the people whom an environment's pages wake up."""

from collections.abc import Mapping
from typing import Any

from platformctl.clients import session

_TIMES_S = (3, 10)  # to connect and to be answered


def page(variables: Mapping[str, str], environment: str, account: Any, subject: str, message: str) -> str:
    """Publishes to the environment's topic that pages, with the keys among `variables` if any; returns what went wrong,
    empty when all are told.

    An emergency does not wait for a pager that is out of order, so nothing is raised.
    """
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    topic = f"arn:aws:sns:{account.region}:{account.id}:{environment}-page"  # stacks/notifications.py
    config = Config(connect_timeout=_TIMES_S[0], read_timeout=_TIMES_S[1], retries={"total_max_attempts": 3})
    try:
        client = session(variables, account.region).client(
            "sns", endpoint_url=variables.get("AWS_ENDPOINT_URL"), config=config
        )
        client.publish(TopicArn=topic, Subject=subject[:100], Message=message)
    except (BotoCoreError, ClientError) as error:
        return f"nobody was paged: {topic}: {error}"
    return ""
