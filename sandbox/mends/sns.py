"""SNS as moto serves it, mended: attributes of a topic are answered."""

from __future__ import annotations

from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sns.responses import SNSResponse

from sandbox.mends import replace

_SENDERS = ("Application", "Firehose", "HTTP", "Lambda", "SQS")
_TOPIC_ATTRIBUTES = (
    *(f"{who}{what}" for who in _SENDERS for what in ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn")),
    *(f"{who}SuccessFeedbackSampleRate" for who in _SENDERS),
    *("ArchivePolicy", "FifoThroughputScope", "MaximumMessageSize", "SignatureVersion", "TracingConfig"),
)


def mend() -> None:
    """Attributes of a topic are kept, but only a few of them are answered."""
    original = SNSResponse.get_topic_attributes

    def answer(self: Any) -> Any:
        found: Any = original(self)
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        kept = {name: getattr(topic, camelcase_to_underscores(name), None) for name in _TOPIC_ATTRIBUTES}
        found.result["Attributes"].update({name: value for name, value in kept.items() if value})
        return found

    replace(SNSResponse, get_topic_attributes=answer)
