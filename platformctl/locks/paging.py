"""Tells the people whom an environment's pages wake up."""

from typing import Any

from platformctl.target import Target

_TIMES_S = (3, 10)  # to connect and to be answered


def page(target: Target, settings: Any, subject: str, message: str) -> str:
    """Publishes to the environment's topic that pages; returns what went wrong, empty when all are told.

    An emergency does not wait for a pager that is out of order, so nothing is raised.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    account, variables = settings.account, target.variables
    topic = f"arn:aws:sns:{account.region}:{account.id}:{target.environment}-page"  # stacks/notifications.py
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN") if target.sandbox else ()
    config = Config(connect_timeout=_TIMES_S[0], read_timeout=_TIMES_S[1], retries={"total_max_attempts": 3})
    try:
        keys: dict[str, Any] = {name.lower(): variables.get(name) for name in names}
        session = boto3.Session(region_name=account.region, **keys)
        client = session.client("sns", endpoint_url=variables.get("AWS_ENDPOINT_URL"), config=config)
        client.publish(TopicArn=topic, Subject=subject[:100], Message=message)
    except (BotoCoreError, ClientError) as error:
        return f"nobody was paged: {topic}: {error}"
    return ""
