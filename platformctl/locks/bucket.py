"""Locks in the bucket that holds the engine's state."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from platformctl.locks.store import FOLDER, Conflict, Seen, Unreachable

# Amazon S3 user guide, "How to prevent object overwrites with conditional writes": 412 when the condition does not
# hold, 409 when another write came in between, 404 for If-Match on an object that is gone.
_CONFLICTS = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409", "404")
_ABSENT = ("NoSuchKey", "404")


@dataclass(frozen=True)
class BucketStore:
    """Conditional writes: If-None-Match for the first, If-Match with the ETag for the others. The time is S3's, from
    the header Date of each answer.

    `prefix` is empty or ends with a slash, `client` a boto3 client.
    """

    client: Any
    bucket: str
    prefix: str = ""

    @property
    def place(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def read(self, name: str) -> Seen:
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=self._key(name))
            return Seen(answer["Body"].read(), answer["ETag"], _now(answer))
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return Seen(None, None, _now(error.response))
            raise self._unreachable(error) from None
        except (BotoCoreError, OSError) as error:
            raise self._unreachable(error) from None

    def replace(self, name: str, content: bytes, version: str | None) -> Seen:
        condition = {"IfNoneMatch": "*"} if version is None else {"IfMatch": version}
        try:
            answer = self.client.put_object(Bucket=self.bucket, Key=self._key(name), Body=content, **condition)
            return Seen(content, answer["ETag"], _now(answer))
        except ClientError as error:
            if error.response["Error"]["Code"] in _CONFLICTS:
                raise Conflict from None
            raise self._unreachable(error) from None
        except (BotoCoreError, OSError) as error:
            raise self._unreachable(error) from None

    def _key(self, name: str) -> str:
        return f"{self.prefix}{FOLDER}/{name}.json"

    def _unreachable(self, error: Exception) -> Unreachable:
        return Unreachable(f"{self.place}: {error}")


def _now(answer: Any) -> datetime:
    try:
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, ValueError):
        raise Unreachable("the store's answer has no date, by which the end of a lock is reckoned") from None
