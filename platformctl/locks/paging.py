"""Tells the people whom an environment's pages wake up."""

from collections.abc import Mapping
from typing import Any

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_TIMES_S = (3, 10)  # to connect and to be answered


def page(variables: Mapping[str, str], environment: str, account: Any, subject: str, message: str) -> str:
    """Publishes to the environment's topic that pages, with the keys among `variables` if any; returns what went wrong,
    empty when all are told.

    An emergency does not wait for a pager that is out of order, so nothing is raised.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    topic = f"arn:aws:sns:{account.region}:{account.id}:{environment}-page"  # stacks/notifications.py
    config = Config(connect_timeout=_TIMES_S[0], read_timeout=_TIMES_S[1], retries={"total_max_attempts": 3})
    try:
        keys: dict[str, Any] = {name.lower(): variables[name] for name in _KEYS if name in variables}
        session = boto3.Session(region_name=account.region, **keys)
        client = session.client("sns", endpoint_url=variables.get("AWS_ENDPOINT_URL"), config=config)
        client.publish(TopicArn=topic, Subject=subject[:100], Message=message)
    except (BotoCoreError, ClientError) as error:
        return f"nobody was paged: {topic}: {error}"
    return ""
